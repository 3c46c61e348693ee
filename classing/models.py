"""Teams, draws and lots. Nothing here knows a child: a draw holds codes, sealed leaves and factor levels."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from districts.encryption import Encrypted
from districts.models import Campus, Season


class Team(models.Model):
    """任课教师分组：一位班主任和各科任课教师，在抽签前上报公示."""

    season = models.ForeignKey(Season, models.CASCADE, related_name="teams")
    campus = models.ForeignKey(Campus, models.PROTECT, related_name="teams")
    number = models.PositiveSmallIntegerField("组号")
    homeroom = models.CharField("班主任", max_length=40)
    reported_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "任课教师分组"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["season", "campus", "number"], name="team_number_once_per_campus"),
            models.UniqueConstraint(fields=["season", "campus", "homeroom"], name="homeroom_teacher_leads_one_team"),
        ]

    def __str__(self) -> str:
        return f"第{self.number}组 {self.homeroom}"


class TeamTeacher(models.Model):
    team = models.ForeignKey(Team, models.CASCADE, related_name="teachers")
    subject = models.CharField("学科", max_length=20)
    name = models.CharField("教师", max_length=40)

    class Meta:
        verbose_name = "任课教师"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["team", "subject"], name="one_teacher_per_subject")]

    def __str__(self) -> str:
        return f"{self.subject} {self.name}"


class Draw(models.Model):
    """电脑随机分班：one notice, one transcript, one result. A trigger refuses every change of what was committed.

    There is one draw for a campus and season, so there is no second run.
    """

    class Status(models.TextChoices):
        COMMITTED = "committed", "已封存名册"
        SEALED = "sealed", "监督员已密封"
        DRAWN = "drawn", "已分班"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    season = models.ForeignKey(Season, models.PROTECT, related_name="draws")
    campus = models.ForeignKey(Campus, models.PROTECT, related_name="draws")
    number = models.CharField("抽签编号", max_length=60, unique=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.COMMITTED)
    pupils = models.PositiveSmallIntegerField("人数")
    notice = models.TextField("公告")
    notice_hash = models.CharField(max_length=64, unique=True)
    transcript = models.TextField("记录", blank=True)
    record = models.JSONField("公开记录", null=True)
    committed_at = models.DateTimeField(db_default=Now())
    drawn_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "电脑随机分班"
        constraints = [
            models.UniqueConstraint(fields=["season", "campus"], name="one_draw_per_campus_and_season"),
            models.CheckConstraint(
                condition=Q(status="drawn", record__isnull=False, drawn_at__isnull=False)
                | ~Q(status="drawn") & Q(record__isnull=True, drawn_at__isnull=True),
                name="drawn_has_record",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class WitnessSeal(models.Model):
    """A witness's sealed number: the commitment is public at once, the digits only when all have sealed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draw = models.ForeignKey(Draw, models.CASCADE, related_name="seals")
    witness = models.CharField("监督员编号", max_length=20)
    who = models.CharField("监督员", max_length=60)
    commitment = models.CharField(max_length=64)
    opening_cipher = models.BinaryField()
    sealed_at = models.DateTimeField(db_default=Now())

    opening = Encrypted()

    class Meta:
        verbose_name = "密封数字"
        ordering = ["witness"]
        constraints = [models.UniqueConstraint(fields=["draw", "witness"], name="one_seal_per_witness")]

    def __str__(self) -> str:
        return f"{self.draw} {self.who}"


class LotDraw(models.Model):
    """班主任抽签: held once per campus and season, after its classes are formed. `transcript` gives the lots' seed."""

    season = models.ForeignKey(Season, models.PROTECT, related_name="lot_draws")
    campus = models.ForeignKey(Campus, models.PROTECT, related_name="lot_draws")
    transcript = models.TextField("抽签记录", blank=True)
    drawn_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "班主任抽签"
        constraints = [models.UniqueConstraint(fields=["season", "campus"], name="lots_once_per_campus_and_season")]

    def __str__(self) -> str:
        return f"{self.campus} 班主任抽签"


class Lot(models.Model):
    """Which team leads which class."""

    lot_draw = models.ForeignKey(LotDraw, models.PROTECT, related_name="lots")
    team = models.OneToOneField(Team, models.PROTECT, related_name="lot")
    class_label = models.CharField("班级", max_length=20)

    class Meta:
        verbose_name = "签"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["lot_draw", "class_label"], name="one_team_per_class")]

    def __str__(self) -> str:
        return f"{self.class_label} {self.team}"
