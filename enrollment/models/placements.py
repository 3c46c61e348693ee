"""From the bureau's spot check to the published class: what is decided about many children at once."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from classing.models import Draw
from districts.encryption import Encrypted
from districts.models import Account, Campus, Release, Season
from enrollment.models.applications import Application


class SpotCheck(models.Model):
    """抽检: a sample drawn from a recorded seed out of a recorded frame, so that it can be drawn again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    season = models.ForeignKey(Season, models.PROTECT, related_name="spot_checks")
    campus = models.ForeignKey(Campus, models.PROTECT, related_name="spot_checks")
    seed = models.CharField("种子", max_length=64)
    size = models.PositiveSmallIntegerField("样本数")
    frame_size = models.PositiveSmallIntegerField("总数")
    frame_hash = models.CharField("总体摘要", max_length=64)
    drawn_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "抽检"
        ordering = ["drawn_at"]
        constraints = [models.CheckConstraint(condition=Q(size__gte=1), name="spot_check_is_not_empty")]

    def __str__(self) -> str:
        return f"{self.campus} {self.size}/{self.frame_size}"


class SpotCheckItem(models.Model):
    class Outcome(models.TextChoices):
        OPEN = "open", "待抽检"
        CONFIRMED = "confirmed", "抽检通过"
        SENT_BACK = "sent-back", "退回学校"

    spot_check = models.ForeignKey(SpotCheck, models.CASCADE, related_name="items")
    application = models.ForeignKey(Application, models.PROTECT, related_name="spot_checks")
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.OPEN)
    note = models.CharField("说明", max_length=200, blank=True)
    decided_by = models.ForeignKey(Account, models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "抽检项目"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["spot_check", "application"], name="application_once_in_spot_check"),
            models.CheckConstraint(
                condition=Q(outcome="open", decided_by__isnull=True, decided_at__isnull=True)
                | ~Q(outcome="open") & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="spot_check_decision_names_its_clerk",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application} {self.get_outcome_display()}"


class ConfirmedList(models.Model):
    """确认名单: a campus's list, closed once by the bureau. Number and digest follow its late changes."""

    season = models.ForeignKey(Season, models.PROTECT, related_name="confirmed_lists")
    campus = models.ForeignKey(Campus, models.PROTECT, related_name="confirmed_lists")
    count = models.PositiveSmallIntegerField("人数")
    sha256 = models.CharField("摘要", max_length=64)
    closed_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "确认名单"
        constraints = [models.UniqueConstraint(fields=["season", "campus"], name="one_list_per_campus_and_season")]

    def __str__(self) -> str:
        return f"{self.campus} {self.count}"


class ListChange(models.Model):
    """名单变更: one child more or less on a closed list. Keeps the list's number and digest as they were before.

    By receipt number and not by key, so that it outlives the application.
    """

    class Kind(models.TextChoices):
        ADD = "add", "补充列入"
        REMOVE = "remove", "移出"

    confirmed_list = models.ForeignKey(ConfirmedList, models.PROTECT, related_name="changes")
    receipt_number = models.CharField("回执号", max_length=20)
    kind = models.CharField("变更", max_length=10, choices=Kind)
    reason = models.CharField("原因", max_length=200)
    release = models.OneToOneField(Release, models.PROTECT, related_name="+")
    count = models.PositiveSmallIntegerField("变更前人数")
    sha256 = models.CharField("变更前摘要", max_length=64)
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "名单变更"
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="list_change_has_a_reason")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.receipt_number}"


class Placement(models.Model):
    """分配: the child's place on the confirmed list, and later the class. A class, once given, never changes."""

    application = models.OneToOneField(Application, models.PROTECT, primary_key=True, related_name="placement")
    confirmed_list = models.ForeignKey(ConfirmedList, models.PROTECT, related_name="placements")
    rule = models.CharField("依据", max_length=300)
    class_label = models.CharField("班级", max_length=20, blank=True)

    class Meta:
        verbose_name = "分配"

    def __str__(self) -> str:
        return f"{self.application} {self.class_label}"


class RosterPlace(models.Model):
    """新生名册: which placed child stands behind which code of a draw, and the salt of its sealed leaf."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    placement = models.OneToOneField(Placement, models.PROTECT, related_name="roster_place")
    draw = models.ForeignKey(Draw, models.PROTECT, related_name="+")
    code = models.CharField("密封编号", max_length=6)
    salt_cipher = models.BinaryField(null=True)  # none once the application is erased: the leaf then tells nothing

    salt = Encrypted()

    class Meta:
        verbose_name = "新生名册"
        constraints = [models.UniqueConstraint(fields=["draw", "code"], name="roster_code_once_in_draw")]

    def __str__(self) -> str:
        return self.code


class Notice(models.Model):
    """通知书: one for each placed child. The row is written with its cause; a worker adds the file."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    placement = models.OneToOneField(Placement, models.PROTECT, related_name="notice")
    code = models.CharField("验证码", max_length=20, unique=True)
    issued_on = models.DateField("签发日期")
    file_address = models.CharField(max_length=68, blank=True)
    written_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "入学通知书"
        constraints = [
            models.CheckConstraint(
                condition=Q(file_address="", written_at__isnull=True)
                | ~Q(file_address="") & Q(written_at__isnull=False),
                name="written_notice_has_a_file",
            )
        ]

    def __str__(self) -> str:
        return self.code


class Publication(models.Model):
    """公示: a campus's class lists as a static page. A correction would be the next version, never an edit."""

    season = models.ForeignKey(Season, models.PROTECT, related_name="publications")
    campus = models.ForeignKey(Campus, models.PROTECT, related_name="publications")
    version = models.PositiveSmallIntegerField("版本", default=1)
    requested_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(db_default=Now())
    released_by = models.ForeignKey(Account, models.PROTECT, related_name="+", null=True)
    page_sha256 = models.CharField("网页摘要", max_length=64, blank=True)
    published_at = models.DateTimeField("公示时间", null=True)

    class Meta:
        verbose_name = "公示"
        constraints = [
            models.UniqueConstraint(fields=["season", "campus", "version"], name="publication_version_once"),
            models.CheckConstraint(
                condition=~models.Q(released_by=models.F("requested_by")), name="publication_released_by_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campus} 第{self.version}版"
