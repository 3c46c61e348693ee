"""A form that was sent counts once, however often the button was pressed.

The page carries a key from the moment it is shown. The key's row and what the form causes are written in one
transaction: same key and same content give the same answer again, same key and other content are refused.
"""

import hashlib
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from districts.models import Account, SubmitKey


class KeyReused(Exception):
    """The key was used for something else: a stale page whose content has changed since."""


def digest(body: dict[str, Any]) -> bytes:
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False, default=str).encode()).digest()


def once(
    key: UUID, *, account: Account, purpose: str, body: dict[str, Any], action: Callable[[], str]
) -> tuple[str, bool]:
    """Run `action` once for `key`; returns (its answer, whether it ran now).

    A second call that arrives while the first is still running waits for it and gets the same answer. If `action`
    raises, the key is free again. Raises KeyReused when account, purpose or body differ from the first call's.
    """
    with transaction.atomic():
        if _take(key, account, purpose, digest(body)):
            result = action()
            SubmitKey.objects.filter(pk=key).update(result=result)
            return result, True
        first = SubmitKey.objects.get(pk=key)
    if (first.account_id, first.purpose, bytes(first.body_hash)) != (account.pk, purpose, digest(body)):
        raise KeyReused("这个页面已经提交过，内容与现在不同。请刷新页面，核对后再提交。")
    return first.result, False


def _take(key: UUID, account: Account, purpose: str, body_hash: bytes) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO districts_submitkey (id, account_id, purpose, body_hash, result) VALUES (%s, %s, %s, %s, '') "
            "ON CONFLICT DO NOTHING",
            [key, account.pk, purpose, body_hash],
        )
        return cursor.rowcount == 1
