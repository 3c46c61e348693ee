"""Files that are shown only after a permission check: encrypted, whole or absent, in no public folder.

A file lies at its address: a keyed hash of its owner and its content. The same paper sent by two families has two
addresses, so neither the folder nor the database tells that it is the same; and who holds a paper but not the key
cannot look whether it is among them. The address is bound into the envelope: a file put in another's place stays shut.
"""

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Container, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from django.conf import settings

from districts.encryption import decrypt_bytes, encrypt_bytes, header, index_key_numbers, keyed_hash


class Damaged(Exception):
    """A file that a row names is missing or is not what was written."""


@dataclass(frozen=True)
class Folder:
    """One kind of file, below MEDIA_ROOT."""

    name: str

    @property
    def path(self) -> Path:
        return Path(settings.MEDIA_ROOT) / self.name

    def path_of(self, address: str) -> Path:
        return self.path / address[:2] / address

    def address(self, content: bytes, *, owner: UUID) -> str:
        """Where the file is kept from now on."""
        return self.addresses(content, owner=owner)[0]

    def addresses(self, content: bytes, *, owner: UUID) -> list[str]:
        """Where it may lie: under every index key, the newest first."""
        told = f"{self.name}|{owner}|{hashlib.sha256(content).hexdigest()}"
        return [keyed_hash(told, number=n).hex() + _suffix(n) for n in index_key_numbers()]

    def keep(self, content: bytes, *, owner: UUID) -> str:
        """Write the file, whole and durable, before any row names its address, which is returned."""
        address = self.address(content, owner=owner)
        with self._locked(fcntl.LOCK_SH):
            _write(self.path_of(address), encrypt_bytes(content, bound_to=self._bound_to(address)))
        return address

    def read(self, address: str) -> bytes:
        """Raises Damaged."""
        path = self.path_of(address)
        try:
            return decrypt_bytes(path.read_bytes(), bound_to=self._bound_to(address))
        except FileNotFoundError:
            raise Damaged(f"{path} is missing") from None
        except InvalidTag:
            raise Damaged(f"{path} is not what was written") from None

    def verify(self, address: str, *, owner: UUID) -> None:
        """Read the file and hash it again. Raises Damaged."""
        if address not in self.addresses(self.read(address), owner=owner):
            raise Damaged(f"{self.path_of(address)} belongs to another owner")

    def is_current(self, address: str) -> bool:
        """Whether the file's address and content are under the newest keys; a missing file is not."""
        try:
            with self.path_of(address).open("rb") as file:
                begin = file.read(len(header()))
        except FileNotFoundError:
            return False
        return address[_HEX:] == _suffix(index_key_numbers()[0]) and begin == header()

    def renew(self, address: str, *, owner: UUID) -> str:
        """Keep the file again under the newest keys; returns its address now. The old file stays until it is swept.

        Raises Damaged.
        """
        content = self.read(address)
        if address not in self.addresses(content, owner=owner):
            raise Damaged(f"{self.path_of(address)} belongs to another owner")
        return self.keep(content, owner=owner)

    def remove(self, address: str) -> None:
        """Remove a file that no row names any more; one that is gone already is gone."""
        with self._locked(fcntl.LOCK_EX):
            self.path_of(address).unlink(missing_ok=True)

    def sweep(self, named: Container[str], *, before: datetime) -> list[Path]:
        """Remove the files written before that instant whose address no row names; returns them.

        One that is being sent again right now is written anew, and so is either seen as fresh or written afterwards.
        """
        removed = []
        for path in sorted(self.path.glob("*/*")):
            if path.name in named:
                continue
            with self._locked(fcntl.LOCK_EX):
                if path.stat().st_mtime < before.timestamp():
                    path.unlink()
                    removed.append(path)
        return removed

    def _bound_to(self, address: str) -> str:
        return f"file|{self.name}|{address}"

    @contextmanager
    def _locked(self, how: int) -> Iterator[None]:
        """Writers share the folder, the sweeper has it alone."""
        self.path.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.path, os.O_RDONLY)
        try:
            fcntl.flock(handle, how)
            yield
        finally:
            os.close(handle)


_HEX = 64


def _suffix(number: int) -> str:
    """What an address ends with: nothing under key 1, "-2" under key 2."""
    return "" if number == 1 else f"-{number}"


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(temporary).replace(path)
    folder = os.open(path.parent, os.O_RDONLY)  # the new name must last as well
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
