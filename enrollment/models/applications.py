"""A child's application, its documents, what was found wrong and what was verified on site."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from districts.encryption import BlindIndex, Encrypted
from districts.identity import FEMALE, MALE
from districts.models import Account, Campus, Consent, District, ErasureRun, Season
from enrollment.models.rules import Category, DocumentKind, ReturnReason
from enrollment.states import LIVE, WORDS, Status


class Child(models.Model):
    """适龄儿童, as one guardian's account entered it in one district.

    What a family corrects in one district must not change what it submitted in another.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="children")
    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    name = models.CharField("姓名", max_length=40)
    sex = models.CharField("性别", max_length=1, choices=[(MALE, MALE), (FEMALE, FEMALE)])
    birth_date = models.DateField("出生日期")
    id_number_cipher = models.BinaryField()
    id_number_index = BlindIndex("id-number", of="id_number")
    # Null only in rows older than consents: the database refuses to write a row without one, and one of somebody else.
    consent = models.ForeignKey(Consent, models.PROTECT, related_name="+", null=True)
    created_at = models.DateTimeField(db_default=Now())

    id_number = Encrypted(index="id-number")

    class Meta:
        verbose_name = "适龄儿童"
        constraints = [
            models.UniqueConstraint(fields=["account", "district", "id_number_index"], name="child_once_per_account"),
        ]

    def __str__(self) -> str:
        return f"{self.name[:1]}某"


class Wish(models.TextChoices):
    """多胞胎意愿: asked only of families that enrol two or more children born on the same day."""

    NONE = "", "没有要求"
    TOGETHER = "together", "分在同一个班"
    APART = "apart", "分在不同的班"


class Relation(models.TextChoices):
    """The registry template's values for 成员关系."""

    FATHER = "父亲", "父亲"
    MOTHER = "母亲", "母亲"
    PATERNAL_GRANDFATHER = "祖父", "祖父"
    PATERNAL_GRANDMOTHER = "祖母", "祖母"
    MATERNAL_GRANDFATHER = "外祖父", "外祖父"
    MATERNAL_GRANDMOTHER = "外祖母", "外祖母"
    OTHER = "其他", "其他监护人"


class Application(models.Model):
    """预报名: one child in one season. Only the use-cases in filing, review, … assign `status`.

    An erased one is a stub: its number, school and status, and nothing of the family (enrollment/erasure.py).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    season = models.ForeignKey(Season, models.PROTECT, related_name="applications")
    child = models.ForeignKey(Child, models.CASCADE, related_name="applications", null=True)
    account = models.ForeignKey(Account, models.CASCADE, related_name="applications", null=True)
    # The child's blind index again: the constraint below must hold across accounts, whose Child rows differ.
    child_index = BlindIndex("id-number", of="child.id_number", null=True)
    status = models.CharField("状态", max_length=12, choices=[(s, WORDS[s]) for s in Status], default=Status.DRAFT)
    guardian_name = models.CharField("监护人姓名", max_length=40, blank=True)
    guardian_relation = models.CharField("与孩子的关系", max_length=4, choices=Relation, blank=True)
    category = models.ForeignKey(Category, models.PROTECT, related_name="applications", null=True)
    address_cipher = models.BinaryField(null=True)
    campus = models.ForeignKey(Campus, models.PROTECT, related_name="applications", null=True)
    campus_reason = models.CharField("学校依据", max_length=300, blank=True)
    multiples_wish = models.CharField("多胞胎意愿", max_length=10, choices=Wish, default=Wish.NONE, blank=True)
    receipt_number = models.CharField("回执号", max_length=20, unique=True, null=True)
    created_at = models.DateTimeField(db_default=Now())
    submitted_at = models.DateTimeField("提交时间", null=True)
    erasure = models.ForeignKey(ErasureRun, models.PROTECT, related_name="applications", null=True)

    address = Encrypted()

    class Meta:
        verbose_name = "预报名"
        constraints = [
            models.UniqueConstraint(
                fields=["season", "child_index"], condition=Q(status__in=sorted(LIVE)), name="one_live_application"
            ),
            models.UniqueConstraint(
                fields=["season", "child"],
                condition=~Q(status=Status.WITHDRAWN),
                name="one_application_per_child_until_withdrawn",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.DRAFT)
                | Q(erasure__isnull=False)
                | Q(
                    receipt_number__isnull=False,
                    submitted_at__isnull=False,
                    category__isnull=False,
                    campus__isnull=False,
                    address_cipher__isnull=False,
                ),
                name="submitted_application_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(erasure__isnull=True, child__isnull=False, account__isnull=False, child_index__isnull=False)
                | Q(
                    erasure__isnull=False,
                    child__isnull=True,
                    account__isnull=True,
                    child_index__isnull=True,
                    address_cipher__isnull=True,
                    category__isnull=True,
                    guardian_name="",
                    guardian_relation="",
                    campus_reason="",
                    multiples_wish="",
                ),
                name="application_is_whole_or_erased",
            ),
        ]
        indexes = [models.Index(fields=["campus", "status", "submitted_at"])]

    def __str__(self) -> str:
        return self.receipt_number or f"草稿 {str(self.pk)[:8]}"


class Evidence(models.Model):
    """证件材料: one required document of one application."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, models.CASCADE, related_name="evidence")
    kind = models.ForeignKey(DocumentKind, models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(Account, models.PROTECT, related_name="+", null=True)

    class Meta:
        verbose_name = "证件材料"
        constraints = [
            models.UniqueConstraint(fields=["application", "kind"], name="evidence_once_per_kind"),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="acceptance_names_its_clerk",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application} {self.kind}"


class EvidencePage(models.Model):
    """One uploaded page, kept as an upright JPEG without metadata at its address (enrollment/private_files.py)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    evidence = models.ForeignKey(Evidence, models.CASCADE, related_name="pages")
    number = models.PositiveSmallIntegerField("页码")
    address = models.CharField(max_length=68)
    size = models.PositiveIntegerField("字节", default=0)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    uploaded_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "证件页"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["evidence", "number"], name="page_number_once"),
            models.UniqueConstraint(fields=["evidence", "address"], name="same_page_once"),
        ]

    def __str__(self) -> str:
        return f"{self.evidence} {self.number}"


class Finding(models.Model):
    """One item that a reviewer sent back. Open until the family mends it; only open items can be edited."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="findings")
    evidence = models.ForeignKey(Evidence, models.CASCADE, related_name="findings", null=True)
    section = models.CharField("项目", max_length=12)
    reason = models.ForeignKey(ReturnReason, models.PROTECT, related_name="+")
    note = models.CharField("补充说明", max_length=200, blank=True)
    found_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    found_at = models.DateTimeField(db_default=Now())
    mended_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "待补正项目"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(section="document", evidence__isnull=False) | ~Q(section="document"),
                name="document_finding_names_its_document",
            ),
            models.UniqueConstraint(
                fields=["application", "section", "evidence"],
                condition=Q(closed_at__isnull=True),
                nulls_distinct=False,
                name="one_open_finding_per_item",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application} {self.section} {self.reason}"


class OnSiteCheck(models.Model):
    """现场核验: who saw the originals, when, which."""

    application = models.OneToOneField(Application, models.CASCADE, primary_key=True, related_name="on_site_check")
    originals = models.JSONField("已核验原件")
    checked_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "现场核验"

    def __str__(self) -> str:
        return str(self.application)
