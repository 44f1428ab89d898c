"""Lots, their entries and retirements, and the proof that an act stands in the signed history."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from tanhui.core.ledger import Receipt, build_receipt
from tanhui.kit.problems import NotFoundProblem
from tanhui.registry.log.queries import checkpoint_over, with_cosignatures
from tanhui.registry.models import Act, Entry, Leaf, Lot, Retirement
from tanhui.registry.queries.entries import entries_of
from tanhui.registry.suite import suite
from tanhui.registry.writer.hashes import subtrees
from tanhui.registry.writer.signing import hand_over_notes


def lots() -> Sequence[Lot]:
    return list(Lot.objects.select_related("project__owner").order_by("-lot"))


def lot(number: str) -> Lot:
    """Return a lot. Raises NotFoundProblem."""
    found = Lot.objects.select_related("project__owner").filter(lot=number).first()
    if found is None:
        raise NotFoundProblem("unknown_lot", _("没有批次 %(lot)s。") % {"lot": number})
    return found


def issue_act(of: Lot) -> Act:
    """Return the act that issued a lot: the one behind its first movement."""
    first = Entry.objects.filter(lot=of.lot).order_by("index").values_list("command_hex", flat=True)[:1]
    return Act.objects.get(command_hex=first[0])


def acts_of(entries: Sequence[Entry]) -> Sequence[Act]:
    """Return the acts that moved these entries."""
    return list(Act.objects.filter(command_hex__in={entry.command_hex for entry in entries}))


def retirements(of: Lot | None = None, *, most: int | None = None) -> Sequence[Retirement]:
    """Return retirements, the latest first."""
    found = Retirement.objects.select_related("lot__project", "account__holder", "order").defer("certificate")
    return list((found.filter(lot=of) if of else found)[:most])


def retirement(number: str) -> Retirement:
    """Return a retirement by the number of its certificate. Raises NotFoundProblem."""
    found = Retirement.objects.select_related("lot__project", "account__holder", "order").filter(number=number).first()
    if found is None:
        raise NotFoundProblem("unknown_certificate", _("没有编号是 %(number)s 的证书。") % {"number": number})
    return found


def receipt_of(command_hex: str) -> Receipt:
    """Return the proof that an act and its entries stand in the signed history: the final one, once they are in it."""
    act = Act.objects.get(command_hex=command_hex)
    leaves = Leaf.objects.in_bulk([act.index, *entries_of(act).values_list("index", flat=True)])
    content = [(index, bytes(leaves[index].content)) for index in sorted(leaves)]
    block = checkpoint_over(content[-1][0])
    return build_receipt(content, with_cosignatures(block), block.size, subtrees(), hand_over_notes(), suite=suite())
