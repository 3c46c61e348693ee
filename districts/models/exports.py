"""What leaves the portal as a file: who asked for it and why, who released it, and until when the file is there."""

import uuid
from enum import StrEnum

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from districts.encryption import BlindIndex
from districts.models.people import Account
from districts.models.releases import Release
from districts.models.schools import Campus, District, School
from districts.models.seasons import Season

# Security requirement X2: more rows than these are released by another person.
ALONE = 200


class Export(models.Model):
    """导出. The row stays for good, the file for a day. `campus` is None when it is of the whole district."""

    class Purpose(models.TextChoices):
        REGISTRY = "registry", "导入全国学籍系统"
        CLASSES = "classes", "编班和开学准备"
        INSPECTION = "inspection", "上级检查"
        ARCHIVE = "archive", "归档"
        OTHER_OFFICE = "other-office", "交给其他单位"

    class State(StrEnum):
        WAITING = "待复核"
        REFUSED = "未同意"
        WRITING = "正在生成"
        READY = "可以下载"
        DELETED = "文件已删除"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField("编号", max_length=12, unique=True)
    district = models.ForeignKey(District, models.PROTECT, related_name="exports")
    school = models.ForeignKey(School, models.PROTECT, related_name="exports", null=True)
    season = models.ForeignKey(Season, models.PROTECT, related_name="exports")
    campus = models.ForeignKey(Campus, models.PROTECT, related_name="exports", null=True)
    kind = models.CharField("内容", max_length=40)
    role = models.CharField("以何身份", max_length=20)
    purpose = models.CharField("用途", max_length=20, choices=Purpose)
    note = models.CharField("说明", max_length=200, blank=True)
    rows = models.PositiveIntegerField("行数")
    asked_by = models.ForeignKey(Account, models.PROTECT, related_name="exports")
    asked_at = models.DateTimeField("申请时间", db_default=Now())
    release = models.OneToOneField(Release, models.PROTECT, related_name="export", null=True)
    released_by = models.ForeignKey(Account, models.PROTECT, related_name="+", null=True)
    ready_at = models.DateTimeField("生成时间", null=True)
    file_address = models.CharField(max_length=68, blank=True)
    deleted_at = models.DateTimeField("删除时间", null=True)

    class Meta:
        verbose_name = "导出"
        ordering = ["-asked_at"]
        indexes = [models.Index(fields=["asked_by", "kind", "asked_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose__in=["registry", "classes", "inspection", "archive", "other-office"]),
                name="export_has_a_purpose",
            ),
            models.CheckConstraint(condition=~Q(purpose="other-office", note=""), name="export_names_the_other_office"),
            models.CheckConstraint(condition=Q(rows__gte=1), name="export_is_not_empty"),
            models.CheckConstraint(condition=~Q(released_by=F("asked_by")), name="export_released_by_another_person"),
            models.CheckConstraint(
                condition=Q(ready_at__isnull=True) | Q(rows__lte=ALONE) | Q(released_by__isnull=False),
                name="large_export_is_released",
            ),
            models.CheckConstraint(
                condition=Q(ready_at__isnull=True, deleted_at__isnull=True, file_address="")
                | Q(ready_at__isnull=False, deleted_at__isnull=True) & ~Q(file_address="")
                | Q(ready_at__isnull=False, deleted_at__isnull=False, file_address=""),
                name="ready_export_has_its_file",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def state(self) -> State:
        if self.deleted_at is not None:
            return self.State.DELETED
        if self.ready_at is not None:
            return self.State.READY
        if self.release is None or self.release.outcome == Release.Outcome.RELEASED:
            return self.State.WRITING
        return self.State.WAITING if self.release.outcome == Release.Outcome.OPEN else self.State.REFUSED

    @property
    def leaves_the_house(self) -> bool:
        return self.purpose == self.Purpose.OTHER_OFFICE


class ExportLink(models.Model):
    """A download link: once, for a quarter of an hour. Only the keyed hash of its token is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    export = models.ForeignKey(Export, models.CASCADE, related_name="links")
    token_mac = BlindIndex(fades="到期失效，请重新取链接", alive=Q(used_at=None, expires_at__gt=Now()), unique=True)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "下载链接"

    def __str__(self) -> str:
        return str(self.pk)
