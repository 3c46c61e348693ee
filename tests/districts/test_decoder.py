"""A stranger's file is read by a process that can hold little, runs shortly, and reaches nothing."""

import subprocess
import sys
import tempfile

import pytest

from districts import photos
from districts.photos import DECODER, GAVE_UP, UnreadableFile, pages
from tests.districts.hostile import saved

CONFINED = (
    f"import os, resource, signal, socket, sys; sys.path.insert(0, {str(DECODER)!r}); import confinement\n"
    "confinement.limit(); confinement.shut()\n"
)


def confined(code: str, before: str = "") -> subprocess.CompletedProcess[bytes]:
    """Run code as the decoder runs; its answer goes into a file, as in districts/photos.py."""
    command = [
        sys.executable,
        "-I",
        "-c",
        CONFINED.replace("confinement.limit()", f"{before}confinement.limit()", 1) + code,
    ]
    with tempfile.TemporaryFile() as out:
        done = subprocess.run(command, stdout=out, stderr=subprocess.PIPE, env={}, check=False)
        out.seek(0)
        return subprocess.CompletedProcess(command, done.returncode, out.read(), done.stderr)


def last_word(done: subprocess.CompletedProcess[bytes]) -> str:
    """The kind of error that ended it."""
    return done.stderr.decode().strip().rpartition("\n")[2].partition(":")[0]


@pytest.mark.parametrize(
    "deed",
    [
        "socket.socket(socket.AF_INET, socket.SOCK_STREAM)",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
        "socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)",
        "os.execv('/bin/true', ['true'])",
        "os.posix_spawn('/bin/true', ['true'], {})",
        "os.fork()",
        "os.kill(os.getppid(), 0)",
        "open('/etc/passwd')",
        "open(f'/proc/{os.getppid()}/environ')",
        "os.listdir('/home')",
        "open('/tmp/left-behind', 'w')",
        "os.rename('/tmp', '/tmp2')",
        "os.truncate('/etc/hostname', 0)",
    ],
)
def test_it_may_not(deed: str):
    assert last_word(confined(deed)) == "PermissionError"


def test_it_may_read_programs_and_fonts():
    assert confined("import PIL.Image; os.listdir('/usr/share')").returncode == 0


def test_its_limits_are_those_of_the_security_requirements():
    done = confined(
        "names = 'RLIMIT_AS RLIMIT_CPU RLIMIT_FSIZE RLIMIT_NOFILE RLIMIT_CORE'.split()\n"
        "for name in names: print(*resource.getrlimit(getattr(resource, name)))"
    )

    sizes = (1024**3, 10, 64 * 1024**2, 64, 0)
    assert done.stdout.decode().splitlines() == [f"{size} {size}" for size in sizes]


@pytest.mark.parametrize(
    ("deed", "end"),
    [
        ("bytearray(2 * 1024**3)", "MemoryError"),
        ("[os.dup(0) for _ in range(65)]", "OSError"),
        ("sys.stdout.buffer.write(bytes(65 * 1024**2))", "OSError"),
    ],
)
def test_more_memory_files_or_output_than_allowed_ends_it(deed: str, end: str):
    assert last_word(confined(deed)) == end


def test_an_endless_computation_is_ended():
    assert confined("while True: pass", before="confinement.CPU_SECONDS = 1; ").returncode == -9


def test_an_endless_wait_is_ended():
    assert confined("signal.pause()", before="confinement.WALL_SECONDS = 1; ").returncode == -14


def test_it_gets_nothing_of_our_environment(monkeypatch):
    # Python itself adds LC_CTYPE.
    told = "import json, os; print(json.dumps({'refused': 'pdf-pages', 'pages': list({*os.environ} - {'LC_CTYPE'})}))"
    monkeypatch.setattr(photos, "COMMAND", [sys.executable, "-I", "-c", told])

    with pytest.raises(UnreadableFile, match=r"这个PDF有\[\]页"):
        pages(b"")


@pytest.mark.parametrize(
    "end",
    [
        "import os; os.abort()",
        "raise SystemExit(1)",
        "import time; time.sleep(60)",
        "print()",
        "print('not json')",
        "print('[]')",
        'print(\'{"refused": "a word of its own"}\')',
        "print('{\"pages\": [[1, 2]]}')",
    ],
)
def test_however_it_ends_the_parent_gets_a_sentence(end: str, monkeypatch):
    monkeypatch.setattr(photos, "COMMAND", [sys.executable, "-I", "-c", end])
    monkeypatch.setattr(photos, "SECONDS", 2)

    with pytest.raises(UnreadableFile) as caught:
        pages(saved("JPEG"))

    assert str(caught.value) == GAVE_UP


def test_only_two_run_at_once_and_the_third_is_told_to_come_again(monkeypatch):
    monkeypatch.setattr(photos, "WAITS", 0)
    with photos.AT_ONCE, photos.AT_ONCE, pytest.raises(UnreadableFile, match="请过一分钟再传。"):
        pages(saved("JPEG"))

    assert len(pages(saved("JPEG"))) == 1
