"""What reading an upload in a closed process costs: `python -m tests.districts.bench_uploads`.

Each file is read by the decoder as in production (a fresh interpreter, limits, answer through memory) and, for
comparison, by plain Pillow or pdfium in this process: decode, reduce, encode. Exit status 1 when a limit is missed.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from uuid import UUID

import pillow_heif
import pypdfium2
from django.conf import settings
from PIL import Image

from districts.decoder.reading import LONGEST_SIDE_KEPT
from districts.photos import COMMAND, pages
from districts.private_files import Folder

pillow_heif.register_heif_opener()
TIMES = 7
CPU_SECONDS = 2.0  # security requirement U14: a photo of 12 megapixels
PEAK_MEGABYTES = 1024
# Between us and the decoder: a process's peak begins with that of the one that started it, and we are large.
LAUNCHER = """
import json, os, sys, time
start = time.perf_counter()
_, status, used = os.wait4(os.posix_spawn(sys.argv[1], sys.argv[1:], {}), 0)
print(json.dumps([used.ru_utime + used.ru_stime, time.perf_counter() - start, used.ru_maxrss / 1024]), file=sys.stderr)
sys.exit(os.waitstatus_to_exitcode(status))
"""


@dataclass(frozen=True)
class Cost:
    cpu: float
    wall: float
    peak: float = 0  # MB


def photograph() -> Image.Image:
    """Twelve megapixels of something like a lit page: a slope and the grain of a small sensor."""
    slope = Image.linear_gradient("L").resize((4000, 3000))
    grain = Image.effect_noise((4000, 3000), 12)
    return Image.merge("RGB", [Image.blend(slope, grain, share) for share in (0.3, 0.25, 0.35)])


def files() -> dict[str, bytes]:
    photo = photograph()

    def saved(form: str, **options: object) -> bytes:
        out = io.BytesIO()
        photo.save(out, form, **options)
        return out.getvalue()

    return {
        "JPEG, 12 MP": saved("JPEG", quality=90),
        "HEIC, 12 MP": saved("HEIF", quality=50),
        "PDF, 2 pages": saved("PDF", save_all=True, append_images=[photo]),
    }


def in_a_child(content: bytes) -> Cost:
    """The decoder as districts/photos.py runs it, with the kernel's account of it."""
    with tempfile.TemporaryFile() as sent, tempfile.TemporaryFile() as answer:
        sent.write(content)
        sent.seek(0)
        launcher = [sys.executable, "-I", "-S", "-c", LAUNCHER, *COMMAND]
        account = subprocess.run(launcher, stdin=sent, stdout=answer, stderr=subprocess.PIPE, check=True).stderr
    return Cost(*json.loads(account))


def plainly(content: bytes) -> Cost:
    """The same work without any care, here."""
    cpu, start = time.process_time(), time.perf_counter()
    if content.startswith(b"%PDF"):
        document = pypdfium2.PdfDocument(content)
        images = [page.render(scale=LONGEST_SIDE_KEPT / max(page.get_size())).to_pil() for page in document]
        document.close()
    else:
        images = [Image.open(io.BytesIO(content))]
    for image in images:
        image.draft("RGB", (LONGEST_SIDE_KEPT, LONGEST_SIDE_KEPT)) if image.format == "JPEG" else None
        image.thumbnail((LONGEST_SIDE_KEPT, LONGEST_SIDE_KEPT))
        image.save(io.BytesIO(), "JPEG", quality=85)
    return Cost(time.process_time() - cpu, time.perf_counter() - start)


def typical(measure: Callable[[bytes], Cost], content: bytes) -> Cost:
    costs = [measure(content) for _ in range(TIMES)]
    return Cost(*(median(getattr(cost, name) for cost in costs) for name in ("cpu", "wall", "peak")))


def milliseconds(action: Callable[[], object]) -> float:
    costs = []
    for _ in range(50):
        start = time.perf_counter()
        action()
        costs.append(time.perf_counter() - start)
    return median(costs) * 1000


def measure_decoder(sent: dict[str, bytes]) -> list[str]:
    print(
        f"{f'median of {TIMES}':14} {'sent':>8} {'CPU s':>7} {'wall s':>7} {'peak MB':>8}   plain: {'CPU s':>6} ratio"
    )
    missed = []
    for name, content in sent.items():
        child, plain = typical(in_a_child, content), typical(plainly, content)
        print(
            f"{name:14} {len(content) / 1e6:5.1f} MB {child.cpu:7.2f} {child.wall:7.2f} {child.peak:8.0f}"
            f"          {plain.cpu:6.2f} {child.cpu / plain.cpu:5.2f}"
        )
        missed += [f"{name}: {child.cpu:.2f} s CPU"] if child.cpu > CPU_SECONDS else []
        missed += [f"{name}: {child.peak:.0f} MB"] if child.peak > PEAK_MEGABYTES else []
    start = typical(in_a_child, b"nothing")
    small = io.BytesIO()
    Image.new("RGB", (8, 8)).save(small, "JPEG")
    one = typical(in_a_child, small.getvalue())
    print(f"start alone    {start.cpu * 1000:.0f} ms; with a photo of 8 × 8 {one.cpu * 1000:.0f} ms")
    return missed


def measure_storage(content: bytes) -> None:
    """Writing and reading one page, encrypted and durable, beside a plain file."""
    (page,) = pages(content)
    with tempfile.TemporaryDirectory(dir=settings.VAR_DIR) as folder:
        settings.MEDIA_ROOT = Path(folder)
        kept = Folder("bench")
        owner = UUID(int=1)
        address = kept.keep(page.jpeg, owner=owner)
        plain = Path(folder) / "plain"
        plain.write_bytes(page.jpeg)
        print(f"\none page of {len(page.jpeg) / 1e6:.2f} MB, milliseconds (median of 50)")
        print(f"  keep: address, encrypt, fsync, rename {milliseconds(lambda: kept.keep(page.jpeg, owner=owner)):8.2f}")
        print(f"  read and decrypt                      {milliseconds(lambda: kept.read(address)):8.2f}")
        print(f"  read a plain file                     {milliseconds(plain.read_bytes):8.2f}")


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    sent = files()
    missed = measure_decoder(sent)
    measure_storage(sent["JPEG, 12 MP"])
    print("\n" + ("limits missed: " + "; ".join(missed) if missed else "all limits held"))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
