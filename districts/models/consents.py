"""处理个人信息的规则, and who agreed to which version of them (PIPL articles 14, 17, 28, 29, 31)."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from districts.models.people import Account
from districts.models.schools import District


class PrivacyRules(models.Model):
    """One version of the district's 个人信息保护规则. A new wording is a new version: a trigger refuses any change."""

    district = models.ForeignKey(District, models.PROTECT, related_name="privacy_rules")
    version = models.PositiveSmallIntegerField("版本")
    sections = models.JSONField("内容", help_text="[{code, title, text}]")
    sha256 = models.CharField("SHA-256", max_length=64)
    published_at = models.DateTimeField("公布时间", db_default=Now())

    class Meta:
        verbose_name = "个人信息保护规则"
        constraints = [
            models.UniqueConstraint(fields=["district", "version"], name="privacy_rules_version_once"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="privacy_rules_have_a_hash"),
        ]

    def __str__(self) -> str:
        return f"{self.district} 第{self.version}版"


class Purpose(models.TextChoices):
    """What a guardian agrees to. Nothing is asked for beyond these."""

    ENROL = "enrol", "为孩子报名入学"
    FOLLOW = "follow", "作为另一位监护人查看孩子的报名"


class Consent(models.Model):
    """A guardian agreed to a version of the rules for one purpose, before any fact about the child was kept.

    A trigger lets `withdrawn_at` be set once and refuses every other change.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="consents")
    rules = models.ForeignKey(PrivacyRules, models.PROTECT, related_name="consents")
    purpose = models.CharField("目的", max_length=10, choices=Purpose)
    given_at = models.DateTimeField("同意时间", db_default=Now())
    address = models.GenericIPAddressField("来源地址", null=True)
    withdrawn_at = models.DateTimeField("撤回时间", null=True)

    class Meta:
        verbose_name = "同意记录"
        constraints = [
            models.UniqueConstraint(
                fields=["account", "rules", "purpose"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_consent_in_force",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("given_at")),
                name="consent_is_withdrawn_after_it_was_given",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rules} {self.purpose}"
