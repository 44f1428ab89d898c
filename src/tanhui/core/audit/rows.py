"""What an audit file holds: plain rows of fifteen tables, and nothing that is not checked.

`leaf` is the journal itself, byte for byte. `act`, `entry`, `account`, `holding`, `lot`, `encumbrance` and `pile` say
the same readably; `subtree` holds the hashes of its Merkle tree and `block` the signed checkpoints. `evidence_file`,
`survey_row` and `estimate` are what every lot was issued on. A database fills all of them from its tables as
they stand, so that a change to any of them comes to light.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

FORMAT: Final = "tanhui-audit/2"
FIRST_FORMAT: Final = "tanhui-audit/1"
"""Files of the first format are read and verified as before: they have no encumbrances, piles and closed accounts, nor
what a lot was lessened by."""

HAND_OVER: Final = "handover "
EVIDENCE_KINDS: Final = ("survey", "method")


class MetaRow(NamedTuple):
    """One of: format, origin (the log's name), height, size, root_hex, handover 1, handover 2 … See `meta_rows`."""

    key: str
    value: str


class KeyRow(NamedTuple):
    """The log's public key, the newest one. There is one row."""

    name: str
    vkey: str


class BlockRow(NamedTuple):
    height: int
    time_ms: int
    first_leaf: int
    size: int
    root_hex: str
    checkpoint: str


class LeafRow(NamedTuple):
    idx: int
    height: int
    kind: int
    content: bytes


class SubtreeRow(NamedTuple):
    """The hash of 2**level leaves, of which `idx` such groups stand to the left. Level 0 is the leaves' own hashes."""

    level: int
    idx: int
    hash_hex: str


class ActRow(NamedTuple):
    """A command and its outcome. `terms` and `params` are canonical JSON: what it says, and why it was refused."""

    idx: int
    height: int
    command_hex: str
    digest_hex: str
    actor: str
    role: str
    at_ms: int
    kind: str
    terms: str
    outcome: str
    params: str


class EntryRow(NamedTuple):
    idx: int
    height: int
    command_hex: str
    lot: str
    from_account: str
    from_book: str
    to_account: str
    to_book: str
    quantity_mg: int
    serial_first: int | None
    serial_last: int | None


class AccountRow(NamedTuple):
    """An account; `closed` is 0 or 1."""

    account: str
    kind: str
    holder_hash_hex: str
    closed: int


class HoldingRow(NamedTuple):
    """What stands in a holding, the mint's included. Empty holdings have no row."""

    account: str
    lot: str
    book: str
    quantity_mg: int


class LotRow(NamedTuple):
    lot: str
    project: str
    period: str
    survey_hash_hex: str
    method_hash_hex: str
    estimate_hash_hex: str
    issued_mg: int
    buffer_mg: int
    retired_mg: int
    lessened_mg: int
    drawn_mg: int


class EncumbranceRow(NamedTuple):
    """A hold, pledge, freeze or entry, open or ended (0 or 1). `lot` and `book` are empty where it has none."""

    encumbrance: str
    sort: str
    account: str
    lot: str
    book: str
    left_mg: int
    until_ms: int
    party: str
    ended: int


class PileRow(NamedTuple):
    """All that stood in one book of one lot when a day was closed, where it is not as on the day closed before it."""

    day: int
    lot: str
    book: str
    holdings: int
    total_mg: int
    root_hex: str


class EvidenceFileRow(NamedTuple):
    """A file of a survey, or of the method that was used on it (`kind`), byte for byte."""

    project: str
    kind: str
    name: str
    content: bytes


class SurveyRow(NamedTuple):
    """The hash of one line of a survey file, as it was when the survey was booked. The header is line 1."""

    project: str
    file: str
    row: int
    hash_hex: str


class EstimateRow(NamedTuple):
    """What the method made of the survey. `document` is canonical JSON; the other columns are parts of it."""

    project: str
    survey_hash_hex: str
    method_hash_hex: str
    document: str
    estimate_hash_hex: str
    outcome: str
    issuable_mg: int
    buffer_mg: int


@dataclass(frozen=True, slots=True)
class AuditBook:
    """All rows of an audit file. The order of rows in a table does not matter."""

    meta: tuple[MetaRow, ...] = ()
    key: tuple[KeyRow, ...] = ()
    block: tuple[BlockRow, ...] = ()
    leaf: tuple[LeafRow, ...] = ()
    subtree: tuple[SubtreeRow, ...] = ()
    act: tuple[ActRow, ...] = ()
    entry: tuple[EntryRow, ...] = ()
    account: tuple[AccountRow, ...] = ()
    holding: tuple[HoldingRow, ...] = ()
    lot: tuple[LotRow, ...] = ()
    encumbrance: tuple[EncumbranceRow, ...] = ()
    pile: tuple[PileRow, ...] = ()
    evidence_file: tuple[EvidenceFileRow, ...] = ()
    survey_row: tuple[SurveyRow, ...] = ()
    estimate: tuple[EstimateRow, ...] = ()
    format: str = FORMAT

    def counts(self) -> dict[str, int]:
        return {name: len(getattr(self, name)) for name in TABLES}


Cell = int | str | bytes | None
Row = (
    MetaRow
    | KeyRow
    | BlockRow
    | LeafRow
    | SubtreeRow
    | ActRow
    | EntryRow
    | AccountRow
    | HoldingRow
    | LotRow
    | EncumbranceRow
    | PileRow
    | EvidenceFileRow
    | SurveyRow
    | EstimateRow
)


class Table(NamedTuple):
    """A table: the type of its rows, and how many of the first columns tell one row from another."""

    row: type[Any]
    key_length: int


TABLES: Final[dict[str, Table]] = {
    "meta": Table(MetaRow, 1),
    "key": Table(KeyRow, 1),
    "block": Table(BlockRow, 1),
    "leaf": Table(LeafRow, 1),
    "subtree": Table(SubtreeRow, 2),
    "act": Table(ActRow, 1),
    "entry": Table(EntryRow, 1),
    "account": Table(AccountRow, 1),
    "holding": Table(HoldingRow, 3),
    "lot": Table(LotRow, 1),
    "encumbrance": Table(EncumbranceRow, 1),
    "pile": Table(PileRow, 3),
    "evidence_file": Table(EvidenceFileRow, 3),
    "survey_row": Table(SurveyRow, 3),
    "estimate": Table(EstimateRow, 1),
}


def meta_rows(
    origin: str, last: BlockRow | None, hand_overs: Sequence[str] = (), form: str = FORMAT
) -> tuple[MetaRow, ...]:
    """Return what an audit file says about itself: its format, whose log it is, how far it goes.

    And how its key came to be the one that it is: the signed hand-overs, if there were any, the first one first.
    """
    height, size, root_hex = (last.height, last.size, last.root_hex) if last else (0, 0, "")
    said = {"format": form, "origin": origin, "height": str(height), "size": str(size), "root_hex": root_hex}
    said |= {f"{HAND_OVER}{number}": note for number, note in enumerate(hand_overs, start=1)}
    return tuple(MetaRow(key, value) for key, value in sorted(said.items()))


def hand_over_notes(meta: Iterable[MetaRow]) -> tuple[str, ...]:
    """Return the hand-overs of an audit file in their order."""
    told = {row.key: row.value for row in meta}
    numbered = (f"{HAND_OVER}{number}" for number in range(1, len(told) + 1))
    return tuple(told[name] for name in numbered if name in told)


def canonical_json(value: Mapping[str, object]) -> str:
    """Write JSON in the one spelling that is compared: keys sorted, no spaces, Chinese as itself."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def read_json(text: str) -> dict[str, object]:
    """Read a JSON object; whatever is not one reads as an empty one, and so differs from what it should be."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
