"""The log as any tlog client reads it: plain bytes, and how long they stand. And the page of who witnesses it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from tanhui.core.ledger import Malformed
from tanhui.core.ledger.tiles import parse_path
from tanhui.kit import clock
from tanhui.registry.log.models import Fault
from tanhui.registry.log.queries import Standing, alarms, finality, recent_faults, shown_checkpoint, standings
from tanhui.registry.log.tiles import content_of
from tanhui.registry.log.wording import fault_words
from tanhui.registry.models import HandOver
from tanhui.registry.writer.signing import key_chain, public_key
from tanhui.witness.words import spoken

FOR_EVER = "public, max-age=31536000, immutable"
NO_LONGER = "no-store"
MOST_PLACE = 2**63 // 256
MOST_FAULTS = 50
MOST_HAND_OVERS = 2**31 - 1


class PlainAnswer(HttpResponse):
    """Bytes that are the same for everybody, whatever their language or session."""

    same_for_all = True


@require_safe
def checkpoint_file(request: HttpRequest) -> HttpResponse:
    """The checkpoint that we show as final, with the signatures of its witnesses."""
    note = shown_checkpoint()
    if note is None:
        return _nothing()
    return PlainAnswer(note, content_type="text/plain; charset=utf-8", headers={"Cache-Control": NO_LONGER})


@require_safe
def tile_file(request: HttpRequest, path: str) -> HttpResponse:
    """A tile of hashes or a bundle of leaves. It never changes once it is there, a partial one neither."""
    try:
        tile = parse_path(path)
    except Malformed as fault:
        raise Http404 from fault
    content = content_of(tile) if tile.place < MOST_PLACE else None
    if content is None:
        return _nothing()
    return PlainAnswer(content, content_type="application/octet-stream", headers={"Cache-Control": FOR_EVER})


@require_safe
def hand_over_file(request: HttpRequest, number: int) -> HttpResponse:
    """The signed statement by which one key of the log passed to the next, counted from 1. It stands for ever."""
    found = HandOver.objects.filter(number=min(number, MOST_HAND_OVERS)).first()
    if found is None:
        return _nothing()
    return PlainAnswer(found.note, content_type="text/plain; charset=utf-8", headers={"Cache-Control": FOR_EVER})


@require_safe
def witnesses_page(request: HttpRequest) -> HttpResponse:
    """Who witnesses the ledger, how far it is final, and what went wrong. Alarms stand first and stay."""
    found = finality()
    context = {
        "nav": "books",
        "needed": found.policy.needed,
        "asked": len(found.policy.witnesses),
        "newest": found.newest,
        "final": found.final,
        "waiting": found.waiting,
        "witnesses": [_witness(one) for one in standings(found.policy, found.newest)],
        "alarms": [_fault(one) for one in alarms(MOST_FAULTS)],
        "faults": [_fault(one) for one in recent_faults(found.policy, MOST_FAULTS)],
        "keys": _keys(),
        "vkey": str(public_key()),
        "log_url": request.build_absolute_uri(reverse("log_checkpoint")).removesuffix("/checkpoint"),
    }
    return render(request, "witnesses.html", context)


def _keys() -> list[dict[str, Any]]:
    """The keys that have signed, the present one first: for which records, and how each was handed over to."""
    links = key_chain().links
    if not links:
        return []
    ends = [link.hand_over.checkpoint.size for link in links]
    told = [
        {
            "vkey": str(link.hand_over.new),
            "after": ends[number - 1],
            "until": ends[number] if number < len(ends) else None,
            "at": clock.from_ms(link.hand_over.at_ms),
            "by": link.hand_over.by,
            "reason": link.hand_over.reason,
            "by_old": link.by_old,
            "number": number,
        }
        for number, link in enumerate(links, start=1)
    ]
    return [*reversed(told), {"vkey": str(links[0].hand_over.old), "after": 0, "until": ends[0]}]


def _witness(one: Standing) -> dict[str, Any]:
    return {
        "name": one.witness.name,
        "key_name": one.witness.key.name,
        "vkey": str(one.witness.key),
        "height": one.height,
        "signed_at": one.signed_at,
        "behind": one.blocks_behind,
        "said": "stop" if one.alarm else "go" if one.height and not one.blocks_behind else "wait",
    }


def _fault(found: Fault) -> dict[str, Any]:
    """What a stranger answered is shown as his words, never as ours; what members say, in the reader's language."""
    language = "en" if get_language() == "en" else "zh"
    said = spoken(str(found.params.get("said") or found.params.get("why") or ""), language)
    return {
        "name": found.name,
        "code": found.code,
        "words": fault_words(found.code),
        "said": said,
        "size": found.size,
        "at": found.at,
    }


def _nothing() -> HttpResponse:
    """Not there yet. Nobody may remember that: soon it is."""
    answer = PlainAnswer("not in the log yet\n", content_type="text/plain; charset=utf-8", status=404)
    answer["Cache-Control"] = NO_LONGER
    return answer
