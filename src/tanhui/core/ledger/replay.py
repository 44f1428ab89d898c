"""Rebuild everything from the journal, and find where a journal or a database says something else.

The journal holds the commands as they were ordered and the outcomes that were written down. Replaying decides every
command again by the rules alone. So a journal is right if the rules give each of its leaves, byte for byte.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from tanhui.core.ledger.day_ends import Replaying
from tanhui.core.ledger.draft import Booking, Written
from tanhui.core.ledger.journal import ENTRY_BEGINS, Deed, Header, Leaf, LeafKind, decode_leaf, kind_in
from tanhui.core.ledger.piles import Pile
from tanhui.core.ledger.shape import Malformed
from tanhui.core.ledger.state import State
from tanhui.core.ledger.suites import ED25519_SHA256, Suite

Key = TypeVar("Key")


class Difference(NamedTuple):
    """Something that is not as the rules have it, and where.

    Of the journal, `where` is the index of a leaf: malformed_leaf, header, previous_root, leaf, day_end.
    Of a database, it is a key: root (a height), account, holding, lot, closed, encumbrance.
    """

    sort: str
    where: object
    found: object
    expected: object


class BlockRoot(NamedTuple):
    """What a block's checkpoint signs: the size and the root of the tree after it."""

    height: int
    time_ms: int
    first_leaf: int
    size: int
    root: bytes


class Replay(NamedTuple):
    """The state that the rules give, the roots that the bytes give, every difference on the way.

    And the piles of each day that was closed, where they are not as on the day closed before it.
    """

    closing: State
    blocks: tuple[BlockRoot, ...]
    differences: tuple[Difference, ...]
    piles: tuple[tuple[int, Pile], ...] = ()


class _Span(NamedTuple):
    """The leaves of one block as they were found, and those of them that are a header or a command."""

    first: int
    contents: list[bytes]
    leading: list[Leaf]


def replay(contents: Iterable[bytes], suite: Suite = ED25519_SHA256) -> Replay:
    """Replay a whole journal of this suite, given the bytes of its leaves in order.

    Differences do not end the replay: the rest goes on from what the rules give. A previous root that does not fit is
    told once, since after it no later one can fit.
    """
    draft = Replaying(suite)
    blocks: list[BlockRoot] = []
    differences: list[Difference] = []
    piles: list[tuple[int, Pile]] = []
    for span in _spans(contents):
        found, bookings = _replay_block(draft, span)
        differences += found
        piles += draft.closed_piles(bookings)
        tree = draft.frontier
        blocks.append(BlockRoot(draft.height, draft.time_ms, span.first, tree.size, tree.root()))
    return Replay(draft.state(), tuple(blocks), tuple(_first_of_sort(differences, "previous_root")), tuple(piles))


def replay_block(draft: Replaying, first: int, contents: Sequence[bytes]) -> tuple[Difference, ...]:
    """Replay one block on a draft that stands before it: what a member does with each block as it comes.

    `contents` are its leaves, the first of them at `first`. The draft goes on to the end of the block.
    """
    found = [_leading(index, content) for index, content in enumerate(contents, start=first)]
    differences, _ = _replay_block(draft, _Span(first, list(contents), [leaf for leaf in found if leaf]))
    return tuple(differences)


def written_again(draft: Replaying, contents: Sequence[bytes]) -> Written | None:
    """Write a block again by the rules; None if it does not come out as it stands, or closes a day wrongly."""
    leading = [_read(0, content) for content in contents if content[:1] != ENTRY_BEGINS]
    header = leading[0].record if leading and leading[0] else None
    if not isinstance(header, Header) or header[:3] != _expected_header(draft, header)[:3]:
        return None
    draft.turn_day(header.time_ms)
    commands = [leaf.record.command for leaf in leading if leaf and isinstance(leaf.record, Deed)]
    written = draft.write(commands, header.height, header.time_ms)
    draft.mark()
    wrong = written.contents != tuple(contents) or any(draft.wrong_ends(written.bookings))
    return None if wrong else written


def is_header(content: bytes) -> bool:
    """Say whether a block begins with this leaf."""
    leaf = _read(0, content)
    return leaf is not None and isinstance(leaf.record, Header)


