"""知情同意: a guardian agrees to the district's rules about personal data before any fact about a child is kept.

The rules are data of the district (`privacy.yaml`); every wording is kept as a version with its hash, so that a consent
says for ever what was agreed to. A new version is asked for again at the next step that needs it.
"""

import hashlib
import json
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from districts import audit
from districts.models import Account, Consent, District, PrivacyRules, Purpose
from districts.refusals import Refused

# What the rules must tell (儿童个人信息网络保护规定 article 10, PIPL articles 17, 22, 30): a code for each section.
REQUIRED = {
    "handler": "谁在处理，怎样联系",
    "purpose": "为什么需要、依据什么",
    "facts": "需要哪些信息",
    "children": "不满十四周岁儿童的信息",
    "people": "谁能看到、提供给谁、公开什么",
    "place": "保存在哪里、怎样保护",
    "period": "保存多久、到期怎样处理",
    "rights": "您的权利：查看、更正、复制、删除、撤回同意",
    "refusal": "不同意会怎样",
    "complaint": "投诉和举报",
}
NOT_YET = "请先阅读并同意个人信息保护规则。"
RENEWED = "规则刚刚更新，请阅读新的内容后再同意。"


def fingerprint(sections: list[dict[str, str]]) -> str:
    """SHA-256, as hex, of the sections as JSON with sorted names, no spaces, in UTF-8: what a consent is about."""
    told = json.dumps(sections, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()


def newest_rules(district: District) -> PrivacyRules:
    """Raises PrivacyRules.DoesNotExist when the district has none: then nobody can consent, and nothing is kept."""
    return PrivacyRules.objects.filter(district=district).latest("version")


def publish_rules(district: District, sections: list[dict[str, str]]) -> bool:
    """Keep `sections` as the newest version, unless they are it already; True when there is a new version."""
    sha256 = fingerprint(sections)
    last = PrivacyRules.objects.filter(district=district).order_by("-version").first()
    if last is not None and last.sha256 == sha256:
        return False
    version = last.version + 1 if last else 1
    PrivacyRules.objects.create(district=district, version=version, sections=sections, sha256=sha256)
    return True


def in_force(account: Account, district: District, purpose: str) -> Consent | None:
    """The account's consent to the newest version."""
    newest = PrivacyRules.objects.filter(district=district).order_by("-version").values("pk")[:1]
    given = Consent.objects.filter(account=account, rules__in=newest, purpose=purpose)
    return given.filter(withdrawn_at__isnull=True).first()


def require(account: Account, district: District, purpose: str) -> Consent:
    """The consent that a use-case stands on. Raises Refused."""
    found = in_force(account, district, purpose)
    if found is None:
        raise Refused({"": NOT_YET})
    return found


def ever_given(account: Account, district: District, purpose: str) -> bool:
    """Whether the guardian has agreed to any version before."""
    return Consent.objects.filter(account=account, rules__district=district, purpose=purpose).exists()


def given(account: Account, district: District) -> QuerySet[Consent]:
    """Everything the account agreed to in the district, the newest first."""
    found = Consent.objects.filter(account=account, rules__district=district)
    return found.select_related("rules").order_by("-given_at")


def give(account: Account, rules: PrivacyRules, purpose: str, *, address: str | None = None) -> Consent:
    """Record that the guardian agreed to `rules`, which must still be the newest. Saying it twice is said once.

    Raises Refused when they were renewed while the guardian was reading.
    """
    district = rules.district
    with transaction.atomic():
        if newest_rules(district) != rules:
            raise Refused({"agreed": RENEWED})
        found, fresh = Consent.objects.get_or_create(
            account=account, rules=rules, purpose=purpose, withdrawn_at=None, defaults={"address": address}
        )
        if fresh:
            audit.record("consent.given", found, by=account, district=district, **_which(purpose, rules))
    return found


def withdraw(account: Account, district: District, purpose: str) -> int:
    """Take back every consent for the purpose; returns how many. What was done before stays lawful (PIPL 15)."""
    with transaction.atomic():
        given = list(
            Consent.objects.select_related("rules")
            .select_for_update(of=("self",))
            .filter(account=account, rules__district=district, purpose=purpose, withdrawn_at__isnull=True)
        )
        for one in given:
            Consent.objects.filter(pk=one.pk).update(withdrawn_at=Now())
            audit.record("consent.withdrawn", one, by=account, district=district, **_which(purpose, one.rules))
    return len(given)


def _which(purpose: str, rules: PrivacyRules) -> dict[str, Any]:
    """What the log says: for what, and to which words."""
    return {"purpose": Purpose(purpose).label, "version": rules.version, "rules_sha256": rules.sha256}
