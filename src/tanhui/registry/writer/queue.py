"""The queue of commands: durable, in the database, emptied by the one writer in the order of arrival."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from tanhui.core.ledger import DONE, Command, Distribute, Linked, Outcome, decode, encode
from tanhui.core.ledger.shape import Malformed
from tanhui.registry.models import QueuedCommand
from tanhui.registry.writer.asking import ask, do

CHANNEL_OF_ANSWERS = "tanhui_answers"
MOST_COMMANDS = 2_000
MOST_MOVEMENTS = 10_000
"""How much goes into one block at most: a distribution counts by its parts."""

MOST_NOTICE_BYTES = 7_000
"""A notice of the database holds less than 8,000 bytes."""

MOST_BYTES = 500_000
"""So much of the queue is looked at for a block: long commands are not fetched by the thousand and left again."""

_PUT = """
INSERT INTO registry_queuedcommand (command_hex, command, sent_at, follow_up, facts, followed_up, code, params)
SELECT one.command_hex, one.command, %s, %s, %s, false, '', '{}'
FROM unnest(%s::text[], %s::bytea[]) WITH ORDINALITY AS one (command_hex, command, place) ORDER BY place RETURNING id
"""
_TAKE = """
SELECT id, command FROM (
    SELECT id, command, sum(octet_length(command)) OVER (ORDER BY id) - octet_length(command) AS before_bytes
    FROM (
        SELECT id, command FROM registry_queuedcommand WHERE code = '' AND id <> ALL(%s) ORDER BY id LIMIT %s
    ) AS first
) AS counted
WHERE before_bytes < %s AND NOT EXISTS (SELECT FROM registry_writingstop WHERE NOT lifted) ORDER BY id
"""
_ANSWER = """
UPDATE registry_queuedcommand queued
SET code = answer.code, params = answer.params, height = answer.height, index = answer.index
FROM unnest(%s::bigint[], %s::text[], %s::jsonb[], %s::bigint[], %s::bigint[])
    AS answer (id, code, params, height, index)
WHERE queued.id = answer.id
"""
_TELL = "SELECT pg_notify(%s, notice) FROM unnest(%s::text[]) AS notice"
_ANSWERS = """
SELECT id, code, params, height, index, (SELECT height FROM registry_act ORDER BY index DESC LIMIT 1)
FROM registry_queuedcommand WHERE id = ANY(%s) AND code <> ''
"""


class Answer(NamedTuple):
    """What the ledger answered. Without a leaf it was not written down: the id was used before for something else."""

    code: str
    params: Mapping[str, str | int]
    height: int | None
    leaf: int | None

    @property
    def done(self) -> bool:
        return self.code == DONE


def put(
    command: Command, *, at: datetime, follow_up: str = "", facts: Mapping[str, object] | None = None
) -> QueuedCommand:
    """Leave a command for the writer, in the caller's transaction: it is on its way once that stands."""
    return _put([command], at, follow_up, facts or {})[0]


def put_all(commands: Sequence[Command], *, at: datetime) -> list[QueuedCommand]:
    """Leave commands for the writer one behind the other, all or none."""
    return _put(commands, at, "", {})


def _put(commands: Sequence[Command], at: datetime, follow_up: str, facts: Mapping[str, object]) -> list[QueuedCommand]:
    ids = [command.id.hex() for command in commands]
    spelled = [encode(command) for command in commands]
    numbers = sorted(number for (number,) in ask(_PUT, at, follow_up, json.dumps(dict(facts)), ids, spelled, kept=True))
    return [
        QueuedCommand(pk=number, command_hex=one, follow_up=follow_up) for number, one in zip(numbers, ids, strict=True)
    ]


def take(under_way: Sequence[int] = ()) -> tuple[list[int], list[Command]]:
    """Return the next commands that wait, enough for one block; none while writing is stopped.

    Those under way are taken already. What cannot be read is answered at once.
    """
    numbers: list[int] = []
    commands: list[Command] = []
    movements = 0
    for number, spelling in ask(_TAKE, list(under_way), MOST_COMMANDS, MOST_BYTES, packed=True):
        try:
            command = decode(spelling)
        except Malformed as problem:
            QueuedCommand.objects.filter(pk=number).update(code="malformed", params={"problem": str(problem)})
            continue
        movements += _weight(command)
        if commands and movements > MOST_MOVEMENTS:
            break
        numbers.append(number)
        commands.append(command)
    return numbers, commands


def answer(numbers: Sequence[int], outcomes: Sequence[Outcome]) -> None:
    """Write the answers down. They stand once the caller's transaction does; then `tell` of them."""
    do(
        _ANSWER,
        list(numbers),
        [outcome.code for outcome in outcomes],
        [json.dumps(dict(outcome.params)) for outcome in outcomes],
        [outcome.height for outcome in outcomes],
        [outcome.leaf for outcome in outcomes],
    )


def tell(numbers: Sequence[int], outcomes: Sequence[Outcome]) -> None:
    """Tell whoever waits what was answered. An answer that is too long for a notice is left to be looked up."""
    told = [
        [number, one.code, dict(one.params), one.height, one.leaf]
        for number, one in zip(numbers, outcomes, strict=True)
    ]
    _tell(list(_notices(map(json.dumps, told))))


def tell_readable(height: int) -> None:
    """Tell whoever waits up to which block the tables can be read."""
    _tell([json.dumps(height)])


def heard(notice: str) -> tuple[dict[int, Answer], int]:
    """Return what a notice tells: answers by the number of their command, and a height that can be read, or 0."""
    told = json.loads(notice)
    if isinstance(told, int):
        return {}, told
    return {number: Answer(*answered) for number, *answered in told}, 0


def _tell(notices: list[str]) -> None:
    do(_TELL, CHANNEL_OF_ANSWERS, notices)


def _notices(parts: Iterable[str]) -> Iterator[str]:
    """Put as many answers into a notice as it holds."""
    held: list[str] = []
    length = 0
    for part in parts:
        if len(part) > MOST_NOTICE_BYTES:
            continue
        if length + len(part) > MOST_NOTICE_BYTES:
            yield f"[{','.join(held)}]"
            held, length = [], 0
        held.append(part)
        length += len(part) + 1
    yield f"[{','.join(held)}]"


def answers_to(numbers: Sequence[int], *, readable: bool = False) -> list[Answer] | None:
    """Return the answers in the order of the numbers, or None while one of them waits.

    With `readable`, also while the tables have not followed to the blocks that the answers stand in.
    """
    rows = ask(_ANSWERS, list(numbers))
    found = {number: Answer(code, json.loads(params), height, index) for number, code, params, height, index, _ in rows}
    if len(found) < len(set(numbers)) or (readable and any((row[3] or 0) > (row[5] or 0) for row in rows)):
        return None
    return [found[number] for number in numbers]


def waiting() -> int:
    """Return how many commands wait for the writer."""
    return QueuedCommand.objects.filter(code="").count()


def _weight(command: Command) -> int:
    act = command.act
    if isinstance(act, Distribute):
        return len(act.parts)
    return len(act.acts) if isinstance(act, Linked) else 1
