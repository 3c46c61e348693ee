"""群发短信: what a second person released, and to whom it goes."""

import uuid

from django.db import models
from django.db.models.functions import Now

from districts.models import Account, Campus, Release, Season, SmsMessage
from enrollment.models.rules import Category
from enrollment.states import WORDS


class MassMessage(models.Model):
    """One text to all families with an application of a campus, category and status: written once it is released."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    season = models.ForeignKey(Season, models.PROTECT, related_name="mass_messages")
    campus = models.ForeignKey(Campus, models.PROTECT, related_name="+", null=True)
    category = models.ForeignKey(Category, models.PROTECT, related_name="+", null=True)
    status = models.CharField("状态", max_length=12, choices=list(WORDS.items()), blank=True)
    text = models.CharField("内容", max_length=300)
    release = models.OneToOneField(Release, models.PROTECT, related_name="+")
    released_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "群发短信"
        ordering = ["-released_at"]

    def __str__(self) -> str:
        return self.text[:20]


class MassMessageRecipient(models.Model):
    """One family of a mass message, once. The message itself may be erased later; then it was sent long ago."""

    message = models.ForeignKey(MassMessage, models.CASCADE, related_name="recipients")
    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    sms = models.OneToOneField(SmsMessage, models.SET_NULL, related_name="+", null=True)

    class Meta:
        verbose_name = "群发对象"
        constraints = [models.UniqueConstraint(fields=["message", "account"], name="mass_message_once_per_family")]

    def __str__(self) -> str:
        return f"{self.message_id} {self.account_id}"
