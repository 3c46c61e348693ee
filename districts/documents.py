"""Paper: HTML from the project's own templates to PDF. Nothing outside the page is ever fetched."""

from functools import cache
from typing import Any

import segno
from django.template.loader import render_to_string


def qr_code(text: str) -> str:
    """A QR code as a data URI."""
    return segno.make(text, error="m").svg_data_uri(scale=4, border=2)


def pdf(template: str, context: dict[str, Any]) -> bytes:
    """Render `template` to PDF."""
    from weasyprint import HTML  # slow import: a second and 60 MB that only workers need

    html = render_to_string(template, context)
    return HTML(string=html, url_fetcher=closed_fetcher()).write_pdf(font_config=fonts())


@cache
def fonts() -> Any:
    from weasyprint.text.fonts import FontConfiguration  # slow import, as above

    return FontConfiguration()


@cache
def closed_fetcher() -> Any:
    """Only data: addresses: no file of this machine and no other machine can get into a document."""
    from weasyprint.urls import URLFetcher  # slow import, as above

    return URLFetcher(allowed_protocols=("data",), allow_redirects=False)
