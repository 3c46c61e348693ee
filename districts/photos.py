"""Turn what a phone sent into pages: upright JPEGs of pixels only. Raises UnreadableFile with a sentence for the form.

No byte of a stranger's file is decoded in this process. Each file goes to a fresh interpreter that has no keys and
limits itself (districts/decoder); if it dies, whatever the reason, the file is refused and nothing else is touched.
"""

import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore
from typing import BinaryIO

from districts import virus_scan

log = logging.getLogger(__name__)

MOST_PAGES = 10
READABLE = "JPG、PNG、HEIC、WebP 照片或 PDF"
SENTENCES = {
    "unreadable": f"这个文件不是照片，也不是PDF，或已损坏。请上传{READABLE}。",
    "too-large": "照片尺寸过大，请用手机直接拍摄后上传。",
    "animated": "这是会动的图片。请上传拍摄的照片。",
    "pdf-unreadable": "这个PDF打不开，可能已损坏。请改为直接拍照上传。",
    "pdf-locked": "这个PDF加了密码。请去掉密码后上传，或改为直接拍照上传。",
    "pdf-pages": f"这个PDF有{{pages}}页，最多{MOST_PAGES}页。请只上传需要的页。",
    "pdf-size": "这个PDF的页面尺寸不正常。请改为直接拍照上传。",
}
GAVE_UP = "无法读取这个文件。请用手机重新拍照后上传。"
BUSY = "现在上传的人较多，这个文件没有收到。请过一分钟再传。"

DECODER = Path(__file__).parent / "decoder"
COMMAND = [sys.executable, "-I", str(DECODER), str(MOST_PAGES)]
SECONDS = 25  # the decoder's own alarm rings after 20
AT_ONCE = BoundedSemaphore(2)  # for each web process: a decoder may hold a gigabyte
WAITS = 20  # seconds for its turn


class UnreadableFile(ValueError):
    """`str()` is the message for the form's field."""


@dataclass(frozen=True)
class Page:
    """One page as it is kept."""

    jpeg: bytes
    width: int
    height: int


def pages(content: bytes) -> list[Page]:
    """One page for a photo, one for each page of a PDF. Raises UnreadableFile."""
    try:
        virus_scan.check(content)
    except virus_scan.NotClean as error:
        raise UnreadableFile(str(error)) from None
    if not AT_ONCE.acquire(timeout=WAITS):
        raise UnreadableFile(BUSY)
    try:
        answer = decoded(content)
    finally:
        AT_ONCE.release()
    try:
        return understood(answer)
    except UnreadableFile:
        raise
    except Exception:  # whatever a stranger's file made the decoder say
        log.exception("the decoder's answer makes no sense")
        raise UnreadableFile(GAVE_UP) from None


def understood(answer: bytes) -> list[Page]:
    """The pages in the decoder's answer. Raises UnreadableFile with the reason that it gives."""
    header, _, jpegs = answer.partition(b"\n")
    said = json.loads(header)
    if "refused" in said:
        raise UnreadableFile(SENTENCES[said["refused"]].format(**said))
    found, rest = [], io.BytesIO(jpegs)
    for length, width, height in said["pages"]:
        found.append(Page(rest.read(int(length)), int(width), int(height)))
    return found


def decoded(content: bytes) -> bytes:
    """What the decoder answers. Raises UnreadableFile when it died."""
    with _memory(content) as sent, _memory() as answer:
        try:
            ended = subprocess.run(
                COMMAND, stdin=sent, stdout=answer, stderr=subprocess.DEVNULL, env={}, cwd="/", timeout=SECONDS
            ).returncode
        except subprocess.TimeoutExpired:
            ended = "time-out"
        if ended != 0:
            log.warning("a file of %d bytes ended the decoder: %s", len(content), ended)
            raise UnreadableFile(GAVE_UP)
        answer.seek(0)
        return answer.read()


@contextmanager
def _memory(content: bytes = b"") -> Iterator[BinaryIO]:
    """A file that never touches a disk, rewound."""
    with os.fdopen(os.memfd_create("page"), "w+b") as file:
        file.write(content)
        file.flush()
        file.seek(0)
        yield file
