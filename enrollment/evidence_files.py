"""Where document pages are kept: private files named by their content, outside every public folder."""

import os
import tempfile
from pathlib import Path

from django.conf import settings

MOST_PAGES = 10


def path_of(sha256: str) -> Path:
    return Path(settings.MEDIA_ROOT) / "evidence" / sha256[:2] / f"{sha256}.jpg"


def keep(sha256: str, content: bytes) -> None:
    """Write the file whole and durable before any row names it; a file that is there already is left alone."""
    write_once(path_of(sha256), content)


def write_once(path: Path, content: bytes) -> None:
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(temporary).replace(path)
