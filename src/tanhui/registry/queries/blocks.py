"""Blocks and the acts in them, page by page."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from tanhui.kit.problems import NotFoundProblem
from tanhui.registry.models import Act, Block, Entry
from tanhui.registry.queries.entries import LATEST, PAGE
from tanhui.registry.writer.projections import projected_height


class BlockPage(NamedTuple):
    """Some blocks, the latest first, and the key for those before them: None where they are the first."""

    blocks: Sequence[Block]
    before: int | None


class Deed(NamedTuple):
    """An act that was answered, and what it moved."""

    act: Act
    entries: Sequence[Entry]


class DeedPage(NamedTuple):
    """Acts of a block in their order, and the key for those that follow: None where there are none."""

    deeds: Sequence[Deed]
    after: int | None


def blocks(*, before: int = LATEST, most: int = PAGE) -> BlockPage:
    """Return the blocks below a height that can be read in all tables, the latest first."""
    top = min(before, projected_height() + 1)
    found = list(Block.objects.filter(height__lt=top).order_by("-height")[: most + 1])
    return BlockPage(found[:most], found[most - 1].height if len(found) > most else None)


def block(height: int) -> Block:
    """Return a block that can be read. Raises NotFoundProblem."""
    found = Block.objects.filter(height=height).first() if height <= projected_height() else None
    if found is None:
        raise NotFoundProblem("unknown_block", _("没有第 %(height)s 块。") % {"height": height})
    return found


def deeds(of: Block, *, after: int = -1, most: int = PAGE) -> DeedPage:
    """Return acts of a block behind an index, each with its movements: its leaves stand one behind the other."""
    first = max(of.first_leaf, after + 1)
    found = list(Act.objects.filter(index__gte=first, index__lt=of.size).order_by("index")[: most + 1])
    shown, more = found[:most], found[most:]
    end = more[0].index if more else of.size
    by_command: dict[str, list[Entry]] = {}
    for entry in Entry.objects.filter(index__gte=first, index__lt=end).order_by("index"):
        by_command.setdefault(entry.command_hex, []).append(entry)
    last = shown[-1].index if more else None
    return DeedPage([Deed(act, by_command.get(act.command_hex, ())) for act in shown], last)
