"""The spot check's sample: anyone with the seed and the list draws the same one. Pure."""

import hashlib
from collections.abc import Iterable


def draw_sample(receipts: Iterable[str], size: int, seed: str) -> list[str]:
    """The `size` receipts with the smallest SHA-256 of `seed|receipt`, in that order."""
    return sorted(receipts, key=lambda receipt: hashlib.sha256(f"{seed}|{receipt}".encode()).hexdigest())[:size]


def frame_hash(receipts: Iterable[str]) -> str:
    """SHA-256 of the sorted receipts, one a line: what the sample was drawn from."""
    return hashlib.sha256("".join(f"{receipt}\n" for receipt in sorted(receipts)).encode()).hexdigest()
