"""Photos of documents for the rehearsal: plainly samples, each different, small so that making them costs little."""

import io
from functools import cache

from PIL import Image, ImageDraw

SIZE = (600, 800)


@cache
def sheet() -> Image.Image:
    """A page with ruled lines."""
    paper = Image.new("RGB", SIZE, (244, 240, 228))
    pen = ImageDraw.Draw(paper)
    for y in range(120, SIZE[1], 40):
        pen.line((60, y, SIZE[0] - 60, y), fill=(120, 120, 120), width=2)
    pen.text((60, 40), "SAMPLE - NOT A DOCUMENT", fill=(160, 30, 30), font_size=32)
    return paper


def photograph(words: str) -> bytes:
    """A JPEG whose content differs with `words`."""
    page = sheet().copy()
    ImageDraw.Draw(page).text((60, 150), words, fill=(20, 20, 20), font_size=28)
    out = io.BytesIO()
    page.save(out, "JPEG", quality=75)
    return out.getvalue()
