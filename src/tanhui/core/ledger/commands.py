"""The command: who orders which act, in which role, when and why; and its one spelling in bytes.

A command is a CBOR array (RFC 8949, deterministic encoding):

    [version, id, actor, role, at_ms, reason_hash, act, [fields of the act in their order]]

There is exactly one spelling. What does not encode back to the very same bytes is not a command, so
the hash of a command names its content and nothing else.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields
from typing import Any, Final

import cbor2

from tanhui.core.ledger.acts import ACTS, SINGLE_ACTS, Act, Distribute, Linked, SingleAct, acts_of
from tanhui.core.ledger.origin import Origin
from tanhui.core.ledger.scope import Scope
from tanhui.core.ledger.shape import Malformed, require_bytes, require_hashes, require_ids, require_whole
from tanhui.core.ledger.suites import ED25519_SHA256, Suite
from tanhui.core.ledger.terms import COMMAND_ID_LENGTH, MAX_LEAF_LENGTH

COMMAND_VERSION: Final = 1
MAX_COMMAND_LENGTH: Final = 2048
_DEED_AROUND_COMMAND: Final = 1 + 1 + 9 + 3 + 66
"""What a deed leaf has beside its command, at most: array, sort, height, length of the command, outcome."""

MAX_LONG_COMMAND_LENGTH: Final = MAX_LEAF_LENGTH - _DEED_AROUND_COMMAND
"""Only a distribution or linked acts may be longer than 2048 bytes: 65,455, so that its leaf always fits."""

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
    spelling: bytes = field(init=False, repr=False, compare=False)
    """What `encode` gives. A command never changes, so it is spelled once."""

    def __post_init__(self) -> None:
        require_bytes("id", self.id, COMMAND_ID_LENGTH)
        require_ids(actor=self.actor, role=self.role)
        require_whole(at_ms=self.at_ms)
        require_hashes(reason_hash=self.reason_hash)
        object.__setattr__(self, "spelling", _spelled(self))
        if isinstance(self.act, Distribute | Linked) and len(self.spelling) > MAX_LONG_COMMAND_LENGTH:
            raise Malformed(f"a command has at most {MAX_LONG_COMMAND_LENGTH} bytes")

    def reads(self) -> Scope:
        return Scope.union((self.act.reads(), Scope(command_ids=frozenset({self.id}))))


def reads(commands: Iterable[Command]) -> Scope:
    """Name everything that these commands can look at or change."""
    return Scope.union(command.reads() for command in commands)


def encode(command: Command) -> bytes:
    """Return the one spelling of a command in bytes."""
    return command.spelling


def _spelled(command: Command) -> bytes:
    act = command.act
    row = [
        COMMAND_VERSION,
        command.id,
        command.actor,
        str(command.role),
        command.at_ms,
        command.reason_hash,
        act.name,
        [_spell(getattr(act, name)) for name in _FIELDS[type(act)]],
    ]
    return cbor2.dumps(row, canonical=True)


def decode(spelling: bytes) -> Command:
    """Read a command back. Raises Malformed for everything that `encode` would not have written."""
    if len(spelling) > MAX_LONG_COMMAND_LENGTH:
        raise Malformed(f"a command has at most {MAX_LONG_COMMAND_LENGTH} bytes")
    command = _command(read_row(spelling))
    if len(spelling) > MAX_COMMAND_LENGTH and not isinstance(command.act, Distribute | Linked):
        raise Malformed(f"a command of this sort has at most {MAX_COMMAND_LENGTH} bytes")
    if encode(command) != spelling:
        raise Malformed("not the deterministic spelling of this command")
    return command


def digest(spelling: bytes, suite: Suite = ED25519_SHA256) -> bytes:
    """Return the hash by which a repeated command is recognised."""
    return suite.new(spelling).digest()


def read_row(spelling: bytes) -> list[Any]:
    """Read one CBOR array. What CBOR allows beyond our one spelling, the caller finds by spelling it again."""
    try:
        row = cbor2.loads(spelling, max_depth=8, allow_indefinite=False)
    except (cbor2.CBORError, ValueError, OverflowError) as error:
        raise Malformed(f"not CBOR: {error}") from error
    if not isinstance(row, list):
        raise Malformed("not a CBOR array")
    return row


def act_fields(act: Act) -> dict[str, Any]:
    """Return what an act says, readable: hashes in hex, the origin's parts under their own names, links one by one."""
    if isinstance(act, Linked):
        return {"acts": [{"act": one.name, **act_fields(one)} for one in acts_of(act)]}
    named: dict[str, Any] = {}
    for name in _FIELDS[type(act)]:
        value = getattr(act, name)
        if isinstance(value, Origin):
            named |= {part: _readable(one) for part, one in value._asdict().items()}
        else:
            named[name] = _readable(value)
    return named


def _readable(value: object) -> object:
    return value.hex() if isinstance(value, bytes) else value


def _spell(value: object) -> object:
    if type(value) in _PLAIN:
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, tuple):
        return [part if type(part) is tuple else _spell(part) for part in value]
    if isinstance(value, SingleAct):
        return [value.name, [_spell(getattr(value, name)) for name in _FIELDS[type(value)]]]
    return value


def _command(row: list[Any]) -> Command:
    if len(row) != _ENVELOPE_LENGTH or row[0] != COMMAND_VERSION:
        raise Malformed("not a command of this version")
    _, command_id, actor, role, at_ms, reason_hash, name, values = row
    kind = ACTS.get(name) if isinstance(name, str) else None
    if kind is None or not isinstance(values, list) or len(values) != len(_FIELDS[kind]):
        raise Malformed("not an act of this version")
    return Command(command_id, actor, role, at_ms, reason_hash, _act(kind, values))


def _act(kind: type[Act], values: list[Any]) -> Act:
    named = zip(_FIELDS[kind], values, strict=True)
    read: list[Any] = [_READERS[name](value) if name in _READERS else value for name, value in named]
    return kind(*read)


def _origin(parts: object) -> Origin:
    if not isinstance(parts, list) or len(parts) != len(Origin._fields):
        raise Malformed("an origin has five parts")
    return Origin(*parts)


def _parts(rows: object) -> tuple[object, ...]:
    if not isinstance(rows, list):
        raise Malformed("a list of parts is an array")
    if set(map(type, rows)) == {list}:
        return tuple(map(tuple, rows))
    return tuple(tuple(row) if isinstance(row, list) else row for row in rows)


def _linked(rows: object) -> tuple[Act, ...]:
    if not isinstance(rows, list):
        raise Malformed("linked acts are an array")
    return tuple(_one(row) for row in rows)


def _one(row: object) -> Act:
    name, values = row if isinstance(row, list) and len(row) == _ACT_LENGTH else (None, None)
    kind = SINGLE_ACTS.get(name) if isinstance(name, str) else None
    if kind is None or not isinstance(values, list) or len(values) != len(_FIELDS[kind]):
        raise Malformed("not an act that can be linked")
    return _act(kind, values)


_ACT_LENGTH: Final = 2
_PLAIN: Final = frozenset({str, int, bytes, type(None)})
_FIELDS: Final[dict[type, tuple[str, ...]]] = {
    kind: tuple(part.name for part in fields(kind) if part.init) for kind in ACTS.values()
}
_READERS: Final[dict[str, Callable[[Any], Any]]] = {"origin": _origin, "parts": _parts, "acts": _linked}
