"""Document pages: private, rights asked on every request, decrypted for this answer only, never cached, never run."""

import io
import logging
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from PIL import Image

from districts.private_files import Damaged, Folder
from enrollment.permissions import evidence_page_or_404
from enrollment.private_files import EVIDENCE

log = logging.getLogger(__name__)
THUMB = (240, 320)


@never_cache
@require_safe
def page(request: HttpRequest, pk: UUID) -> HttpResponse:
    return private_jpeg(content_or_404(EVIDENCE, evidence_page_or_404(request.user, request.district, pk).address))


@never_cache
@require_safe
def thumb(request: HttpRequest, pk: UUID) -> HttpResponse:
    content = content_or_404(EVIDENCE, evidence_page_or_404(request.user, request.district, pk).address)
    with Image.open(io.BytesIO(content), formats=("JPEG",)) as image:
        image.draft("RGB", THUMB)
        image.thumbnail(THUMB)
        out = io.BytesIO()
        image.save(out, "JPEG", quality=70)
    return private_jpeg(out.getvalue())


def content_or_404(folder: Folder, address: str) -> bytes:
    """A private file in clear; one that is damaged is missing to the visitor and an error in the log."""
    try:
        return folder.read(address)
    except Damaged as damaged:
        log.error("private file damaged: %s", damaged)
        raise Http404 from None


def private_jpeg(content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type="image/jpeg")
    response["Content-Disposition"] = 'inline; filename="page.jpg"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["X-Content-Type-Options"] = "nosniff"
    return response
