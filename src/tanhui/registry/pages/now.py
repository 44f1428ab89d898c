"""The counters of the ledger at this moment: one reading for all who look, however many there are.

A page carries the counters as they were when it was made. A browser that shows one asks here for the next, seldom, and
only while somebody looks at it. The answer is the same for everybody, may be kept by whoever passes it on for some
seconds, and is made at most once in that time by each program of the site. No connection is kept open.
"""

import hashlib
import json
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tanhui.kit import clock
from tanhui.kit.text import tonnes
from tanhui.registry.log.pages import PlainAnswer
from tanhui.registry.queries import books_of, checkpoint
from tanhui.registry.queries.corresponding import departure_count
from tanhui.registry.writer.status import backlog

KEPT_S = 5
KEY = "ledger-now"
LEAST_PERCENT = 0.05


def now_context() -> dict[str, Any]:
    """Return what pages say of all books together and of the ledger at this moment."""
    books = books_of()
    return {
        "books": [line._asdict() for line in books.lines],
        "issued_mg": books.issued_mg,
        "total_mg": books.total_mg,
        "difference_mg": books.difference_mg,
        "movement_count": books.movements,
        "retirement_count": books.line("retired").arrivals - departure_count(),
        "checkpoint": checkpoint(),
        "backlog": backlog(),
    }


@require_safe
def now_json(request: HttpRequest) -> HttpResponse:
    """The counters as texts, ready to be shown, by the names that they have on pages."""
    counters = cache.get_or_set(KEY, _counters, KEPT_S)
    assert counters is not None
    headers = {"Cache-Control": f"public, max-age={KEPT_S}", "ETag": f'"{counters["mark"]}"'}
    if request.headers.get("If-None-Match") == headers["ETag"]:
        answer = PlainAnswer(status=304, headers=headers)
        del answer["Content-Type"]
        return answer
    content = json.dumps(counters, ensure_ascii=False)
    return PlainAnswer(content, content_type="application/json", headers=headers)


def _counters() -> dict[str, str]:
    books, point = books_of(), checkpoint()
    found = {
        "height": f"{point.height:,}" if point else "0",
        "size": f"{point.size:,}" if point else "0",
        "at": f"{point.at.astimezone(clock.LOCAL):%m-%d %H:%M:%S}" if point else "",
        "root": f"{point.root_hex[:8]}…{point.root_hex[-4:]}" if point else "",
        "issued": tonnes(books.issued_mg),
        "total": tonnes(books.total_mg),
        "movements": f"{books.movements:,}",
        "retirements": f"{books.line('retired').arrivals - departure_count():,}",
        **{f"book-{line.code}": tonnes(line.quantity_mg) if line.quantity_mg else "0" for line in books.lines},
        **{f"share-{line.code}": _percent(line.share_percent) for line in books.lines},
    }
    return {"mark": hashlib.sha256(json.dumps(found).encode()).hexdigest()[:16], **found}


def _percent(share: float) -> str:
    """As pages write it: a share that is there never shows as 0.0%."""
    return "<0.1%" if 0 < share < LEAST_PERCENT else f"{share:,.1f}%"
