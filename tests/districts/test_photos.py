"""What a phone sends becomes upright JPEGs; everything else is refused with a sentence."""

import io

import pillow_heif
import pytest
from PIL import Image

from districts.decoder.reading import LONGEST_SIDE_KEPT
from districts.photos import UnreadableFile, pages
from tests.districts.hostile import one_page, stream

pillow_heif.register_heif_opener()


def encoded(image: Image.Image, form: str, **options) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def picture(width: int = 40, height: int = 30) -> Image.Image:
    return Image.new("RGB", (width, height), (200, 100, 50))


def refusal(content: bytes) -> str:
    with pytest.raises(UnreadableFile) as caught:
        pages(content)
    return str(caught.value)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_photos_are_read_whatever_their_format(form):
    (page,) = pages(encoded(picture(), form))

    assert (page.width, page.height, page.jpeg[:2]) == (40, 30, b"\xff\xd8")


def test_a_pdf_gives_one_page_for_each_of_its_pages():
    assert len(pages(encoded(picture(), "PDF", save_all=True, append_images=[picture()]))) == 2


def test_chinese_words_are_drawn_though_the_pdf_brings_no_font():
    descendant = b"/Subtype /CIDFontType0 /CIDSystemInfo <</Registry (Adobe) /Ordering (GB1) /Supplement 2>>"
    content = one_page(
        b"<</Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [6 0 R]>>",
        b"<</Type /Font %s /BaseFont /STSong-Light /DW 1000 /FontDescriptor 7 0 R>>" % descendant,
        b"<</Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [0 -200 1000 900] /StemV 80>>",
        page=b"/Resources <</Font <</F 5 0 R>>>>",
        drawn=stream(b"BT /F 48 Tf 80 600 Td <%s> Tj ET" % "户口簿".encode("utf-16-be").hex().encode()),
    )

    (page,) = pages(content)

    with Image.open(io.BytesIO(page.jpeg)) as kept:
        black = sum(kept.convert("L").histogram()[:64])
    assert black > 5_000


def test_a_photo_lying_on_its_side_is_turned_upright():
    exif = Image.Exif()
    exif[0x0112] = 6

    (page,) = pages(encoded(picture(), "JPEG", exif=exif))

    assert (page.width, page.height) == (30, 40)


# How a camera's eight ways to be held lay the pixels down, undone by the tag of that number.
HELD = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF"])
@pytest.mark.parametrize("orientation", HELD)
def test_a_photo_stands_upright_however_the_phone_was_held(form, orientation):
    upright = picture(64, 48)
    upright.paste((0, 0, 255), (0, 0, 32, 24))
    exif = Image.Exif()
    exif[0x0112] = orientation
    lying = upright if HELD[orientation] is None else upright.transpose(HELD[orientation])

    (page,) = pages(encoded(lying, form, exif=exif.tobytes()))

    with Image.open(io.BytesIO(page.jpeg)) as kept:
        corners = [kept.getpixel(place) for place in ((8, 8), (56, 8), (8, 40), (56, 40))]
    assert (page.width, page.height) == (64, 48)
    assert [blue > red for red, _, blue in corners] == [True, False, False, False]


def test_what_is_transparent_shows_white_paper():
    (page,) = pages(encoded(Image.new("RGBA", (40, 30), (0, 0, 0, 0)), "PNG"))

    assert Image.open(io.BytesIO(page.jpeg)).getpixel((5, 5)) == (255, 255, 255)


def test_sixteen_bits_of_grey_are_scaled_to_eight():
    (page,) = pages(encoded(Image.new("I;16", (40, 30), 0x8000), "PNG"))

    assert Image.open(io.BytesIO(page.jpeg)).getpixel((5, 5)) == (128, 128, 128)


def test_where_a_photo_was_taken_is_not_kept():
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x010F] = "SECRET-PHONE"

    (page,) = pages(encoded(picture(), "JPEG", exif=exif))

    assert b"SECRET-PHONE" not in page.jpeg
    assert dict(Image.open(io.BytesIO(page.jpeg)).getexif()) == {}


def test_what_is_glued_behind_a_photo_does_not_survive():
    (page,) = pages(encoded(picture(), "JPEG") + b"<script>alert(1)</script>PK\x03\x04")

    assert b"<script" not in page.jpeg


def test_a_large_photo_is_made_smaller():
    (page,) = pages(encoded(picture(4000, 3000), "JPEG"))

    assert (page.width, page.height) == (LONGEST_SIDE_KEPT, 1800)


@pytest.mark.parametrize(
    "content",
    [
        b"plain text",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<html></html>",
        b"GIF89a" + b"\0" * 20,
        b"\xff\xd8\xff",
        b"MZ",
    ],
)
def test_what_is_no_photo_is_refused(content):
    assert refusal(content) == ("这个文件不是照片，也不是PDF，或已损坏。请上传JPG、PNG、HEIC、WebP 照片或 PDF。")


def test_a_damaged_pdf_is_refused():
    assert refusal(b"%PDF-1.4 nothing") == "这个PDF打不开，可能已损坏。请改为直接拍照上传。"


def test_a_pdf_of_too_many_pages_is_refused():
    many = encoded(picture(), "PDF", save_all=True, append_images=[picture()] * 10)

    assert refusal(many) == "这个PDF有11页，最多10页。请只上传需要的页。"


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded():
    assert refusal(encoded(Image.new("1", (13_000, 100)), "PNG")) == "照片尺寸过大，请用手机直接拍摄后上传。"
