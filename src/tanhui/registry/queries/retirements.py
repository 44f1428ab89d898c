"""Retirements: all of them, the latest first, or those of a lot by their serials; page by page, by key."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tanhui.kit.problems import NotFoundProblem
from tanhui.registry.models import Retirement
from tanhui.registry.queries.entries import LARGE_PAGE, LATEST, PAGE


class RetirementPage(NamedTuple):
    """Some retirements, and the key for those that follow: None where there are none."""

    retirements: Sequence[Retirement]
    key: int | None


def retirements(*, before: int = LATEST, most: int = PAGE) -> RetirementPage:
    """Return retirements before a key, the latest first."""
    return _page(latest_first(before, most + 1), most, lambda row: row.pk)


def serials_of(lot: str, *, after: int = 0, most: int = PAGE) -> RetirementPage:
    """Return retirements of a lot by their serials, from behind one on."""
    return _page(by_serial(lot, after, most + 1), most, lambda row: row.serial_first)


def latest_of(lot: str, most: int) -> Sequence[Retirement]:
    """Return the latest retirements of a lot: those with the largest serials."""
    return list(_told().filter(lot=lot).order_by("-serial_first")[:most])


def all_retirements() -> Iterator[Retirement]:
    """Yield every retirement, the latest first."""
    before: int | None = LATEST
    while before is not None:
        found, before = retirements(before=before, most=LARGE_PAGE)
        yield from found


def latest_first(before: int, most: int) -> QuerySet[Retirement]:
    return _told().filter(pk__lt=before).order_by("-pk")[:most]


def by_serial(lot: str, after: int, most: int) -> QuerySet[Retirement]:
    return _told().filter(lot=lot, serial_first__gt=after).order_by("serial_first")[:most]


def retirement(number: str) -> Retirement:
    """Return a retirement by the number of its certificate. Raises NotFoundProblem."""
    found = Retirement.objects.select_related("lot__project", "account__holder", "order").filter(number=number).first()
    if found is None:
        raise NotFoundProblem("unknown_certificate", _("没有编号是 %(number)s 的证书。") % {"number": number})
    return found


def _told() -> QuerySet[Retirement]:
    """Everything but the certificates themselves, which are files."""
    return Retirement.objects.select_related("lot__project").defer("certificate")


def _page(rows: QuerySet[Retirement], most: int, key: Callable[[Retirement], int]) -> RetirementPage:
    found = list(rows)
    return RetirementPage(found[:most], key(found[most - 1]) if len(found) > most else None)
