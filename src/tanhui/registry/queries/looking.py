"""Looking things up by what somebody begins to type: accounts, lots, what binds. A few answers, and by an index."""

from collections.abc import Collection, Sequence
from typing import Final

from django.db import connection
from django.db.models import Q

from tanhui.certification.models import Project
from tanhui.registry.models import Account, Encumbrance, Lot
from tanhui.registry.queries.accounts import still_open
from tanhui.registry.queries.bindings import Binding, bindings, told

SHORTEST: Final = 2
"""A name is found by any two letters of it that follow each other; one letter alone is in too many."""

_BY_NAME: Final = """
SELECT account FROM registry_account JOIN people_organisation holder ON holder.id = holder_id
WHERE NOT (%s AND EXISTS (
    SELECT FROM registry_ledgeraccount known WHERE known.account = registry_account.account AND known.closed
)) AND registry_pairs(holder.name_zh || ' ' || holder.name_en) @> registry_pairs(%s)
    AND lower(holder.name_zh || ' ' || holder.name_en) LIKE %s AND (%s OR kind = ANY(%s))
LIMIT %s
"""


def found_accounts(text: str, *, kinds: Collection[str] = (), only_open: bool = False, most: int) -> Sequence[Account]:
    """Return accounts whose id begins with a text or whose holder's name has it, by their ids."""
    begun = (still_open() if only_open else Account.objects).filter(account__startswith=text)
    begun = begun.filter(kind__in=kinds) if kinds else begun
    ids = set(begun.order_by("account").values_list("pk", flat=True)[:most])
    if len(text) >= SHORTEST:
        ids |= _by_name(text, kinds, most, only_open=only_open)
    return list(Account.objects.select_related("holder").filter(pk__in=ids).order_by("account")[:most])


def _by_name(text: str, kinds: Collection[str], most: int, *, only_open: bool) -> set[str]:
    said = text.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    with connection.cursor() as cursor:
        cursor.execute(_BY_NAME, [only_open, text, f"%{said}%", not kinds, list(kinds), most])
        return {account for (account,) in cursor.fetchall()}


def found_lots(text: str, *, most: int) -> Sequence[Lot]:
    """Return lots whose number begins with a text or whose project's name has it, the latest first."""
    named = Project.objects.filter(Q(name_zh__icontains=text) | Q(name_en__icontains=text))
    asked = Q(lot__startswith=text) | Q(project__in=named.values("number")) | Q(region=text) if text else Q()
    return list(Lot.objects.select_related("project").filter(asked).order_by("-lot")[:most])


def found_bindings(*sorts: str, text: str, most: int) -> Sequence[Binding]:
    """Return what stands bound of these sorts, the latest first: by its number, its lot, or whose it is."""
    if not text:
        return bindings(*sorts, most=most)
    holders = [row.account for row in found_accounts(text, most=most)]
    open_ones = Encumbrance.objects.filter(ended=False, sort__in=sorts)
    asked = (Q(name__startswith=text), Q(lot=text), Q(account__in=holders))
    found = {row.name: row for one in asked for row in open_ones.filter(one).order_by("-name")[:most]}
    return told([found[name] for name in sorted(found, reverse=True)][:most])
