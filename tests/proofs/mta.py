"""A private Postfix below one folder, on loopback ports: in front of the bridge by LMTP, behind it as relay, with Maildirs.

Its configuration is that of docs/operations.md, plus the post boxes of our readers. Started and stopped by its own process.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_START = 30.0  # seconds
_QUEUES = ("maildrop", "incoming", "active", "deferred")
_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"

_MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file_prefixes = {folder}
maillog_file = {folder}/log
myhostname = mta.example
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
local_transport = error:5.1.1 no such mailbox
biff = no
message_size_limit = 26000000
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s

relay_domains = ratspost.localhost, tot.example
relay_transport = lmtp:inet:127.0.0.1:{lmtp}
transport_maps = inline:{{ tot.example=dead: }}
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
smtpd_recipient_restrictions = check_recipient_access inline:{{ ratspost.localhost=reject_unverified_recipient }}
unverified_recipient_reject_code = 550
address_verify_map =
address_verify_poll_delay = 1s

virtual_mailbox_domains = rat.example, kreis.example, forum.example, ort.example
virtual_mailbox_base = {folder}/boxes
virtual_mailbox_maps = inline:{{ {boxes} }}
virtual_uid_maps = static:{nobody}
virtual_gid_maps = static:{nobody}
"""

_MASTER = """\
127.0.0.1:{smtp} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
dead unix - n n - - pipe user=nobody argv=/bin/sh -c {{exit 67}}
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass
class Postfix:
    """Mail for everybody goes in at `port`; `boxes` holds the Maildirs of the readers."""

    folder: Path
    port: int
    _process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        command: list[str | Path] = ["postfix", "-c", self.folder / "etc", "start-fg"]
        with (self.folder / "start").open("wb") as out:
            self._process = subprocess.Popen(command, env={"PATH": _PATH}, stdout=out, stderr=out)
        _wait(self._process, self)

    def stop(self) -> None:
        """End it; what is queued stays on the disk."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(_START)
            self._process = None

    @property
    def boxes(self) -> Path:
        return self.folder / "boxes"

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")

    def is_idle(self) -> bool:
        """Whether its queues are empty."""
        return not any(path.is_file() for name in _QUEUES for path in (self.folder / "queue" / name).rglob("*"))


@contextlib.contextmanager
def running(folder: Path, *, port: int, lmtp: int, readers: Sequence[str]) -> Iterator[Postfix]:
    """Start Postfix on `port`, handing our mail to the bridge at `lmtp`, and a Maildir for each reader; then stop it."""
    _write(folder, port, lmtp, readers)
    _postfix(folder, "check")
    postfix = Postfix(folder, port)
    try:
        postfix.start()
        yield postfix
    finally:
        postfix.stop()


def _write(folder: Path, port: int, lmtp: int, readers: Sequence[str]) -> None:
    os.chmod(folder, 0o755)
    nobody = pwd.getpwnam("nobody").pw_uid
    for name, owner in (("etc", "root"), ("queue", "root"), ("data", "postfix"), ("boxes", "nobody")):
        (folder / name).mkdir()
        shutil.chown(folder / name, owner)
    boxes = ", ".join(f"{reader}={reader}/" for reader in readers)
    (folder / "etc" / "main.cf").write_text(_MAIN.format(folder=folder, lmtp=lmtp, nobody=nobody, boxes=boxes))
    (folder / "etc" / "master.cf").write_text(_MASTER.format(smtp=port))


def _postfix(folder: Path, *words: str) -> None:
    command: list[str | Path] = ["postfix", "-c", folder / "etc", *words]
    done = subprocess.run(command, env={"PATH": _PATH}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _wait(process: subprocess.Popen[bytes], postfix: Postfix) -> None:
    deadline = time.monotonic() + _START
    while not _answers(postfix.port):
        assert process.poll() is None, (postfix.folder / "start").read_text()
        assert time.monotonic() < deadline, postfix.log
        time.sleep(0.05)


def _answers(port: int) -> bool:
    with socket.socket() as door:
        return door.connect_ex(("127.0.0.1", port)) == 0
