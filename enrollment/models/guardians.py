"""另一位监护人: a second guardian follows the child's application without seeing the first one's address."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from districts.encryption import BlindIndex, Encrypted
from districts.models import Account, Consent
from enrollment.models.applications import Child


class CoGuardian(models.Model):
    """An invitation to a mobile number, accepted by whoever signs in with that number, until either side ends it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    child = models.ForeignKey(Child, models.CASCADE, related_name="co_guardians")
    phone_cipher = models.BinaryField()
    phone_index = BlindIndex("phone", of="phone")
    invited_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    account = models.ForeignKey(Account, models.PROTECT, related_name="co_guardianships", null=True)
    consent = models.ForeignKey(Consent, models.PROTECT, related_name="+", null=True)
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    phone = Encrypted(index="phone")

    class Meta:
        verbose_name = "另一位监护人"
        constraints = [
            models.UniqueConstraint(
                fields=["child"], condition=Q(ended_at__isnull=True), name="one_co_guardian_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(account__isnull=True, consent__isnull=True, accepted_at__isnull=True)
                | Q(account__isnull=False, consent__isnull=False, accepted_at__isnull=False),
                name="co_guardian_accepts_with_consent",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("invited_at")), name="co_guardian_has_time_to_accept"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
