"""What templates and scripts may not contain; nothing that an attacker wrote is ever run."""

import re
from pathlib import Path

import pytest
from weasyprint.urls import FatalURLFetchingError, URLFetchingError

from districts import staff_forms
from districts.documents import closed_fetcher

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = sorted((ROOT / "static" / "js").glob("*.js"))
MODULES = [
    path
    for floor in ("catchments", "classing", "districts", "enrollment")
    for path in sorted((ROOT / floor).rglob("*.py"))
    if "migrations" not in path.parts
]


def found(pattern: str, files: list[Path]) -> list[str]:
    """`file: text` for each match."""
    assert files
    return [
        f"{path.relative_to(ROOT)}: {match}"
        for path in files
        for match in re.findall(pattern, path.read_text(encoding="utf-8"))
    ]


def test_no_template_and_no_view_switches_escaping_off():
    assert found(r"\|\s*safe\b|autoescape\s+off|\bsafeseq\b", TEMPLATES) == []
    assert found(r"\bmark_safe\(|\bSafeString\(|\|safe\b", MODULES) == []


def test_no_template_has_script_or_style_of_its_own():
    documents = [path for path in TEMPLATES if path.parent.name == "documents"]  # printed, never sent to a browser
    pages = [path for path in TEMPLATES if path not in documents]

    assert found(r"<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle=|\son[a-z]+=|javascript:", pages) == []


def test_no_template_is_made_from_text():
    assert found(r"\bTemplate\(|\bfrom_string\(", MODULES) == []


def test_scripts_write_text_and_never_markup():
    assert (
        found(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|postMessage", SCRIPTS)
        == []
    )


def test_scripts_keep_nothing_in_the_browser_but_the_size_of_letters():
    assert found(r"localStorage|sessionStorage|indexedDB|caches\.", SCRIPTS) == []
    assert found(r"document\.cookie = .(\w+)=", SCRIPTS) == ["static/js/portal.js: large"]


def test_every_model_form_names_its_fields():
    assert found(r'fields\s*=\s*"__all__"|\bexclude\s*=\s*[\[(]', MODULES) == []


@pytest.mark.parametrize("form", [staff_forms.NewPasswordForm], ids=lambda form: form.__name__)
def test_password_fields_hide_what_is_typed_and_take_what_is_pasted(form):
    fields = form().visible_fields()

    assert {field.widget_type for field in fields} == {"password"}
    assert {field.field.widget.attrs["autocomplete"] for field in fields} == {"new-password"}
    assert found(r"onpaste|[\"']paste[\"']", [*TEMPLATES, *SCRIPTS]) == []


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/x.png", "file:///etc/passwd", "https://example.org/"])
def test_pdfs_fetch_nothing(url: str):
    with pytest.raises((ValueError, FatalURLFetchingError, URLFetchingError)):
        closed_fetcher().fetch(url)
