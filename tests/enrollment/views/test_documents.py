"""Uploading pages: bad files are named, good ones kept; each limit is said with what to do."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from districts import rate_limit
from enrollment import filing
from enrollment.models import Evidence, EvidencePage
from enrollment.private_files import EVIDENCE
from tests.districts.hostile import NAMES, one_page, stream, zeros
from tests.enrollment import steps

pytestmark = pytest.mark.django_db


@pytest.fixture
def hukou(wang, season, at):
    """The household register of a draft, with its pages."""
    return filing.needed_evidence(steps.filled_in(wang, season, at("filing")))[0]


def kept(evidence: Evidence) -> int:
    return EvidencePage.objects.filter(evidence=evidence).count()


@pytest.fixture
def upload(client, wang, hukou):
    def send(*files: tuple[str, bytes]):
        client.force_login(wang)
        url = reverse("application-document", args=[hukou.application_id, hukou.pk])
        return client.post(url, {"files": [SimpleUploadedFile(name, content) for name, content in files]})

    return send


def test_several_photos_at_once_are_all_kept(upload, hukou):
    response = upload(("a.jpg", steps.photo(1)), ("b.jpg", steps.photo(2)))

    assert (response.status_code, kept(hukou)) == (302, 4)


def test_of_several_files_the_good_ones_are_kept_and_every_bad_one_is_named(upload, hukou, settings):
    settings.UPLOAD_FILE_LIMIT = 20_000
    response = upload(("一.jpg", steps.photo(1)), ("二.txt", b"text"), ("三.jpg", b"\xff\xd8" + b"0" * 30_000))

    assert kept(hukou) == 3
    assert response.context["form"].errors["files"] == [
        "“二.txt”：这个文件不是照片，也不是PDF，或已损坏。请上传JPG、PNG、HEIC、WebP 照片或 PDF。",
        "“三.jpg”有0.0MB，每个文件最多12MB。请用手机重新拍摄，或压缩后上传。",
    ]
    assert len(response.context["photos"]) == 3


def test_without_a_file_the_field_says_so(upload):
    assert upload().context["form"].errors == {"files": ["请先选择照片。"]}


def test_more_pages_than_allowed_are_refused_and_nothing_is_lost(upload, hukou):
    response = upload(*((f"{n}.jpg", steps.photo(n)) for n in range(9)))

    assert response.context["form"].errors == {"files": ["每种证件最多10页，请先删除不需要的页。"]}
    assert kept(hukou) == 2


def test_the_hours_limit_keeps_what_came_before_and_names_the_rest(upload, hukou, settings):
    settings.UPLOADS_AN_HOUR = 2
    response = upload(*((f"{n}.jpg", steps.photo(n)) for n in (1, 2, 3)))

    assert response.context["form"].errors == {"files": ["“3.jpg”没有收到：每小时最多上传2个文件。请过一小时再传。"]}
    assert kept(hukou) == 4


def test_each_account_has_its_own_limit(upload, hukou, settings, li, wang):
    settings.UPLOADS_AN_HOUR = 1
    rate_limit.allow(f"upload|{li.pk}", most=1, seconds=3600)

    assert upload(("a.jpg", steps.photo(1))).status_code == 302


def test_an_application_keeps_at_most_60_mb_and_says_how_full_it_is(upload, hukou):
    EvidencePage.objects.filter(pk=hukou.pages.first().pk).update(size=60 * 1024 * 1024)
    response = upload(("a.jpg", steps.photo(1, (5000, 5000))))

    assert response.context["form"].errors == {
        "files": ["一份报名的照片合计最多60MB，已有60.0MB，这次的0.1MB放不下。请先删除不需要的页，再重新上传。"]
    }
    assert kept(hukou) == 2


def test_a_form_that_is_too_large_is_answered_with_the_limits(upload, hukou, settings):
    settings.UPLOAD_TOTAL_LIMIT = 100_000
    response = upload(("a.jpg", steps.photo(1)), ("b.jpg", bytes(200_000)))

    assert (response.status_code, kept(hukou)) == (413, 2)
    assert "每个文件最多 12 MB，一次合计最多 60 MB。" in response.content.decode()


@pytest.mark.parametrize("name", NAMES)
def test_a_name_decides_nothing_and_gets_into_no_path(upload, hukou, name, tmp_path):
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    upload((name, steps.photo(1)))

    (new,) = {path for path in tmp_path.rglob("*") if path.is_file()} - before
    assert kept(hukou) == 3
    assert re.fullmatch(r"[0-9a-f]{2}/[0-9a-f]{64}", str(new.relative_to(EVIDENCE.path)))


def test_a_long_name_is_shortened_where_it_is_shown(upload):
    response = upload(("户" * 100 + ".html", b"text"))

    (error,) = response.context["form"].errors["files"]
    assert error.partition("：")[0] == "“" + "户" * 28 + "…" + "户" * 5 + ".html”"


def test_a_file_that_kills_the_decoder_costs_the_others_nothing(upload, hukou):
    bomb = one_page(drawn=stream(zeros(1000), b"/Filter /FlateDecode"))
    response = upload(("一.jpg", steps.photo(1)), ("二.pdf", bomb), ("三.jpg", steps.photo(2)))

    assert response.context["form"].errors == {"files": ["“二.pdf”：无法读取这个文件。请用手机重新拍照后上传。"]}
    assert kept(hukou) == 4
