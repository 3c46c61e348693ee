"""Uploading pages: bad files are named, good ones kept."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from enrollment import filing
from enrollment.models import Evidence, EvidencePage
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
