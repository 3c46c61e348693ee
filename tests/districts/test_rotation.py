"""Key rings: the newest key writes, all are read, and everything can be carried over to the newest."""

import pytest
from cryptography.exceptions import InvalidTag
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from classing.models import WitnessSeal
from config.keys import BadKeys, key_ring
from districts import factors, people, relatives, rotation, sign_in, sign_ins
from districts.encryption import blind_index, decrypt, encrypt
from districts.models import Account, DeclaredRelative, District, SignIn, SmsMessage
from enrollment import filing, private_files
from enrollment.models import EvidencePage, RosterPlace
from enrollment.private_files import EVIDENCE
from tests.enrollment import steps

pytestmark = pytest.mark.django_db

ONE, TWO, THREE = ("QUFB" * 10 + end for end in ("QUE=", "QUI=", "QUM="))


@pytest.fixture(autouse=True)
def key_one(settings) -> None:
    settings.FIELD_KEYS, settings.INDEX_KEYS = {1: ONE}, {1: TWO}


@pytest.fixture
def new_keys(settings):
    def bring_in() -> None:
        settings.FIELD_KEYS, settings.INDEX_KEYS = {1: ONE, 2: THREE}, {1: TWO, 2: ONE}

    return bring_in


@pytest.fixture
def old_keys_gone(settings):
    def throw_away() -> None:
        settings.FIELD_KEYS, settings.INDEX_KEYS = {2: THREE}, {2: ONE}

    return throw_away


def test_one_key_alone_is_number_one():
    assert key_ring(ONE, "") == {1: ONE}


def test_numbered_keys_stand_beside_the_first():
    assert key_ring(ONE, f"2:{TWO},\n3:{THREE}\n") == {1: ONE, 2: TWO, 3: THREE}


def test_the_first_key_may_be_gone():
    assert key_ring("", f"2:{TWO}") == {2: TWO}


@pytest.mark.parametrize(
    "numbered", ["2", f"0:{TWO}", f"256:{TWO}", f"x:{TWO}", "2:eA==", "2:!", f"2:{TWO},2:{THREE}", f"2:{ONE}"]
)
def test_a_ring_that_could_lose_something_is_refused(numbered):
    with pytest.raises(BadKeys) as refused:
        key_ring(ONE, numbered)

    assert {key in str(refused.value) for key in (ONE, TWO, THREE)} == {False}


def test_the_newest_key_writes_and_all_are_read(new_keys):
    before = encrypt("样", bound_to="a")
    new_keys()
    after = encrypt("样", bound_to="a")

    assert (before[:3], after[:3]) == (b"\x01\x01\x01", b"\x01\x01\x02")
    assert decrypt(before, bound_to="a") == decrypt(after, bound_to="a") == "样"


def test_without_its_key_an_envelope_stays_shut(new_keys, old_keys_gone):
    before = encrypt("样", bound_to="a")
    old_keys_gone()

    with pytest.raises(InvalidTag):
        decrypt(before, bound_to="a")


def test_an_index_tells_its_key_but_for_the_first(new_keys):
    before = blind_index("phone", "1")
    new_keys()
    after = blind_index("phone", "1")

    assert (len(before), len(after), after[0]) == (16, 17, 2)


def test_sm4_can_be_chosen_and_aes_is_still_read(settings):
    before = encrypt("样", bound_to="a")
    settings.FIELD_CIPHER = "SM4-GCM"
    after = encrypt("样", bound_to="a")

    assert (after[:3], len(after)) == (b"\x01\x02\x01", len(before))
    assert decrypt(before, bound_to="a") == decrypt(after, bound_to="a") == "样"


@pytest.mark.parametrize("place", range(3 + 12 + 3 + 16))
def test_an_altered_sm4_envelope_does_not_open(settings, place):
    settings.FIELD_CIPHER = "SM4-GCM"
    envelope = bytearray(encrypt("样", bound_to="a"))
    envelope[place] ^= 1

    with pytest.raises(InvalidTag):
        decrypt(bytes(envelope), bound_to="a")


