"""The one error of the protocol: something in a text or a value that the specification does not allow."""

from __future__ import annotations


class ProtocolError(ValueError):
    """Names the field at fault and says what is wrong, in Chinese for the page and in English for the log."""

    def __init__(self, field: str, message_zh: str, message_en: str) -> None:
        super().__init__(field, message_zh, message_en)
        self.field = field
        self.message_zh = message_zh
        self.message_en = message_en

    def __str__(self) -> str:
        return f"{self.field}: {self.message_en}"
