"""What a number, id, serial or hash stands for: always by an index."""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from tanhui.certification.models import Project
from tanhui.registry.models import Account, Act, Block, Lot, Retirement
from tanhui.registry.queries.corresponding import departed, names_of_lot
from tanhui.registry.queries.entries import LATEST
from tanhui.registry.writer.projections import projected_height

_HASH = re.compile(r"[0-9a-f]{64}")
_COMMAND = re.compile(r"[0-9a-f]{32}")
_SERIAL = re.compile(r"(\S+?)(?:\s+|#|：|:)(?:no\.?\s*)?([0-9][0-9,]*)", re.IGNORECASE)
_WHOLE = re.compile(r"[0-9][0-9,]*")

MOST = 50
"""So many lots are listed that were issued on the same survey, method or estimate; the latest."""

_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-"


class Found(NamedTuple):
    """One thing that a text names: its sort, what to call it, the page that shows it, and words beside it.

    `page` is the name of an address and `key` its part.
    """

    sort: str
    name: str
    page: str
    key: str
    zh: str = ""
    en: str = ""


def find(text: str) -> Sequence[Found]:
    """Return everything that a text names exactly, in a fixed order; nothing alike, nothing in part."""
    plain = text.strip()
    asked: tuple[Callable[[str], list[Found]], ...] = (
        _lots,
        _certificates,
        _projects,
        _accounts,
        _commands,
        _hashes,
        _heights,
        _serials,
    )
    return [found for ask in asked for found in ask(plain)]


def _lots(text: str) -> list[Found]:
    rows = Lot.objects.select_related("project").filter(lot=text)
    return [Found("lot", row.lot, "lot", row.lot, *names_of_lot(row)) for row in rows]


def _certificates(text: str) -> list[Found]:
    return [_certificate(row) for row in Retirement.objects.defer("certificate").filter(number=text)]


def _certificate(row: Retirement) -> Found:
    return Found("certificate", row.number, "certificate", row.number, row.name_zh, row.name_en)


def _projects(text: str) -> list[Found]:
    rows = Project.objects.filter(number=text)
    return [Found("project", row.number, "project", row.number, row.name_zh, row.name_en) for row in rows]


def _accounts(text: str) -> list[Found]:
    rows = Account.objects.select_related("holder").filter(account=text)
    return [
        Found("account", row.account, "account", row.account, row.holder.name_zh, row.holder.name_en) for row in rows
    ]


def _commands(text: str) -> list[Found]:
    if not _COMMAND.fullmatch(text.lower()):
        return []
    rows = Act.objects.filter(command_hex=text.lower())
    return [Found("command", row.command_hex, "block", str(row.height)) for row in rows]


def _hashes(text: str) -> list[Found]:
    """Roots of blocks, certificates, and the three hashes that each lot was issued on."""
    asked = text.lower()
    if not _HASH.fullmatch(asked):
        return []
    roots = Block.objects.filter(root_hex=asked, height__lte=projected_height())
    papers = Retirement.objects.defer("certificate").filter(certificate_sha256=asked)
    evidence = ("survey_hash_hex", "method_hash_hex", "estimate_hash_hex")
    lots = [row for column in evidence for row in Lot.objects.filter(**{column: asked}).order_by("-lot")[:MOST]]
    return [
        *(Found("root", row.root_hex, "block", str(row.height)) for row in roots),
        *(_certificate(row) for row in papers),
        *(Found("evidence", row.lot, "lot", row.lot) for row in lots),
    ]


def slips_of(number: str) -> list[str]:
    """Return the numbers of certificates that are one slip away: a sign changed, left out, added, or two swapped."""
    halves = [(number[:place], number[place:]) for place in range(len(number) + 1)]
    slips = {head + tail[1:] for head, tail in halves if tail}
    slips |= {head + tail[1] + tail[0] + tail[2:] for head, tail in halves if len(tail) > 1}
    slips |= {head + sign + rest for head, tail in halves for sign in _LETTERS for rest in (tail, tail[1:])}
    return sorted(Retirement.objects.filter(number__in=slips - {number}).values_list("number", flat=True))


def _heights(text: str) -> list[Found]:
    height = _whole(text)
    if height is None or height > projected_height():
        return []
    rows = Block.objects.filter(height=height)
    return [Found("block", str(row.height), "block", str(row.height)) for row in rows]


def _serials(text: str) -> list[Found]:
    """A serial is a number within its lot: `BT-L-2026-0001 42` or `BT-L-2026-0001#42`."""
    asked = _SERIAL.fullmatch(text)
    serial = _whole(asked[2]) if asked else None
    if asked is None or serial is None:
        return []
    lot, named = Lot.objects.filter(lot=asked[1]).first(), f"{asked[1]} #{serial:,}"
    if lot is None or not 1 <= serial <= lot.issued_mg:
        return []
    before = Retirement.objects.defer("certificate").filter(lot=lot, serial_first__lte=serial)
    rows = [row for row in before.order_by("-serial_first")[:1] if serial <= row.serial_last]  # serials never overlap
    used = [Found("serial", named, "certificate", row.number, row.name_zh, row.name_en) for row in rows]
    left = [] if used else departed(lot.lot)
    gone = [one for one in left if one.serial_first <= serial <= one.serial_last]
    away = [Found("serial_away", named, "lot", lot.lot, one.region, one.region) for one in gone]
    return used or away or [Found("serial_free", named, "lot", lot.lot)]


def _whole(text: str) -> int | None:
    if not _WHOLE.fullmatch(text):
        return None
    found = int(text.replace(",", ""))
    return found if found <= LATEST else None
