"""Who may do what: accounts, memberships, sign-in codes, messages to phones."""

import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from districts.encryption import BlindIndex, Encrypted
from districts.models.schools import District, School
from districts.rights import OF_A_SCHOOL, WORDS


class AccountManager(BaseUserManager["Account"]):
    def create_staff(self, login: str, password: str, name: str) -> "Account":
        account = self.model(login=login, name=name)
        account.set_password(password)
        account.save()
        return account


class Account(AbstractBaseUser):
    """A person who signs in: a parent by mobile number and code, staff by login and password; never both."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    login = models.CharField("登录名", max_length=40, unique=True, null=True, blank=True)
    name = models.CharField("姓名", max_length=40, blank=True)
    phone_cipher = models.BinaryField(null=True)
    phone_index = BlindIndex("phone", of="phone", null=True, unique=True)
    is_active = models.BooleanField("启用", default=True)
    created_at = models.DateTimeField(db_default=Now())

    phone = Encrypted(index="phone")
    objects = AccountManager()

    USERNAME_FIELD = "login"

    class Meta:
        verbose_name = "账号"
        constraints = [
            models.CheckConstraint(
                condition=Q(login__isnull=True, phone_index__isnull=False)
                | Q(login__isnull=False, phone_index__isnull=True),
                name="account_is_family_or_staff",
            )
        ]

    def __str__(self) -> str:
        return self.login or f"家长 {str(self.pk)[:8]}"

    @property
    def is_family(self) -> bool:
        return self.phone_index is not None


class MembershipQuerySet(models.QuerySet["Membership"]):
    def in_force(self) -> "MembershipQuerySet":
        return self.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=Now()), starts_at__lte=Now())


class Membership(models.Model):
    """A role of an account in a district, for a school's role also in one school, from a day to a day.

    `season` limits it to one year and level; without one it holds for all.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="memberships")
    role = models.CharField("角色", max_length=20, choices=list(WORDS.items()))
    district = models.ForeignKey(District, models.PROTECT, related_name="memberships")
    school = models.ForeignKey(School, models.PROTECT, related_name="memberships", null=True, blank=True)
    season = models.ForeignKey("districts.Season", models.PROTECT, related_name="memberships", null=True, blank=True)
    starts_at = models.DateTimeField(db_default=Now())
    ends_at = models.DateTimeField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "任职"
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=sorted(OF_A_SCHOOL), school__isnull=False)
                | ~Q(role__in=sorted(OF_A_SCHOOL)) & Q(school__isnull=True),
                name="school_role_names_a_school",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")), name="membership_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.get_role_display()} {self.school or self.district}"


class SignInCode(models.Model):
    """A one-time code sent to a phone: only its keyed hash is kept, five tries, five minutes, one browser.

    The number itself is here, encrypted, while the code is awaited: the browser's session knows only this row's id.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    phone_index = BlindIndex("phone", of="phone")
    phone_cipher = models.BinaryField(null=True)
    code_mac = BlindIndex(fades="5分钟内失效", alive=Q(consumed_at=None, expires_at__gt=Now()))
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    consumed_at = models.DateTimeField(null=True)

    phone = Encrypted()

    class Meta:
        verbose_name = "登录验证码"
        indexes = [models.Index(fields=["phone_index", "-created_at"])]

    def __str__(self) -> str:
        return str(self.pk)


class RateWindow(models.Model):
    """How often something was asked for in the current window; here and not in Redis, which may forget."""

    key = models.CharField(primary_key=True, max_length=120)
    window_start = models.DateTimeField()
    count = models.PositiveIntegerField()

    class Meta:
        verbose_name = "频率限制"

    def __str__(self) -> str:
        return self.key


class SmsMessage(models.Model):
    """A message to a phone. Number and words are encrypted: the words may be a sign-in code."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    phone_cipher = models.BinaryField()
    body_cipher = models.BinaryField()
    created_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)

    phone = Encrypted()
    body = Encrypted()

    class Meta:
        verbose_name = "短信"
        indexes = [models.Index(fields=["-created_at"])]

    def __str__(self) -> str:
        return str(self.pk)
