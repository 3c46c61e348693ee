"""删除: what was deleted because its time was over, or because its family asked."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from districts.models.people import Account
from districts.models.schools import District
from districts.models.seasons import Season


class ErasureRun(models.Model):
    """One run: how many of what were deleted, never whose. `due_at` is the instant at which they had to be due."""

    class Kind(models.TextChoices):
        TECHNICAL = "technical", "到期自动删除"
        SEASON = "season", "报名到期删除"
        FAMILY = "family", "家长要求删除"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("类别", max_length=10, choices=Kind)
    district = models.ForeignKey(District, models.PROTECT, related_name="erasure_runs", null=True)
    season = models.ForeignKey(Season, models.PROTECT, related_name="erasure_runs", null=True)
    due_at = models.DateTimeField("截至")
    counts = models.JSONField("数量", default=dict)
    asked_by = models.ForeignKey(Account, models.PROTECT, related_name="+", null=True)
    released_by = models.ForeignKey(Account, models.PROTECT, related_name="+", null=True)
    started_at = models.DateTimeField("开始", db_default=Now())
    finished_at = models.DateTimeField("完成", null=True)

    class Meta:
        verbose_name = "删除记录"
        ordering = ["-started_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="technical", season__isnull=True)
                | Q(kind="family", season__isnull=False)
                | Q(kind="season", season__isnull=False, asked_by__isnull=False, released_by__isnull=False)
                & ~Q(released_by=F("asked_by")),
                name="erasure_of_applications_released_by_another",
            ),
            models.UniqueConstraint(
                fields=["kind"], condition=Q(kind="technical", finished_at__isnull=True), name="one_open_technical_run"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.started_at:%Y-%m-%d}"
