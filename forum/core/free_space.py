"""Whether the disk under the store still has room; the mail door and the composer ask before they take something (R6)."""

from __future__ import annotations

import os

from forum.config import Config

LEAST_OCTETS = 200_000_000
LEAST_INODES = 0.05


def is_short(config: Config) -> bool:
    """Less than 1.5 times the largest mail, 200 MB or 5 % of the inodes are left. PostgreSQL looks after its own disk.

    Raises OSError when the data folder cannot be asked.
    """
    if not config.embedded:
        return False
    disk = os.statvfs(config.data)
    octets = disk.f_bavail * disk.f_frsize
    inodes_short = disk.f_files > 0 and disk.f_favail < disk.f_files * LEAST_INODES
    return octets < max(LEAST_OCTETS, config.max_mail * 3 // 2) or inodes_short
