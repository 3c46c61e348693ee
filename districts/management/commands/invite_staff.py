"""manage.py invite_staff: the first heads of a district's bureau, who invite the others on the page 「人员」."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from districts import people
from districts.management.district_option import add_district, district_or_error
from districts.models import School
from districts.refusals import Refused
from districts.rights import WORDS, Role


class Command(BaseCommand):
    help = "邀请一位工作人员，打印设置密码的一次性链接（72小时内有效）。以后的人员在网页“人员”里邀请。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("login", help="登录名")
        parser.add_argument("name", help="姓名")
        parser.add_argument("--role", default=Role.BUREAU_HEAD, choices=[str(role) for role in WORDS], help="角色")
        add_district(parser)
        parser.add_argument("--school", default="", help="学校名称，学校的角色要填")
        parser.add_argument("--mobile", default="", help="手机号；填了就把链接用短信发去")

    def handle(
        self, login: str, name: str, role: str, district: str, school: str, mobile: str, **options: object
    ) -> None:
        try:
            place = district_or_error(district)
            of = School.objects.get(district=place, name=school) if school else None
            _, link = people.invite(place, login=login, name=name, role=Role(role), school=of, mobile=mobile, by=None)
        except School.DoesNotExist:
            raise CommandError(f"{place.name}没有学校“{school}”。") from None
        except Refused as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(f"请在{people.INVITATION_HOURS}小时内把链接当面交给{name}，只能用一次：\n{link}")
