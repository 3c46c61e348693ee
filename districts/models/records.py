"""What is kept about what happened: the audit log and its chains, the queue of jobs, the keys of submitted forms."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from districts.models.people import Account
from districts.models.seasons import Season


class AuditEvent(models.Model):
    """One line of the log. Points by label and id, never by foreign key; a trigger refuses update, delete, truncate."""

    district = models.CharField("区县", max_length=50)
    at = models.DateTimeField("时间", db_default=Now())
    actor = models.CharField("操作人", max_length=60)
    actor_role = models.CharField("身份", max_length=20)
    action = models.CharField("事项", max_length=60)
    subject = models.CharField("对象", max_length=100)
    detail = models.JSONField("内容", default=dict)
    ip = models.GenericIPAddressField("来源地址", null=True)
    request = models.CharField("请求编号", max_length=32, blank=True)

    class Meta:
        verbose_name = "日志"
        indexes = [models.Index(fields=["subject", "id"]), models.Index(fields=["district", "-id"])]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"


class AuditLink(models.Model):
    """A log line's place in one of its district's chains (docs/audit.md).

    Written by a trigger when the line's transaction commits. The program only reads it: production grants no more.
    """

    event = models.BigIntegerField(primary_key=True)
    district = models.CharField(max_length=50)
    chain = models.PositiveSmallIntegerField()
    place = models.PositiveBigIntegerField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = "日志链"
        constraints = [models.UniqueConstraint(fields=["district", "chain", "place"], name="audit_link_once")]

    def __str__(self) -> str:
        return f"{self.district} {self.chain} {self.place}"


class AuditHead(models.Model):
    """The last link of a chain, so that a cut-off end is missed; its row is locked while the chain grows."""

    district = models.CharField(max_length=50)
    chain = models.PositiveSmallIntegerField()
    place = models.PositiveBigIntegerField()
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = "日志链头"
        constraints = [models.UniqueConstraint(fields=["district", "chain"], name="audit_head_once")]

    def __str__(self) -> str:
        return f"{self.district} {self.chain} {self.place} {self.hash}"


class OutboxJob(models.Model):
    """A job written in the transaction of its cause. This table is the queue; Celery only says "look".

    `payload` holds identifiers, never personal facts. `key` says what the job is, so that it cannot be queued twice.
    """

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=120, unique=True)
    payload = models.JSONField(default=dict)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    request = models.CharField(max_length=32, blank=True, db_default="")  # the number of the one that caused it

    class Meta:
        verbose_name = "任务"
        indexes = [
            models.Index(
                fields=["attempts", "id"],
                condition=Q(done_at__isnull=True, dead_at__isnull=True),
                name="outbox_open_jobs",
            )
        ]

    def __str__(self) -> str:
        return self.key


class SubmitKey(models.Model):
    """The key that a form carried from the moment it was shown; written with what the form caused, or not at all."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=40)
    body_hash = models.BinaryField(max_length=32)
    result = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = "提交凭据"

    def __str__(self) -> str:
        return str(self.pk)


class DemoClock(models.Model):
    """Demo mode only: how far the visitor moved the season's clock."""

    season = models.OneToOneField(Season, models.CASCADE, primary_key=True, related_name="demo_clock")
    offset = models.DurationField()

    class Meta:
        verbose_name = "演示时钟"

    def __str__(self) -> str:
        return str(self.offset)
