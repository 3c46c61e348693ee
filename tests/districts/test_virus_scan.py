"""With a virus scanner configured, only what it calls clean is read. A scanner that is down lets nothing through."""

import socket
import struct
from collections.abc import Callable, Iterator
from threading import Thread

import pytest

from districts import virus_scan
from districts.photos import UnreadableFile, pages
from tests.districts.hostile import saved

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def received(connection: socket.socket) -> bytes:
    """What an INSTREAM client sends: chunks behind their lengths, the last of length 0."""
    with connection.makefile("rb") as stream:
        assert stream.read(10) == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack("!I", stream.read(4))[0]:
            content += stream.read(length)
    return content


@pytest.fixture
def clamd(tmp_path, settings) -> Iterator[Callable[[bytes], list[bytes]]]:
    """A stand-in that knows one virus. Called with a fixed answer it gives that one instead."""
    address = str(tmp_path / "clamd")
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.bind(address)
    server.listen()
    settings.CLAMD_SOCKET = address
    seen: list[bytes] = []
    threads: list[Thread] = []

    def serve(fixed: bytes | None) -> None:
        connection, _ = server.accept()
        with connection:
            seen.append(received(connection))
            found = b"stream: Eicar-Test-Signature FOUND\0" if EICAR in seen[-1] else b"stream: OK\0"
            connection.sendall(found if fixed is None else fixed)

    def start(fixed: bytes | None = None) -> list[bytes]:
        threads.append(Thread(target=serve, args=(fixed,)))
        threads[-1].start()
        return seen

    yield start
    for thread in threads:
        thread.join()
    server.close()


def refusal(content: bytes) -> str:
    with pytest.raises(UnreadableFile) as caught:
        pages(content)
    return str(caught.value)


def test_a_clean_photo_is_shown_whole_and_kept(clamd):
    photo = saved("JPEG") + bytes(200_000)
    seen = clamd()

    assert (len(pages(photo)), seen) == (1, [photo])


def test_a_virus_behind_a_photo_is_refused(clamd):
    clamd()

    assert refusal(saved("JPEG") + EICAR) == virus_scan.INFECTED


@pytest.mark.parametrize("answer", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"stream: OK, more or less\0"])
def test_an_answer_that_is_not_ok_is_not_clean(clamd, answer):
    clamd(answer)

    assert refusal(saved("JPEG")) == "暂时不能检查文件，请稍后再传。"


def test_a_scanner_that_is_down_lets_nothing_through(settings, tmp_path):
    settings.CLAMD_SOCKET = str(tmp_path / "nobody")

    assert refusal(saved("JPEG")) == "暂时不能检查文件，请稍后再传。"


def test_a_scanner_that_does_not_answer_lets_nothing_through(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(virus_scan, "SECONDS", 0.2)
    settings.CLAMD_SOCKET = str(tmp_path / "silent")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.bind(settings.CLAMD_SOCKET)
        server.listen()

        assert refusal(saved("JPEG")) == "暂时不能检查文件，请稍后再传。"


def test_without_a_scanner_photos_are_read(settings):
    assert (settings.CLAMD_SOCKET, len(pages(saved("JPEG")))) == ("", 1)