def test_an_sm4_envelope_of_another_row_does_not_open(settings):
    settings.FIELD_CIPHER = "SM4-GCM"

    with pytest.raises(InvalidTag):
        decrypt(encrypt("样", bound_to="a"), bound_to="b")


def test_every_cipher_index_and_hash_of_every_model_is_known_to_the_rotation():
    known = {
        (kept.model, name)
        for kept in rotation.everything()
        for name in [*kept.columns, *(index.name for index in kept.indexes)]
    }
    columns = {
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.local_concrete_fields
        if field.name.endswith(("_cipher", "_index", "_mac"))
    }

    assert columns == known
    assert (Account, "phone_cipher") in known


def test_every_index_says_how_it_is_made_again_or_what_becomes_of_it():
    assert [
        field for kept in rotation.everything() for field in kept.indexes if bool(field.of) == bool(field.fades)
    ] == []


def everything_readable(season) -> None:
    for kept in rotation.everything():
        for row in kept.model._base_manager.all():
            for field in kept.encrypted:
                getattr(row, field.name)


@pytest.fixture
def a_whole_season(season, campus, zhao, sun, at):
    """Rows of every kind that a season leaves: a draw with salts and seals, drafts, codes, staff."""
    draw = steps.held_draw(season, campus(steps.CAMPUS), zhao, sun, at, pupils=4, classes=2)
    factors.give_totp(zhao)
    relatives.declare(zhao, steps.id_number(serial=44_000), "侄子", district=season.district)
    sign_in.send_code("19900000077", address="127.0.0.1", district=District.objects.get())
    return draw


def test_afterwards_everything_opens_without_the_old_keys(a_whole_season, season, new_keys, old_keys_gone):
    codes = sorted(place.salt for place in RosterPlace.objects.all())
    new_keys()

    call_command("rotate_keys", verbosity=0)
    old_keys_gone()

    everything_readable(season)
    assert sorted(place.salt for place in RosterPlace.objects.all()) == codes
    assert list(private_files.faults()) == []
    assert private_files.count() == EvidencePage.objects.values("address").distinct().count() > 0
    call_command("rotate_keys", "--check")


def test_check_counts_and_changes_nothing(a_whole_season, new_keys, capsys):
    new_keys()
    with pytest.raises(CommandError, match="还不能删除旧密钥"):
        call_command("rotate_keys", "--check")
    first = capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("rotate_keys", "--check")

    assert capsys.readouterr().out == first
    assert f"districts.Account：{Account.objects.filter(phone_index__isnull=False).count()}条在旧密钥下" in first


def test_a_change_of_cipher_alone_is_carried_out_too(wang, settings):
    settings.FIELD_CIPHER = "SM4-GCM"
    call_command("rotate_keys", verbosity=0)

    assert bytes(Account.objects.get(pk=wang.pk).phone_cipher)[:3] == b"\x01\x02\x01"
    assert Account.objects.get(pk=wang.pk).phone == "19900000001"


def test_nothing_to_do_changes_nothing(wang):
    before = bytes(wang.phone_cipher)
    call_command("rotate_keys", verbosity=0)

    assert bytes(Account.objects.get(pk=wang.pk).phone_cipher) == before


def test_a_declared_relative_is_known_under_either_key(zhao, wang, season, at, new_keys, old_keys_gone):
    number = steps.id_number()
    relatives.declare(zhao, number, "侄子", district=season.district)
    new_keys()
    assert relatives.declared(zhao, number)

    call_command("rotate_keys", verbosity=0)
    old_keys_gone()
    assert relatives.declared(zhao, number)
    assert DeclaredRelative.objects.count() == 1


