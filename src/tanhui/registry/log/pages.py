"""The log as any tlog client reads it: plain bytes, and a header that says how long they stand."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tanhui.core.ledger import Malformed
from tanhui.core.ledger.tiles import parse_path
from tanhui.registry.log.queries import shown_checkpoint
from tanhui.registry.log.tiles import content_of

FOR_EVER = "public, max-age=31536000, immutable"
NO_LONGER = "no-store"
MOST_PLACE = 2**63 // 256


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


def _nothing() -> HttpResponse:
    """Not there yet. Nobody may remember that: soon it is."""
    answer = PlainAnswer("not in the log yet\n", content_type="text/plain; charset=utf-8", status=404)
    answer["Cache-Control"] = NO_LONGER
    return answer
