"""亲属申报: staff name their own and their relatives' children, and then decide nothing about them."""

from django.db import IntegrityError, transaction

from districts import audit
from districts.encryption import blind_index
from districts.identity import normalise, parse
from districts.models import Account, DeclaredRelative, District
from districts.refusals import Refused

KIND = "id-number"  # the index under which children are found, see enrollment.models.Child


def declare(account: Account, id_number: str, relation: str, *, district: District) -> DeclaredRelative:
    """Keep a keyed hash of the child's ID number; a declaration stays. Raises Refused."""
    number = normalise(id_number)
    try:
        parse(number)
    except ValueError as error:
        raise Refused({"id_number": str(error)}) from None
    try:
        with transaction.atomic():
            found = DeclaredRelative.objects.create(
                account=account, id_index=blind_index(KIND, number), relation=relation.strip()
            )
            audit.record("relative.declared", found, by=account, district=district)
    except IntegrityError:
        raise Refused({"id_number": "已经申报过。"}) from None
    return found


def declared(account: Account, id_index: bytes) -> bool:
    """Whether the account declared the child with this keyed hash."""
    return account.declared_relatives.filter(id_index=id_index).exists()