def test_codes_links_and_devices_work_until_the_old_key_is_gone(zhao, season, new_keys):
    code = factors.new_recovery_codes(zhao)[0].replace("-", "")
    link = people._new_link(zhao, season.district, hours=1)
    this, then = (SignIn.objects.create(account=zhao).pk for _ in range(2))
    device = sign_ins.recognise(zhao, this, device="", district=season.district)
    new_keys()
    call_command("rotate_keys", verbosity=0)

    assert factors.use_recovery_code(zhao, code)
    assert people.invited(link.rstrip("/").rpartition("/")[2], season.district) == zhao
    assert sign_ins.recognise(zhao, then, device=device, district=season.district) == device
    assert SmsMessage.objects.count() == 0  # it was no new device


def test_a_sign_in_that_is_under_way_is_finished_under_the_new_key(season, new_keys):
    sent = sign_in.send_code("19900000078", address="127.0.0.1", district=District.objects.get())
    code = SmsMessage.objects.get().body.partition("验证码 ")[2][:6]
    new_keys()

    account = sign_in.check_code(sent.id, phone="19900000078", code=code, district=season.district)
    assert account.phone == "19900000078"


def test_the_limit_of_a_phone_goes_on_counting_under_a_new_key(db, new_keys):
    sign_in.send_code("19900000079", address="127.0.0.1", district=District.objects.get())
    new_keys()

    with pytest.raises(sign_in.SignInRefused):
        sign_in.send_code("19900000079", address="127.0.0.1", district=District.objects.get())


def test_the_check_page_stays_good_while_keys_are_changed(wang, season, at, new_keys):
    draft = steps.filled_in(wang, season, at("filing"))
    seen = steps.seen(draft)
    new_keys()
    call_command("rotate_keys", verbosity=0)

    assert steps.seen(draft) == seen


def test_a_page_sent_again_under_a_new_key_is_kept_once(wang, season, at, new_keys):
    evidence = filing.needed_evidence(steps.filled_in(wang, season, at("filing")))[0]
    before = evidence.pages.count()
    new_keys()
    filing.add_pages(evidence, [steps.page(100)], by=wang)

    assert evidence.pages.count() == before


def test_what_cannot_be_made_again_is_named_and_does_not_hold_up(zhao, new_keys, capsys):
    factors.new_recovery_codes(zhao)
    new_keys()
    call_command("rotate_keys")

    assert "districts.RecoveryCode.code_mac：10条在旧密钥下，请本人重新生成恢复码" in capsys.readouterr().out


def test_a_damaged_file_is_named_and_the_others_are_carried_over(wang, season, at, new_keys, capsys):
    steps.filled_in(wang, season, at("filing"))
    pages = list(EvidencePage.objects.order_by("pk"))
    EVIDENCE.path_of(pages[0].address).write_bytes(b"")
    new_keys()
    with pytest.raises(CommandError):
        call_command("rotate_keys")

    assert capsys.readouterr().err.strip() == f"{EVIDENCE.path_of(pages[0].address)} is not what was written"
    moved = EvidencePage.objects.filter(address__endswith="-2").values("address").distinct().count()
    assert moved == len({page.address for page in pages} - {pages[0].address})


@pytest.mark.parametrize(("model", "column"), [(RosterPlace, "salt_cipher"), (WitnessSeal, "opening_cipher")])
def test_of_a_committed_row_only_the_key_may_change_and_only_to_a_newer_one(a_whole_season, new_keys, model, column):
    row = model.objects.first()
    old = bytes(getattr(row, column))
    new_keys()
    (kept,) = (kept for kept in rotation.everything() if kept.model is model)
    kept.renew(row)
    new = bytes(getattr(row, column))

    def refused(**change: object) -> bool:
        try:
            with transaction.atomic():
                model.objects.filter(pk=row.pk).update(**change)
                transaction.set_rollback(True)
        except DatabaseError:
            return True
        return False

    assert [refused(**{column: value}) for value in (old, new[:-1], b"", new)] == [True, True, True, False]
    other = {"code": "000000"} if model is RosterPlace else {"who": "别人"}
    assert refused(**{column: new}, **other)
    model.objects.filter(pk=row.pk).update(**{column: new})
    assert refused(**{column: old})
