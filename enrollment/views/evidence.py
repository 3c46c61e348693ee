"""Document pages: private, rights asked on every request, never cached, never run."""

import io
from pathlib import Path
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from PIL import Image

from enrollment.evidence_files import path_of
from enrollment.permissions import evidence_page_or_404

THUMB = (240, 320)


@never_cache
@require_safe
def page(request: HttpRequest, pk: UUID) -> HttpResponse:
    return private_jpeg(Path(path_of(evidence_page_or_404(request.user, pk).sha256)).read_bytes())


@never_cache
@require_safe
def thumb(request: HttpRequest, pk: UUID) -> HttpResponse:
    with Image.open(path_of(evidence_page_or_404(request.user, pk).sha256), formats=("JPEG",)) as image:
        image.draft("RGB", THUMB)
        image.thumbnail(THUMB)
        out = io.BytesIO()
        image.save(out, "JPEG", quality=70)
    return private_jpeg(out.getvalue())


def private_jpeg(content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type="image/jpeg")
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["X-Content-Type-Options"] = "nosniff"
    return response
