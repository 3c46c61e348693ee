"""Ask clamd about a file, if the bureau runs one: its INSTREAM command over a unix socket (CLAMD_SOCKET).

Only "stream: OK" is clean. A scanner that is down, slow or unclear means that the file is not accepted.
"""

import logging
import socket
import struct

from django.conf import settings

log = logging.getLogger(__name__)

SECONDS = 15
CHUNK = 64 * 1024
INFECTED = "安全检查发现这个文件含有病毒，没有保存。请用手机直接拍照上传。"
UNCHECKED = "暂时不能检查文件，请稍后再传。"


class NotClean(ValueError):
    """`str()` is the message for the form's field."""


def check(content: bytes) -> None:
    """Do nothing for a clean file, and when no scanner is configured. Raises NotClean."""
    if not settings.CLAMD_SOCKET:
        return
    try:
        answer = ask(settings.CLAMD_SOCKET, content)
    except OSError as error:
        log.error("clamd does not answer: %s", error)
        raise NotClean(UNCHECKED) from None
    if answer == "stream: OK":
        return
    log.warning("clamd says %r", answer)
    raise NotClean(INFECTED if answer.endswith(" FOUND") else UNCHECKED)


def ask(address: str, content: bytes) -> str:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as clamd:
        clamd.settimeout(SECONDS)
        clamd.connect(address)
        clamd.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), CHUNK):
            chunk = content[start : start + CHUNK]
            clamd.sendall(struct.pack("!I", len(chunk)) + chunk)
        clamd.sendall(struct.pack("!I", 0))
        with clamd.makefile("rb") as reply:
            return reply.read(1000).rstrip(b"\0\n").decode(errors="replace")
