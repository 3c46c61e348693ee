"""Four eyes: what one person asks for and another releases; and the children that somebody may not decide about."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from districts.encryption import BlindIndex, Encrypted
from districts.models.people import Account
from districts.models.schools import District, School


class Release(models.Model):
    """复核：one person asks, another releases or refuses. `payload` holds identifiers and official words only."""

    class Outcome(models.TextChoices):
        OPEN = "open", "待复核"
        RELEASED = "released", "已复核"
        REFUSED = "refused", "未同意"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    district = models.ForeignKey(District, models.PROTECT, related_name="releases")
    school = models.ForeignKey(School, models.PROTECT, related_name="releases", null=True, blank=True)
    kind = models.CharField("事项", max_length=40)
    subject = models.CharField("对象", max_length=100)
    what = models.CharField("将要做的事", max_length=600)
    payload = models.JSONField(default=dict)
    asked_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("申请时间", db_default=Now())
    outcome = models.CharField("结果", max_length=10, choices=Outcome, default=Outcome.OPEN)
    decided_by = models.ForeignKey(Account, models.PROTECT, related_name="+", null=True, blank=True)
    decided_at = models.DateTimeField("复核时间", null=True, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)

    class Meta:
        verbose_name = "复核"
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(decided_by=F("asked_by")), name="release_by_another_person"),
            models.CheckConstraint(
                condition=Q(outcome="open", decided_by__isnull=True, decided_at__isnull=True)
                | Q(outcome__in=["released", "refused"], decided_by__isnull=False, decided_at__isnull=False),
                name="release_decided_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["district", "kind", "subject"], condition=Q(outcome="open"), name="one_open_release"
            ),
        ]

    def __str__(self) -> str:
        return self.what


class DeclaredRelative(models.Model):
    """亲属申报：a child that the account must not decide about, known by its ID number, which no page shows."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="declared_relatives")
    id_index = BlindIndex("id-number", of="id_number")
    id_number_cipher = models.BinaryField(null=True)
    relation = models.CharField("关系", max_length=20)
    declared_at = models.DateTimeField(db_default=Now())

    id_number = Encrypted()

    class Meta:
        verbose_name = "亲属申报"
        constraints = [models.UniqueConstraint(fields=["account", "id_index"], name="relative_declared_once")]

    def __str__(self) -> str:
        return f"{self.account} {self.relation}"
