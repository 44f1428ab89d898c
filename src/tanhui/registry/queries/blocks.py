"""Blocks and the acts in them, page by page."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from django.db.models import Case, QuerySet, When
from django.db.models.fields.json import KT
from django.utils.translation import gettext as _

from tanhui.kit.problems import NotFoundProblem
from tanhui.registry.models import Act, Block, Entry
from tanhui.registry.queries.entries import LARGE_PAGE, LATEST, PAGE
from tanhui.registry.writer.projections import projected_height

BINDING = ("freeze", "pledge", "hold")
"""Acts that bind something under an id of its own."""

LEAVES = 100
"""How many leaves of a block are shown at a time."""


class BlockPage(NamedTuple):
    """Some blocks, the latest first, and the key for those before them: None where they are the first."""

    blocks: Sequence[Block]
    before: int | None


class Deed(NamedTuple):
    """An act that was answered, and what it moved: of its movements so many, behind so many others, of so many.

    The terms of the act are not here, since those of a long list are long. `bound` is the id of what it bound, or ''.
    """

    act: Act
    bound: str
    entries: Sequence[Entry]
    before: int
    moved: int

    @property
    def whole(self) -> bool:
        return len(self.entries) == self.moved


class DeedPage(NamedTuple):
    """Acts of a block in their order, and the key for what follows: None where nothing does."""

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


def deeds(of: Block, *, after: int = -1, most: int = LEAVES) -> DeedPage:
    """Return the acts behind a leaf and their movements, so many leaves of them.

    The leaves of a block stand one behind the other, each act before its movements. So a list of thousands of
    movements is turned like any other, and how many there are is known without counting.
    """
    first = max(of.first_leaf + 1, after + 1)
    end = min(of.size, first + most)
    inside = acts_in(of)
    acts = list(inside.filter(index__gte=first, index__lt=end).order_by("index"))
    if first < of.size and (not acts or acts[0].index > first):
        acts = [*inside.filter(index__lt=first).order_by("-index")[:1], *acts]
    following = inside.filter(index__gte=end).order_by("index").values_list("index", flat=True).first() or of.size
    entries = Entry.objects.filter(index__gte=first, index__lt=end).order_by("index")
    return DeedPage(_deeds(acts, list(entries), first, following), end - 1 if end < of.size else None)


def acts_in(of: Block) -> QuerySet[Any]:
    """Return the query for the acts of a block, each with the id of what it bound and without its other terms."""
    named = [When(kind=kind, then=KT(f"terms__{kind}")) for kind in BINDING]
    inside = Act.objects.filter(index__gte=of.first_leaf, index__lt=of.size)
    return inside.defer("terms").annotate(bound=Case(*named, default=None))


def _deeds(acts: Sequence[Any], entries: Sequence[Entry], first: int, following: int) -> list[Deed]:
    by_command: dict[str, list[Entry]] = {}
    for entry in entries:
        by_command.setdefault(entry.command_hex, []).append(entry)
    ends = [*(act.index for act in acts[1:]), following]
    return [
        Deed(
            act,
            act.bound or "",
            by_command.get(act.command_hex, ()),
            max(0, first - act.index - 1),
            end - act.index - 1,
        )
        for act, end in zip(acts, ends, strict=True)
    ]


def movements_of(of: Block) -> Iterator[Entry]:
    """Yield every movement of a block in their order."""
    after = of.first_leaf
    while rows := list(Entry.objects.filter(index__gt=after, index__lt=of.size).order_by("index")[:LARGE_PAGE]):
        yield from rows
        after = rows[-1].index
