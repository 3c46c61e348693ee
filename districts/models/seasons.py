"""When: one enrolment year of one level, its stages, and what each campus offers."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from districts.calendar import Action, Window
from districts.models.schools import Campus, District


class Level(models.TextChoices):
    PRIMARY = "primary", "小学"
    JUNIOR = "junior", "初中"


class Season(models.Model):
    """招生年度：某一年、某一学段."""

    district = models.ForeignKey(District, models.PROTECT, related_name="seasons")
    year = models.PositiveSmallIntegerField("年度")
    level = models.CharField("学段", max_length=10, choices=Level)
    title = models.CharField("名称", max_length=80)
    plan_number = models.CharField("文号", max_length=60)
    born_by = models.DateField("出生不晚于", null=True, blank=True)
    class_cap = models.PositiveSmallIntegerField("班额上限")
    rehearsal = models.BooleanField("演练", default=False, help_text="演练的抽签编号以 MOCK- 开头，文件盖“演练”")
    keep_admitted_years = models.PositiveSmallIntegerField("已录取资料保存年数", default=3)
    draw_factors = models.JSONField("均衡因素", default=list, help_text="[因素, 权重]，第一项为性别")

    class Meta:
        verbose_name = "招生年度"
        constraints = [
            models.UniqueConstraint(fields=["district", "year", "level"], name="season_once_per_year_and_level"),
            models.CheckConstraint(condition=Q(class_cap__gte=1), name="class_cap_positive"),
            models.CheckConstraint(condition=Q(keep_admitted_years__gte=1), name="admitted_kept_a_year"),
        ]

    def __str__(self) -> str:
        return self.title

    def windows(self) -> list[Window]:
        """The stages as values of the calendar, in order (one query, kept on the instance)."""
        if not hasattr(self, "_windows"):
            self._windows = [stage.window() for stage in self.stages.all()]
        return self._windows


class Stage(models.Model):
    """招生阶段. `official` ones are the plan's own steps 建档—抽检—上报—导入—分班—入学."""

    season = models.ForeignKey(Season, models.CASCADE, related_name="stages")
    code = models.SlugField("代码")
    name = models.CharField("名称", max_length=20)
    official = models.BooleanField("文件原有步骤", default=True)
    opens_at = models.DateTimeField("开始")
    closes_at = models.DateTimeField("结束")
    actions = ArrayField(models.CharField(max_length=20, choices=[(a, a) for a in Action]), default=list)
    text = models.TextField("文件原文")

    class Meta:
        verbose_name = "阶段"
        ordering = ["opens_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["season", "code"], name="stage_code_once_in_season"),
            models.CheckConstraint(condition=Q(opens_at__lt=F("closes_at")), name="stage_opens_before_it_closes"),
        ]

    def __str__(self) -> str:
        return self.name

    def window(self) -> Window:
        return Window(
            self.code, self.name, self.opens_at, self.closes_at, frozenset(Action(action) for action in self.actions)
        )


class SeatPlan(models.Model):
    """招生计划：某校区在某年度的班数；为空时按班额上限取最少班数."""

    season = models.ForeignKey(Season, models.CASCADE, related_name="seat_plans")
    campus = models.ForeignKey(Campus, models.PROTECT, related_name="seat_plans")
    enrols = models.BooleanField("本年度招生", default=True)
    classes = models.PositiveSmallIntegerField("班数", null=True, blank=True)

    class Meta:
        verbose_name = "招生计划"
        constraints = [
            models.UniqueConstraint(fields=["season", "campus"], name="seat_plan_once_per_campus"),
            models.CheckConstraint(condition=Q(classes__isnull=True) | Q(classes__gte=1), name="at_least_one_class"),
        ]

    def __str__(self) -> str:
        return f"{self.campus} {self.season}"
