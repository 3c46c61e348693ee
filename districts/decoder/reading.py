"""A stranger's bytes → fresh JPEGs of pixels only. Content decides, never the file's name.

Whatever a file carried besides pixels (place, scripts, comments, another file glued behind) does not survive.
"""

import io
from contextlib import suppress
from dataclasses import dataclass

from PIL import Image, ImageOps

MOST_PIXELS = 50_000_000
LONGEST_SIDE_READ = 12_000
LONGEST_SIDE_KEPT = 2400
LARGEST_PDF_PAGE = 14_400  # points: 200 inches, the format's own limit
FINEST_PDF = 2.5  # pixels for each point: 180 dots an inch
# An ISO media file is a HEIC photo when its first brand is one of these.
HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")


class Refused(Exception):
    """`reason` is a key of districts.photos.SENTENCES."""

    def __init__(self, reason: str, **details: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.details = details


@dataclass(frozen=True)
class Page:
    """One page as it is kept."""

    jpeg: bytes
    width: int
    height: int


def kind(content: bytes) -> str:
    """Which of the five formats the first bytes announce; empty for every other file."""
    if content.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "WEBP"
    if content[4:8] == b"ftyp" and content[8:12] in HEIC_BRANDS:
        return "HEIF"
    return "PDF" if content.startswith(b"%PDF-") else ""


def read(content: bytes, most_pages: int) -> list[Page]:
    """One page for a photo, one for each page of a PDF. Raises Refused."""
    format = kind(content)
    if not format:
        raise Refused("unreadable")
    if format == "PDF":
        return _pdf(content, most_pages)
    try:
        return [_photo(content, format)]
    except Refused:
        raise
    except Image.DecompressionBombError:
        raise Refused("too-large") from None
    except Exception:  # decoders raise many kinds for a damaged file; to the parent they mean one thing
        raise Refused("unreadable") from None


def _photo(content: bytes, format: str) -> Page:
    if format == "HEIF":
        import pi_heif  # 15 ms that other photos need not wait for

        pi_heif.register_heif_opener()
    with Image.open(io.BytesIO(content), formats=(format,)) as image:
        if image.width * image.height > MOST_PIXELS or max(image.size) > LONGEST_SIDE_READ:
            raise Refused("too-large")
        # A JPEG or HEIC with several pictures is a phone's: the first is the photo, the others are its depth or light.
        if format in ("PNG", "WEBP") and getattr(image, "is_animated", False):
            raise Refused("animated")
        image.draft("RGB", (LONGEST_SIDE_KEPT, LONGEST_SIDE_KEPT))
        image.load()
        return _keep(image)


def _pdf(content: bytes, most_pages: int) -> list[Page]:
    import pypdfium2  # 50 ms that photos need not wait for

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        locked = error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD
        raise Refused("pdf-locked" if locked else "pdf-unreadable") from None
    if pypdfium2.raw.FPDF_GetSecurityHandlerRevision(document) != -1:
        raise Refused("pdf-locked")
    if not len(document):
        raise Refused("pdf-unreadable")
    if len(document) > most_pages:
        raise Refused("pdf-pages", pages=len(document))
    try:
        return [_keep(_rendered(document[number])) for number in range(len(document))]
    except pypdfium2.PdfiumError:
        raise Refused("pdf-unreadable") from None


def _rendered(page) -> Image.Image:
    width, height = page.get_size()
    if not (1 <= width <= LARGEST_PDF_PAGE and 1 <= height <= LARGEST_PDF_PAGE):
        raise Refused("pdf-size")
    return page.render(scale=min(FINEST_PDF, LONGEST_SIDE_KEPT / max(width, height))).to_pil()


def _keep(image: Image.Image) -> Page:
    """Upright, small enough, RGB, and nothing but pixels."""
    image = _on_white(image)
    image.thumbnail((LONGEST_SIDE_KEPT, LONGEST_SIDE_KEPT))
    with suppress(Exception):  # how the camera was held cannot be read: the photo itself can
        image = ImageOps.exif_transpose(image)
    image.info.clear()  # Pillow would write a comment into the new file
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return Page(out.getvalue(), image.width, image.height)


def _on_white(image: Image.Image) -> Image.Image:
    """RGB; what is transparent shows white paper, and 16 bits are scaled to 8."""
    if image.mode.startswith("I"):
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    if not image.has_transparency_data:
        return image.convert("RGB")
    image = image.convert("RGBA")
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image.getchannel("A"))
    paper.info = image.info
    return paper
