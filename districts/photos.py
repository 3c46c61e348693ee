"""Turn what a phone sent into pages: upright JPEGs without metadata. Content decides, never the file's name.

Whatever an uploaded file carried besides pixels (location, scripts, another file glued behind) does not survive.
"""

import hashlib
import io
from dataclasses import dataclass

import pi_heif
import pypdfium2
from PIL import Image, ImageOps

pi_heif.register_heif_opener()
Image.MAX_IMAGE_PIXELS = 50_000_000
LONGEST_SIDE = 2400
MOST_PAGES = 10
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
READABLE = "JPG、PNG、HEIC、WebP 照片或 PDF"


class UnreadableFile(ValueError):
    """`str()` is the message for the form's field."""


@dataclass(frozen=True)
class Page:
    """One page as it is kept."""

    jpeg: bytes
    width: int
    height: int

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.jpeg).hexdigest()


def pages(content: bytes) -> list[Page]:
    """One page for a photo, one for each page of a PDF. Raises UnreadableFile."""
    if content.startswith(b"%PDF-"):
        return _pdf_pages(content)
    return [_photo(content)]


def _photo(content: bytes) -> Page:
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            if image.width * image.height > Image.MAX_IMAGE_PIXELS or max(image.size) > 12_000:
                raise UnreadableFile("照片尺寸过大，请用手机直接拍摄后上传。")
            image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            return _keep(ImageOps.exif_transpose(image))
    except UnreadableFile:
        raise
    except Image.DecompressionBombError:
        raise UnreadableFile("照片尺寸过大，请用手机直接拍摄后上传。") from None
    except Exception:  # decoders raise many kinds for a damaged file; to the parent they mean one thing
        raise UnreadableFile(f"这个文件不是照片，也不是PDF，或已损坏。请上传{READABLE}。") from None


def _pdf_pages(content: bytes) -> list[Page]:
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError:
        raise UnreadableFile("这个PDF打不开，可能已损坏或加了密码。请改为直接拍照上传。") from None
    try:
        if len(document) > MOST_PAGES:
            raise UnreadableFile(f"这个PDF有{len(document)}页，最多{MOST_PAGES}页。请只上传需要的页。")
        return [_keep(_rendered(document[number])) for number in range(len(document))]
    finally:
        document.close()


def _rendered(page: pypdfium2.PdfPage) -> Image.Image:
    longest = max(page.get_size())
    if not 0 < longest < 15_000:
        raise UnreadableFile("这个PDF的页面尺寸不正常。请改为直接拍照上传。")
    return page.render(scale=min(2.5, LONGEST_SIDE / longest)).to_pil()


def _keep(image: Image.Image) -> Page:
    image = image.convert("RGB")
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return Page(out.getvalue(), image.width, image.height)
