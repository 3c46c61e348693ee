"""入学通知书 and 公示."""

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import pypdfium2
import pytest
from django.conf import settings as django_settings
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from classing.models import Lot
from districts import outbox
from districts.refusals import Refused
from enrollment import notices, publishing
from enrollment.models import Notice, Placement, Publication
from enrollment.private_files import NOTICES
from tests.enrollment import steps

pytestmark = pytest.mark.django_db


@pytest.fixture
def xinhua(campus):
    return campus("新华小学")


@pytest.fixture
def held(season, xinhua, zhao, sun, at):
    return steps.held_draw(season, xinhua, zhao, sun, at, pupils=4, classes=2)


@pytest.fixture
def published(held, season, xinhua, zhao, at, sun):
    """Published, and everything that the workers do is done."""
    publication = publishing.publish(season, xinhua, by=zhao, released_by=sun, now=at("draw"))
    outbox.drain()
    publication.refresh_from_db()
    return publication


def page_text(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    try:
        return document[0].get_textpage().get_text_range()
    finally:
        document.close()


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_every_placed_child_has_exactly_one_notice(published):
    assert sorted(Notice.objects.values_list("placement", flat=True)) == sorted(
        Placement.objects.values_list("pk", flat=True)
    )
    assert Notice.objects.filter(file_address="").count() == 0


def test_a_notice_says_child_school_class_team_and_code(published):
    notice = Notice.objects.select_related("placement__application__child").first()
    content = NOTICES.read(notice.file_address)
    lot = Lot.objects.select_related("team").get(class_label=notice.placement.class_label)

    text = re.sub(r"\s+", "", page_text(content))
    for fact in ("入学通知书", notice.placement.application.child.name, "新华小学", lot.class_label, lot.team.homeroom):
        assert fact in text
    assert notice.code in text


def test_a_notice_is_one_page(published):
    document = pypdfium2.PdfDocument(NOTICES.read(Notice.objects.first().file_address))

    assert len(document) == 1
    document.close()


def test_writing_a_notice_twice_leaves_one_notice_with_its_code(published):
    before = Notice.objects.first()

    notices.write({"notice": str(before.pk)})

    after = Notice.objects.get(pk=before.pk)
    assert (after.code, Notice.objects.count()) == (before.code, 4)


def test_anyone_can_check_a_notice_and_learns_a_masked_name_only(client, published):
    notice = Notice.objects.select_related("placement__application__child").first()

    response = client.get(reverse("verify-code", args=[notice.code]))

    assert response.status_code == 200
    assert response.context["checked"] == notices.Checked(
        "样*子", "新华小学", 2024, notice.placement.class_label, notice.issued_on, False
    )
    assert "样甲子" not in response.content.decode()


def test_a_code_that_was_never_issued_is_said_to_be_so(client, season):
    assert client.get(reverse("verify-code", args=["AAAA-AAAA-AAAA"])).status_code == 404


def test_a_code_typed_without_dashes_and_in_small_letters_is_found(client, published):
    notice = Notice.objects.first()

    response = client.get(reverse("verify"), {"code": notice.code.replace("-", "").lower()})

    assert response["Location"] == reverse("verify-code", args=[notice.code])


@pytest.mark.parametrize("typed", ["---", "？！", "😀"])
def test_a_code_without_letters_is_refused_at_the_field(client, season, typed):
    page = client.get(reverse("verify"), {"code": typed})

    assert page.context["form"].errors == {"code": ["验证码是12位字母和数字，请照通知书填写。"]}


def test_the_family_downloads_its_own_notice(client, published):
    application = Placement.objects.select_related("application__account").first().application
    client.force_login(application.account)

    response = client.get(reverse("application-notice", args=[application.pk]))

    assert (response.status_code, b"".join(response)[:5]) == (200, b"%PDF-")


def test_results_are_published_once_and_after_the_lots(season, xinhua, zhao, sun, at, published):
    with pytest.raises(Refused, match="分班结果已经公布。"):
        publishing.publish(season, xinhua, by=zhao, released_by=sun, now=at("draw"))


def test_nothing_is_published_before_the_lots(season, xinhua, zhao, at, sun):
    with pytest.raises(Refused, match="班主任抽签完成后才能公布。"):
        publishing.publish(season, xinhua, by=zhao, released_by=sun, now=at("draw"))


def test_another_school_cannot_publish(held, season, xinhua, qian, at, sun):
    with pytest.raises(PermissionDenied):
        publishing.publish(season, xinhua, by=qian, released_by=sun, now=at("draw"))


def test_the_published_page_stands_alone(published, settings):
    folder = Path(settings.PUBLISHED_ROOT) / "yangquan-chengqu"
    page = (folder / "2024-primary" / "06" / "index.html").read_text(encoding="utf-8")

    assert files(folder) == {
        "portal.css",
        "verify.py",
        "2024-primary/index.html",
        "2024-primary/06/index.html",
        "2024-primary/06/record.json",
        "2024-primary/06/notice.txt",
        "2024-primary/06/transcript.txt",
    }
    assert re.findall(r'(?:src|href)="(/static/[^"]*)"', page) == []
    assert published.page_sha256 == hashlib.sha256(page.encode()).hexdigest()


def test_the_published_page_lists_codes_and_masked_names_only(published, settings):
    page = (Path(settings.PUBLISHED_ROOT) / "yangquan-chengqu" / "2024-primary" / "06" / "index.html").read_text(
        encoding="utf-8"
    )

    for placement in Placement.objects.select_related("application__child", "roster_place"):
        assert placement.roster_place.code in page
        assert placement.application.child.name not in page
        assert placement.application.child.id_number not in page
    assert page.count("样*子") == 4


def test_a_parent_recomputes_the_classes_from_the_published_record(published, settings):
    record = Path(settings.PUBLISHED_ROOT) / "yangquan-chengqu" / "2024-primary" / "06" / "record.json"

    checked = subprocess.run(
        [sys.executable, django_settings.BASE_DIR / "classing" / "verify.py", record], capture_output=True, text=True
    )

    assert checked.returncode == 0, checked.stdout


def test_the_index_lists_what_is_published(published, settings):
    index = (Path(settings.PUBLISHED_ROOT) / "yangquan-chengqu" / "2024-primary" / "index.html").read_text(
        encoding="utf-8"
    )

    assert re.findall(r'href="(\d\d/[^"]*)"', index) == ["06/"]


def test_the_record_carries_the_lots(published, settings):
    record = json.loads(
        (Path(settings.PUBLISHED_ROOT) / "yangquan-chengqu" / "2024-primary" / "06" / "record.json").read_text()
    )

    drawn = [[lot.team.number, lot.class_label] for lot in Lot.objects.select_related("team")]
    assert record["lots"]["result"] == drawn


def test_a_publication_is_on_the_public_page_when_the_worker_wrote_it(client, held, season, xinhua, zhao, at, sun):
    publishing.publish(season, xinhua, by=zhao, released_by=sun, now=at("draw"))
    before = client.get(reverse("published")).context["lists"]
    outbox.drain()

    after = client.get(reverse("published")).context["lists"]

    assert (before, [row["href"] for row in after]) == ([], ["/published/yangquan-chengqu/2024-primary/06/"])


def test_a_publication_cannot_be_requested_twice_in_the_database(published, season, xinhua, zhao):
    assert Publication.objects.filter(season=season, campus=xinhua).count() == 1
