"""Lots, the acts behind their entries, and the proof that an act stands in the signed history."""

from collections.abc import Collection, Sequence
from itertools import islice, takewhile
from typing import NamedTuple

from django.utils.translation import gettext as _

from tanhui.core.ledger import LeafKind, Receipt, build_receipt
from tanhui.core.ledger.journal import kind_in
from tanhui.kit.problems import NotFoundProblem
from tanhui.registry.log.queries import checkpoint_over, with_cosignatures
from tanhui.registry.models import Act, Entry, Lot
from tanhui.registry.queries.entries import PAGE, leading
from tanhui.registry.suite import suite
from tanhui.registry.writer.hashes import subtrees
from tanhui.registry.writer.leaves import contents_from
from tanhui.registry.writer.signing import hand_over_notes


class LotPage(NamedTuple):
    """Some lots, those with the largest numbers first, and the key for those after them: None where there are none."""

    lots: Sequence[Lot]
    before: str | None


def lots(*, before: str = "", most: int = PAGE) -> LotPage:
    """Return lots, those with the largest numbers first: below a number, where one is given."""
    rows = Lot.objects.select_related("project__owner").order_by("-lot")
    found = list((rows.filter(lot__lt=before) if before else rows)[: most + 1])
    return LotPage(found[:most], found[most - 1].lot if len(found) > most else None)


def lots_of(projects: Collection[str]) -> dict[str, str]:
    """Return the lot of each of these projects that has one."""
    rows = Lot.objects.filter(project__number__in=projects).values_list("project__number", "lot")
    return {str(project): lot for project, lot in rows}


def lot_count() -> int:
    return Lot.objects.count()


def lot(number: str) -> Lot:
    """Return a lot. Raises NotFoundProblem."""
    found = Lot.objects.select_related("project__owner").filter(lot=number).first()
    if found is None:
        raise NotFoundProblem("unknown_lot", _("没有批次 %(lot)s。") % {"lot": number})
    return found


def issue_act(of: Lot) -> Act:
    """Return the act that issued a lot: the one behind its first movement."""
    first = leading().filter(lot=of.lot).order_by("index").values_list("command_hex", flat=True)[:1]
    return Act.objects.get(command_hex=first[0])


def acts_of(entries: Sequence[Entry]) -> Sequence[Act]:
    """Return the acts that moved these entries, without their terms: those of a long list are long."""
    return list(Act.objects.defer("terms").filter(command_hex__in={entry.command_hex for entry in entries}))


def receipt_of(command_hex: str) -> Receipt:
    """Return the proof that an act and its entries stand in the signed history: the final one, once they are in it."""
    index = Act.objects.values_list("index", flat=True).get(command_hex=command_hex)
    behind = contents_from(index)
    leaves = [*islice(behind, 1), *takewhile(lambda content: kind_in(content) is LeafKind.ENTRY, behind)]
    block = checkpoint_over(index + len(leaves) - 1)
    content = list(enumerate(leaves, start=index))
    return build_receipt(content, with_cosignatures(block), block.size, subtrees(), hand_over_notes(), suite=suite())
