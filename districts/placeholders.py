"""Texts with {placeholders} that people write: the known ones are replaced, all else stays as it was typed. Pure.

Never a template engine: whoever writes a text must not be able to read or run anything with it. What is put in is not
looked at again.
"""

import re
from collections.abc import Collection, Mapping

PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


def fill(text: str, values: Mapping[str, str]) -> str:
    """`text` with each {name} that `values` knows replaced by its value."""
    return PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def unknown(text: str, known: Collection[str]) -> list[str]:
    """What looks like a placeholder and will stay as it is, in the order of the text."""
    return list(dict.fromkeys(found[0] for found in PLACEHOLDER.finditer(text) if found[1] not in known))
