"""How staff prove who they are, and what every signed-in browser leaves behind."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from districts.encryption import BlindIndex, Encrypted
from districts.models.people import Account


class Totp(models.Model):
    """The secret of an authenticator app. Counts only once `confirmed_at` is set: the person has shown a code."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="totps")
    secret_cipher = models.BinaryField()
    last_step = models.BigIntegerField(default=0, help_text="时间段编号：同一个动态码只能用一次")
    created_at = models.DateTimeField(db_default=Now())
    confirmed_at = models.DateTimeField(null=True)

    secret = Encrypted()

    class Meta:
        verbose_name = "动态码"

    def __str__(self) -> str:
        return str(self.pk)


class Passkey(models.Model):
    """A WebAuthn credential: public key and counter, nothing secret."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="passkeys")
    name = models.CharField("名称", max_length=40)
    credential_id = models.BinaryField(max_length=1023, unique=True)
    credential = models.BinaryField(help_text="attested credential data")
    sign_count = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "通行密钥"

    def __str__(self) -> str:
        return self.name


class RecoveryCode(models.Model):
    """A printed code that stands in for a lost phone, once. Only its keyed hash is kept."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="recovery_codes")
    code_mac = BlindIndex(fades="请本人重新生成恢复码", alive=Q(used_at=None))
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "恢复码"
        constraints = [models.UniqueConstraint(fields=["account", "code_mac"], name="recovery_code_once")]

    def __str__(self) -> str:
        return str(self.pk)


class Invitation(models.Model):
    """A one-time link by which somebody sets a password. Only the keyed hash of its token is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="invitations")
    token_mac = BlindIndex(fades="到期失效，之后重新邀请", alive=Q(used_at=None, expires_at__gt=Now()), unique=True)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "邀请"

    def __str__(self) -> str:
        return str(self.pk)


class StaffMobile(models.Model):
    """Where a member of staff is told about sign-ins. Never a way to sign in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.OneToOneField(Account, models.CASCADE, related_name="mobile")
    phone_cipher = models.BinaryField()

    phone = Encrypted()

    class Meta:
        verbose_name = "工作人员手机"

    def __str__(self) -> str:
        return str(self.pk)


class SignIn(models.Model):
    """One signed-in browser, from its sign-in to its end. All its times are the database's.

    `factor_at` is when staff last showed the second factor; before that nothing of staff's opens.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="sign_ins")
    started_at = models.DateTimeField(db_default=Now())
    last_seen_at = models.DateTimeField(db_default=Now())
    factor_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    address = models.GenericIPAddressField(null=True)
    browser = models.CharField(max_length=200, blank=True)
    device_mac = BlindIndex(fades="下次登录时按新设备提示一次", null=True)

    class Meta:
        verbose_name = "登录"
        indexes = [models.Index(fields=["account", "-started_at"])]

    def __str__(self) -> str:
        return str(self.pk)
