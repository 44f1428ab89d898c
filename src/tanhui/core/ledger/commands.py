"""The command: who orders which act, in which role, when and why; and its one spelling in bytes.

A command is a CBOR array (RFC 8949, deterministic encoding):

    [version, id, actor, role, at_ms, reason_hash, act, [fields of the act in their order]]

There is exactly one spelling. What does not encode back to the very same bytes is not a command, so
the hash of a command names its content and nothing else.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any, Final

import cbor2

from tanhui.core.ledger.acts import ACTS, Act
from tanhui.core.ledger.origin import Origin
from tanhui.core.ledger.scope import Scope
from tanhui.core.ledger.shape import Malformed, require_bytes, require_hashes, require_ids, require_whole
from tanhui.core.ledger.terms import COMMAND_ID_LENGTH

COMMAND_VERSION: Final = 1
MAX_COMMAND_LENGTH: Final = 2048
_ENVELOPE_LENGTH: Final = 8


@dataclass(frozen=True, slots=True)
class Command:
    """One order of one actor. The sender chooses the id; sending it twice does it once."""

    id: bytes
    actor: str
    role: str
    at_ms: int
    reason_hash: bytes
    act: Act

    def __post_init__(self) -> None:
        require_bytes("id", self.id, COMMAND_ID_LENGTH)
        require_ids(actor=self.actor, role=self.role)
        require_whole(at_ms=self.at_ms)
        require_hashes(reason_hash=self.reason_hash)

    def reads(self) -> Scope:
        return Scope.union((self.act.reads(), Scope(command_ids=frozenset({self.id}))))


def reads(commands: Iterable[Command]) -> Scope:
    """Name everything that these commands can look at or change."""
    return Scope.union(command.reads() for command in commands)


def encode(command: Command) -> bytes:
    """Spell a command in bytes."""
    act = command.act
    row = [
        COMMAND_VERSION,
        command.id,
        command.actor,
        str(command.role),
        command.at_ms,
        command.reason_hash,
        act.name,
        [_spell(getattr(act, field.name)) for field in fields(act)],
    ]
    return cbor2.dumps(row, canonical=True)


def decode(spelling: bytes) -> Command:
    """Read a command back. Raises Malformed for everything that `encode` would not have written."""
    if len(spelling) > MAX_COMMAND_LENGTH:
        raise Malformed(f"a command has at most {MAX_COMMAND_LENGTH} bytes")
    command = _command(read_row(spelling))
    if encode(command) != spelling:
        raise Malformed("not the deterministic spelling of this command")
    return command


def digest(spelling: bytes) -> bytes:
    """Return the hash by which a repeated command is recognised."""
    return hashlib.sha256(spelling).digest()


def read_row(spelling: bytes) -> list[Any]:
    """Read one CBOR array. What CBOR allows beyond our one spelling, the caller finds by spelling it again."""
    try:
        row = cbor2.loads(spelling, max_depth=4, allow_indefinite=False)
    except (cbor2.CBORError, ValueError, OverflowError) as error:
        raise Malformed(f"not CBOR: {error}") from error
    if not isinstance(row, list):
        raise Malformed("not a CBOR array")
    return row


def act_fields(act: Act) -> dict[str, str | int]:
    """Return what an act says, flat and readable: hashes in hex, the origin's parts under their own names."""
    named: dict[str, str | int] = {}
    for field in fields(act):
        value = getattr(act, field.name)
        parts = value._asdict() if isinstance(value, Origin) else {field.name: value}
        named |= {name: part.hex() if isinstance(part, bytes) else part for name, part in parts.items()}
    return named


def _spell(value: str | int | bytes | Origin) -> str | int | bytes | list[str | bytes]:
    if isinstance(value, Origin):
        return list(value)
    return str(value) if isinstance(value, str) else value


def _command(row: list[Any]) -> Command:
    if len(row) != _ENVELOPE_LENGTH or row[0] != COMMAND_VERSION:
        raise Malformed("not a command of this version")
    _, command_id, actor, role, at_ms, reason_hash, name, values = row
    kind = ACTS.get(name) if isinstance(name, str) else None
    if kind is None or not isinstance(values, list) or len(values) != len(fields(kind)):
        raise Malformed("not an act of this version")
    return Command(command_id, actor, role, at_ms, reason_hash, _act(kind, values))


def _act(kind: type[Act], values: list[Any]) -> Act:
    if values and isinstance(values[-1], list):
        values = [*values[:-1], _origin(values[-1])]
    return kind(*values)


def _origin(parts: list[Any]) -> Origin:
    if len(parts) != len(Origin._fields):
        raise Malformed("an origin has five parts")
    return Origin(*parts)
