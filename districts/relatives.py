"""亲属申报: staff name their own and their relatives' children, and then decide nothing about them."""

from django.db import IntegrityError, transaction

from districts import audit
from districts.encryption import blind_indexes
from districts.identity import normalise, parse
from districts.models import Account, DeclaredRelative, District
from districts.refusals import Refused

KIND = "id-number"  # the index under which children are found, see enrollment.models.Child


def declare(account: Account, id_number: str, relation: str, *, district: District) -> DeclaredRelative:
    """Keep the child's ID number, encrypted, and its index; a declaration stays. Raises Refused."""
    number = normalise(id_number)
    try:
        parse(number)
    except ValueError as error:
        raise Refused({"id_number": str(error)}) from None
    try:
        with transaction.atomic():
            indexes = blind_indexes(KIND, number)
            if account.declared_relatives.filter(id_index__in=indexes).exists():
                raise Refused({"id_number": "已经申报过。"})
            found = DeclaredRelative.objects.create(account=account, id_index=indexes[0], relation=relation.strip())
            found.id_number = number  # bound to the row, which has a number only now
            found.save(update_fields=["id_number_cipher"])
            audit.record("relative.declared", found, by=account, district=district)
    except IntegrityError:
        raise Refused({"id_number": "已经申报过。"}) from None
    return found


def declared(account: Account, id_number: str) -> bool:
    """Whether the account declared the child with this ID number."""
    return account.declared_relatives.filter(id_index__in=blind_indexes(KIND, id_number)).exists()
