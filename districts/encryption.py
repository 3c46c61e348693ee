"""Personal facts at rest: AES-256-GCM per field, and a keyed blind index for equality search.

Envelope: version (1 byte) ‖ algorithm (1) ‖ key number (1) ‖ nonce (12) ‖ ciphertext and tag. The row's label and
primary key are bound in as associated data: a ciphertext moved to another row or field does not open.
"""

import base64
import hashlib
import hmac
import secrets
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models

HEADER = bytes((1, 1, 1))
INDEX_BYTES = 16


@cache
def _cipher(key: str) -> AESGCM:
    return AESGCM(base64.b64decode(key))


def encrypt(text: str, *, bound_to: str) -> bytes:
    return encrypt_bytes(text.encode(), bound_to=bound_to)


def decrypt(envelope: bytes, *, bound_to: str) -> str:
    """Raises cryptography.exceptions.InvalidTag when the envelope was altered or belongs to another row."""
    return decrypt_bytes(bytes(envelope), bound_to=bound_to).decode()


def encrypt_bytes(content: bytes, *, bound_to: str) -> bytes:
    nonce = secrets.token_bytes(12)
    return HEADER + nonce + _cipher(settings.FIELD_KEY).encrypt(nonce, content, bound_to.encode())


def decrypt_bytes(envelope: bytes, *, bound_to: str) -> bytes:
    """Raises cryptography.exceptions.InvalidTag when the envelope was altered or belongs elsewhere."""
    if envelope[:3] != HEADER or len(envelope) < 15 + 16:
        raise InvalidTag
    return _cipher(settings.FIELD_KEY).decrypt(envelope[3:15], envelope[15:], bound_to.encode())


def blind_index(kind: str, value: str) -> bytes:
    """16 bytes by which equal values find each other and nobody without the key learns the value.

    `kind` keeps an ID number's index apart from a phone's; `value` comes normalised.
    """
    key = base64.b64decode(settings.INDEX_KEY)
    return hmac.digest(key, f"{kind}|{value}".encode(), hashlib.sha256)[:INDEX_BYTES]


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
