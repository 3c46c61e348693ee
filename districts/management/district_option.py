"""The option --district, which every command about a district takes."""

from argparse import ArgumentParser

from django.core.management.base import CommandError

from districts.models import District


def add_district(parser: ArgumentParser) -> None:
    parser.add_argument("--district", default="", help="区县代码或名称；只有一个区县时不用填")


def district_or_error(named: str) -> District:
    """The district by code, name or full name; without any, the only one there is. Raises CommandError."""
    every = list(District.objects.order_by("code"))
    found = [one for one in every if not named or named in (one.code, one.name, one.full_name)]
    if len(found) == 1:
        return found[0]
    known = "、".join(f"{one.code}（{one.name}）" for one in every) or "无，请先运行 load_district"
    if not named:
        raise CommandError(f"请用 --district 写明区县。现有：{known}。")
    raise CommandError(f"{'不止一个' if found else '没有'}区县“{named}”。现有：{known}。")
