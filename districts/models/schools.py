"""Who runs enrolment: the district's bureau, its schools and their campuses, the numbers that parents can call."""

from django.db import models
from django.db.models import Q

# First parts of addresses that mean something else, now or likely soon: no district may be reached below one of them.
RESERVED = (
    *("account", "admin", "api", "applications", "arrival", "bureau", "calendar", "children", "consent", "contact"),
    *("csp-report", "demo", "draws", "erasure", "evidence", "exports", "health", "help", "lists", "log", "lookup"),
    *("materials", "media", "my", "nginx-is-up", "placement", "privacy", "published", "releases", "reports"),
    *(
        "retention",
        "school",
        "schools",
        "sign-in",
        "sign-out",
        "staff",
        "static",
        "statistics",
        "supervision",
        "verify",
    ),
)


class District(models.Model):
    """区（县）教育局. Its pages are on its own `host`, below its own `path`, or both (districts/addresses.py).

    The only district of an installation needs neither.
    """

    code = models.SlugField("代码", unique=True)
    name = models.CharField("名称", max_length=40)
    full_name = models.CharField("全称", max_length=80, help_text="含省、市，如“山西省阳泉市城区”")
    bureau = models.CharField("教育局名称", max_length=80)
    host = models.CharField("域名", max_length=120, blank=True, help_text="小写，不带端口")
    path = models.SlugField("路径", blank=True, help_text="网址的第一段，如 https://…/chengqu/ 中的 chengqu")

    class Meta:
        verbose_name = "区县"
        constraints = [
            models.UniqueConstraint(fields=["path"], condition=~Q(path=""), name="path_of_one_district"),
            models.UniqueConstraint(fields=["host"], condition=Q(path="") & ~Q(host=""), name="host_of_one_district"),
            models.CheckConstraint(condition=~Q(path__in=RESERVED), name="path_is_not_a_page"),
            # Its published pages lie in a folder of that name, beside the log's heads.
            models.CheckConstraint(condition=~Q(code="log"), name="code_is_not_the_logs_folder"),
        ]

    def __str__(self) -> str:
        return self.name


class School(models.Model):
    """学校（含教育集团）."""

    district = models.ForeignKey(District, models.PROTECT, related_name="schools")
    name = models.CharField("名称", max_length=60)

    class Meta:
        verbose_name = "学校"
        constraints = [models.UniqueConstraint(fields=["district", "name"], name="school_name_once_in_district")]

    def __str__(self) -> str:
        return self.name


class Campus(models.Model):
    """校区. A catchment, a list and a class draw belong to a campus; a school without campuses has one of its name."""

    school = models.ForeignKey(School, models.PROTECT, related_name="campuses")
    name = models.CharField("名称", max_length=60)
    position = models.PositiveSmallIntegerField("顺序", default=0)

    class Meta:
        verbose_name = "校区"
        verbose_name_plural = "校区"
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["school", "name"], name="campus_name_once_in_school")]

    def __str__(self) -> str:
        return self.name


class Hotline(models.Model):
    """咨询、举报电话."""

    district = models.ForeignKey(District, models.CASCADE, related_name="hotlines")
    name = models.CharField("名称", max_length=60)
    number = models.CharField("电话", max_length=30)
    purpose = models.CharField("用途", max_length=60)
    position = models.PositiveSmallIntegerField("顺序", default=0)

    class Meta:
        verbose_name = "电话"
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["district", "name"], name="hotline_name_once_in_district")]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"