def check(contents: Iterable[bytes], roots: Mapping[int, bytes], state: State) -> tuple[Difference, ...]:
    """Replay the journal and compare what a database keeps beside it: the root of each block, and the state."""
    replayed = replay(contents, state.frontier.suite)
    rebuilt = replayed.closing
    expected_roots = {block.height: block.root for block in replayed.blocks}
    return (
        *replayed.differences,
        *_compare("root", roots, expected_roots),
        *_compare("account", state.kinds, rebuilt.kinds),
        *_compare("holding", state.holdings, rebuilt.holdings),
        *_compare("lot", state.lots, rebuilt.lots),
        *_compare("closed", dict.fromkeys(state.closed, True), dict.fromkeys(rebuilt.closed, True)),
        *_compare("encumbrance", state.encumbrances, rebuilt.encumbrances),
    )


def _spans(contents: Iterable[bytes]) -> Iterator[_Span]:
    """Cut the journal into blocks: each begins with a header, the very first one in any case."""
    span = _Span(0, [], [])
    for index, content in enumerate(contents):
        leaf = _leading(index, content)
        if span.contents and leaf and isinstance(leaf.record, Header):
            yield span
            span = _Span(index, [], [])
        span.contents.append(content)
        if leaf:
            span.leading.append(leaf)
    if span.contents:
        yield span


def _leading(index: int, content: bytes) -> Leaf | None:
    """Read a header or a command. An entry has nothing to say here that the rules do not say themselves."""
    return None if kind_in(content) in {None, LeafKind.ENTRY} else _read(index, content)


def _read(index: int, content: bytes) -> Leaf | None:
    try:
        return Leaf(index, decode_leaf(content), content)
    except Malformed:
        return None


def _replay_block(draft: Replaying, span: _Span) -> tuple[list[Difference], tuple[Booking, ...]]:
    """Write the block again by the rules, compare, and go on with the tree over the bytes as they were found."""
    begins = span.leading and span.leading[0].position == span.first
    found = span.leading[0].record if begins else None
    before, header = draft.frontier, _expected_header(draft, found)
    commands = [leaf.record.command for leaf in span.leading if isinstance(leaf.record, Deed)]
    draft.turn_day(header.time_ms)
    written = draft.write(commands, header.height, header.time_ms)
    draft.mark()
    ends = [Difference("day_end", *found) for found in draft.wrong_ends(written.bookings)]
    if list(written.contents) == span.contents:
        return ends, written.bookings
    draft.frontier, _ = before.grow(span.contents)
    differing = [
        *(
            Difference("malformed_leaf", place, content.hex(), "")
            for place, content in enumerate(span.contents, start=span.first)
            if _read(place, content) is None
        ),
        *_header_differences(span.first, found, header),
        *_body_differences(span, list(written.contents)),
        *ends,
    ]
    return differing, written.bookings


def _expected_header(draft: Replaying, found: object) -> Header:
    time_ms = found.time_ms if isinstance(found, Header) else draft.time_ms
    return Header(draft.height + 1, max(time_ms, draft.time_ms), draft.frontier.root())


def _header_differences(index: int, found: object, expected: Header) -> Iterator[Difference]:
    if not isinstance(found, Header) or found[:2] != expected[:2]:
        yield Difference("header", index, found, expected)
    elif found != expected:
        yield Difference("previous_root", index, found.previous_root.hex(), expected.previous_root.hex())


def _body_differences(span: _Span, expected: list[bytes]) -> Iterator[Difference]:
    """Name the first leaf of the block that the rules do not give. The later ones follow from it."""
    length = max(len(expected), len(span.contents))
    for place in range(1, length):
        ours = expected[place : place + 1]
        theirs = span.contents[place : place + 1]
        if ours != theirs:
            yield Difference("leaf", span.first + place, b"".join(theirs).hex(), b"".join(ours).hex())
            return


def _compare(sort: str, found: Mapping[Key, object], expected: Mapping[Key, object]) -> Iterator[Difference]:
    for key in sorted(found.keys() | expected.keys(), key=repr):
        if found.get(key) != expected.get(key):
            yield Difference(sort, key, found.get(key), expected.get(key))


def _first_of_sort(differences: list[Difference], sort: str) -> Iterator[Difference]:
    told = False
    for difference in differences:
        if difference.sort != sort or not told:
            yield difference
        told = told or difference.sort == sort
