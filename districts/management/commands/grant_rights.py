"""manage.py grant_rights: after each migrate, as the owner of the tables."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from districts import database_rights


class Command(BaseCommand):
    help = "给网站使用的数据库角色（APP_DATABASE_ROLE）授权：日志只能追加。每次 migrate 之后以表的所有者运行。"

    def handle(self, **options: object) -> None:
        role = settings.APP_DATABASE_ROLE
        try:
            database_rights.grant(role, settings.APP_DATABASE_PASSWORD)
        except database_rights.RoleTooStrong:
            raise CommandError(f"没有授权：角色 {role} 自身权限过大（超级用户、所有者、其他角色的成员等）。") from None
        except DatabaseError as error:
            raise CommandError(f"没有授权：{error}") from None
        if options["verbosity"]:
            self.stdout.write(f"{role} 已授权：日志只能追加。")
