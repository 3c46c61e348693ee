"""The sample district, six fixed people, and the season's clock, for every test."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.models.functions import Now
from django.test import Client

from districts import clock, sign_in, sign_ins, sms
from districts.models import Account, Campus, District, Membership, Role, School, Season, SignIn
from enrollment.loading import load_district

SAMPLE = settings.BASE_DIR / "districts" / "samples" / "yangquan-2024"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker) -> None:
    """The sample district is loaded once; each test's changes are rolled back. Rights are granted as in production."""
    with django_db_blocker.unblock():
        call_command("grant_rights", verbosity=0)
        load_district(SAMPLE)


@pytest.fixture
def committed_db(transactional_db: None):
    """For tests with several connections: the district is loaded again, and the log may be emptied afterwards.

    The log's triggers refuse TRUNCATE, which is how the test database is emptied: only a replication role passes.
    """
    load_district(SAMPLE)
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")


@pytest.fixture(autouse=True)
def private_folders(tmp_path: Path, settings) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PUBLISHED_ROOT = tmp_path / "published"


@pytest.fixture(autouse=True)
def sent_messages(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """The only other machine that the portal talks to, stood in for: (phone, words) as the gateway would get them."""
    taken: list[tuple[str, str]] = []
    monkeypatch.setattr(sms, "post_to_gateway", lambda key, phone, body: taken.append((phone, body)))
    return taken


@pytest.fixture(autouse=True)
def signed_in_with_both_factors(monkeypatch: pytest.MonkeyPatch) -> None:
    """`client.force_login` stands for a whole sign-in: staff have shown the second factor just now."""
    sign_in_by_force = Client.force_login

    def with_factor(client: Client, account: Account, backend: str | None = None) -> None:
        sign_in_by_force(client, account, backend)
        SignIn.objects.filter(pk=client.session[sign_ins.KEY]).update(factor_at=Now())

    monkeypatch.setattr(Client, "force_login", with_factor)


@pytest.fixture
def district(db: None) -> District:
    return District.objects.get(code="yangquan-chengqu")


@pytest.fixture
def far(district: District) -> District:
    """Another district, below its path; the sample district is then on the tests' host."""
    district.host = "testserver"
    district.save()
    return District.objects.create(
        code="far", name="远区", full_name="某省某市远区", bureau="远区教育局", path="yuanqu"
    )


@pytest.fixture
def season(district: District) -> Season:
    return Season.objects.select_related("district").get(district=district, level="primary")


@pytest.fixture
def campus(district: District) -> Callable[[str], Campus]:
    return lambda name: Campus.objects.select_related("school").get(name=name)


@pytest.fixture
def at(season: Season) -> Callable[..., datetime]:
    """An instant inside a stage: at("filing"), at("draw", hours=10)."""
    return lambda stage, hours=9: season.stages.get(code=stage).opens_at + timedelta(hours=hours)


@pytest.fixture
def it_is(at: Callable[..., datetime], monkeypatch: pytest.MonkeyPatch) -> Callable[..., datetime]:
    """Stop the season's clock: it_is("filing"), or it_is(instant)."""

    def stop(stage: str | datetime, hours: float = 9) -> datetime:
        instant = stage if isinstance(stage, datetime) else at(stage, hours)
        monkeypatch.setattr(clock, "now", lambda season: instant)
        return instant

    return stop


def staff(login: str, role: Role, district: District, school: str = "") -> Account:
    account = Account.objects.create(login=login, name=login, password="!")
    of = School.objects.get(district=district, name=school) if school else None
    Membership.objects.create(account=account, role=role, district=district, school=of)
    return account


@pytest.fixture
def wang(db: None) -> Account:
    """A parent."""
    return sign_in.family_account("19900000001")


@pytest.fixture
def li(db: None) -> Account:
    """Another family's parent."""
    return sign_in.family_account("19900000002")


@pytest.fixture
def zhao(district: District) -> Account:
    """A clerk of 新华小学, the school of most applications in these tests."""
    return staff("zhao", Role.SCHOOL, district, "新华小学")


@pytest.fixture
def qian(district: District) -> Account:
    """A clerk of another school."""
    return staff("qian", Role.SCHOOL, district, "朝阳小学")


@pytest.fixture
def sun(district: District) -> Account:
    """A clerk of the bureau."""
    return staff("sun", Role.BUREAU, district)


@pytest.fixture
def zhou(district: District) -> Account:
    """A supervisor."""
    return staff("zhou", Role.SUPERVISOR, district)
