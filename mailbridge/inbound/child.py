"""The process in which mails are read: `python -m mailbridge.inbound.child`, started by `pool.Pool` and by nobody else (R76).

Takes requests on standard input and answers on standard output until either ends. A request is a verb, two lengths, an envelope
sender and a mail; an answer is a flag and a length and the packed result. It has 10 s CPU a mail, 512 MB, no sockets, no writing;
where the kernel lets it, no network at all.
"""

from __future__ import annotations

import ctypes
import math
import os
import resource
import struct
import sys
from typing import BinaryIO

from mailbridge.inbound import bounces, parse, wire

REQUEST = struct.Struct("!cIQ")
ANSWER = struct.Struct("!cQ")
MAIL, BOUNCE = b"m", b"b"
OK, OUT_OF_MEMORY, READY = b"+", b"-", b"!"

_NEWUSER, _NEWNET = 0x10000000, 0x40000000  # unshare(2); `os.unshare` comes with Python 3.12

_DENIED = (
    "socket.",
    "subprocess.",
    "os.system",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "ctypes.",
    "shutil.",
    "os.remove",
)


def main(cpu_seconds: int, memory: int) -> int:
    """Serves until standard input ends. Exits after a MemoryError, a fresh process is cheaper than a doubtful one."""
    source, sink = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    _warm()
    _confine(memory)
    sink.write(ANSWER.pack(READY, 0))
    sink.flush()
    while (head := source.read(REQUEST.size)) and len(head) == REQUEST.size:
        verb, sender_length, mail_length = REQUEST.unpack(head)
        _allow_cpu(cpu_seconds)
        try:
            sender = source.read(sender_length).decode("utf-8", "replace")
            answer = _answer(verb, sender, source.read(mail_length))
        except MemoryError:
            _send(sink, OUT_OF_MEMORY, b"")
            return 1
        _send(sink, OK, answer)
    return 0


def _answer(verb: bytes, sender: str, raw: bytes) -> bytes:
    mail = parse.read(raw)
    return wire.pack_bounce(bounces.read(mail, raw, sender)) if verb == BOUNCE else wire.pack_mail(mail)


def _send(sink: BinaryIO, flag: bytes, answer: bytes) -> None:
    sink.write(ANSWER.pack(flag, len(answer)))
    sink.write(answer)
    sink.flush()


def _warm() -> None:
    """The first mail costs imports and codecs; they are paid before the parent waits."""
    raw = b"From: Anne <anne@rat.example>\r\nSubject: =?cp1252?Q?Gr=FC=DFe?=\r\nContent-Type: text/plain\r\n\r\nHallo"
    _answer(BOUNCE, "", raw)


def _confine(memory: int) -> None:
    _leave_the_network()
    sys.addaudithook(_deny)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))


def _leave_the_network() -> bool:
    """Into a network namespace of its own, with nothing in it, not even a loopback that is up; needs no rights on most kernels.

    Where it is forbidden (RestrictNamespaces of systemd, most containers) or unknown (macOS) the audit hook is all there is.
    """
    try:
        return int(ctypes.CDLL(None).unshare(_NEWUSER | _NEWNET)) == 0
    except (OSError, AttributeError):
        return False


def _deny(event: str, arguments: tuple[object, ...]) -> None:
    writing = event == "open" and isinstance(arguments[1], str) and any(letter in arguments[1] for letter in "wax+")
    if writing or event.startswith(_DENIED):
        raise PermissionError(event)


def _allow_cpu(seconds: int) -> None:
    """The limit counts the whole life of the process, so it moves on with every mail; over it the kernel ends the process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(used.ru_utime + used.ru_stime) + seconds, resource.RLIM_INFINITY))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
