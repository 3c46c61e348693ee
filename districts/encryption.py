"""Personal facts at rest: an authenticated cipher per field, and a keyed blind index for equality search.

Envelope: version (1 byte) ‖ algorithm (1) ‖ key number (1) ‖ nonce (12) ‖ ciphertext and tag. The row's label and
primary key are bound in as associated data: a ciphertext moved to another row or field does not open.

Keys are rings (settings.FIELD_KEYS, INDEX_KEYS): the newest writes, all are read. An index made with key 1 is 16 bytes,
one made with a later key has the key's number before them, so both tell under which key they are.
`manage.py rotate_keys` (districts/rotation.py) carries everything over to the newest.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from functools import cache
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models

VERSION = 1
ALGORITHMS = {"AES-256-GCM": 1, "SM4-GCM": 2}
HEADER_BYTES, NONCE_BYTES, TAG_BYTES = 3, 12, 16
HASH_BYTES = 16
INDEX_BYTES = 1 + HASH_BYTES


class Aead(Protocol):
    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes: ...

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes: ...


class Sm4Gcm:
    """SM4 (GB/T 32907) in GCM, for who must use it. Software, no certified cryptographic module."""

    def __init__(self, key: bytes) -> None:
        derived = HKDF(hashes.SHA256(), length=16, salt=None, info=b"SM4-GCM").derive(key)
        self._algorithm = algorithms.SM4(derived)

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes:
        encryptor = Cipher(self._algorithm, modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(associated_data)
        return encryptor.update(data) + encryptor.finalize() + encryptor.tag

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes:
        decryptor = Cipher(self._algorithm, modes.GCM(nonce, data[-TAG_BYTES:])).decryptor()
        decryptor.authenticate_additional_data(associated_data)
        return decryptor.update(data[:-TAG_BYTES]) + decryptor.finalize()


@cache
def _cipher(algorithm: int, key: str) -> Aead:
    return (AESGCM if algorithm == ALGORITHMS["AES-256-GCM"] else Sm4Gcm)(base64.b64decode(key))


def header() -> bytes:
    """What every envelope written now begins with."""
    return bytes((VERSION, ALGORITHMS[settings.FIELD_CIPHER], max(settings.FIELD_KEYS)))


def encrypt(text: str, *, bound_to: str) -> bytes:
    return encrypt_bytes(text.encode(), bound_to=bound_to)


def decrypt(envelope: bytes, *, bound_to: str) -> str:
    """Raises cryptography.exceptions.InvalidTag when the envelope was altered or belongs to another row."""
    return decrypt_bytes(bytes(envelope), bound_to=bound_to).decode()


def encrypt_bytes(content: bytes, *, bound_to: str) -> bytes:
    nonce, begin = secrets.token_bytes(NONCE_BYTES), header()
    cipher = _cipher(begin[1], settings.FIELD_KEYS[begin[2]])
    return begin + nonce + cipher.encrypt(nonce, content, bound_to.encode())


def decrypt_bytes(envelope: bytes, *, bound_to: str) -> bytes:
    """Raises cryptography.exceptions.InvalidTag when the envelope was altered, belongs elsewhere or its key is gone."""
    if len(envelope) < HEADER_BYTES + NONCE_BYTES + TAG_BYTES:
        raise InvalidTag
    version, algorithm, number = envelope[:HEADER_BYTES]
    if version != VERSION or algorithm not in ALGORITHMS.values() or number not in settings.FIELD_KEYS:
        raise InvalidTag
    nonce, sealed = envelope[HEADER_BYTES:][:NONCE_BYTES], envelope[HEADER_BYTES + NONCE_BYTES :]
    return _cipher(algorithm, settings.FIELD_KEYS[number]).decrypt(nonce, sealed, bound_to.encode())


def keyed_hash(told: str, *, number: int) -> bytes:
    """32 bytes that nobody without index key `number` can compute."""
    return hmac.digest(base64.b64decode(settings.INDEX_KEYS[number]), told.encode(), hashlib.sha256)


def index_key_numbers() -> list[int]:
    """The newest first: it writes."""
    return sorted(settings.INDEX_KEYS, reverse=True)


def index_prefix(number: int) -> bytes:
    return b"" if number == 1 else bytes((number,))


def blind_index(kind: str, value: str) -> bytes:
    """What is stored: by it equal values find each other, and nobody without the key learns the value.

    `kind` keeps an ID number's index apart from a phone's; `value` comes normalised.
    """
    return blind_indexes(kind, value)[0]


def blind_indexes(kind: str, value: str) -> list[bytes]:
    """What is searched for: the value's index under every key of the ring, the newest first, the oldest last."""
    told = f"{kind}|{value}"
    return [index_prefix(n) + keyed_hash(told, number=n)[:HASH_BYTES] for n in index_key_numbers()]


def is_one_of(mac: bytes, indexes: Iterable[bytes]) -> bool:
    """Whether a stored keyed hash is one of these, in a time that tells nothing."""
    return [hmac.compare_digest(bytes(mac), one) for one in indexes].count(True) > 0


class BlindIndex(models.BinaryField):
    """A stored keyed hash.

    `of` leads from the row to the encrypted value of which it is the index of `kind`, so that a new key can make it
    again. Without it nobody can: `fades` says what becomes of it, `alive` of which rows it is still asked.
    """

    def __init__(self, kind: str = "", of: str = "", *, fades: str = "", alive: models.Q | None = None, **options: Any):
        self.kind, self.of, self.fades, self.alive = kind, of, fades, alive
        super().__init__(**{"max_length": INDEX_BYTES} | options)

    def deconstruct(self) -> tuple[str, str, list, dict]:
        """To the database it is bytes."""
        name, _, arguments, options = super().deconstruct()
        return name, "django.db.models.BinaryField", arguments, options


class Encrypted:
    """Descriptor: plain text in Python, an envelope in `<name>_cipher`, and if asked an index in `<name>_index`.

    The model's primary key must exist before the row is saved (a UUID).
    """

    def __init__(self, index: str = "") -> None:
        self.index = index

    def __set_name__(self, owner: type[models.Model], name: str) -> None:
        self.name = name

    def _bound_to(self, instance: models.Model) -> str:
        return f"{type(instance).__name__}.{self.name}|{instance.pk}"

    def __get__(self, instance: models.Model | None, owner: type[models.Model]) -> Any:
        if instance is None:
            return self
        envelope = getattr(instance, f"{self.name}_cipher")
        return decrypt(envelope, bound_to=self._bound_to(instance)) if envelope else ""

    def __set__(self, instance: models.Model, value: str) -> None:
        cipher = encrypt(value, bound_to=self._bound_to(instance)) if value else None
        setattr(instance, f"{self.name}_cipher", cipher)
        if self.index:
            setattr(instance, f"{self.name}_index", blind_index(self.index, value) if value else None)
