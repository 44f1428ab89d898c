"""The public books: every lot, every project, every retirement, page by page and to take away."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render

from tanhui.certification.models import Project
from tanhui.certification.pages.outlines import Outline, outlines_of
from tanhui.certification.queries import project_count, projects
from tanhui.registry.models import Lot, Retirement
from tanhui.registry.pages.downloads import csv_answer, json_answer
from tanhui.registry.pages.lots import spoken_name
from tanhui.registry.pages.movements import key_of
from tanhui.registry.pages.now import now_context
from tanhui.registry.queries import BOOKS, books_by_lot, lot_count, lots, retirements
from tanhui.registry.queries.corresponding import departure_counts, names_of_lot
from tanhui.registry.queries.entries import LARGE_PAGE, LATEST
from tanhui.registry.queries.lots import lots_of
from tanhui.registry.queries.retirements import all_retirements

Row = dict[str, Any]
SAID = {"issued": "go", "returned": "stop"}
SHOWN = 25
LONGEST = 64
LOT_COLUMNS = (
    *("lot", "project", "period", "region", "foreign_entry"),
    *("issued_mg", *(f"{book}_mg" for book in BOOKS), "retirements"),
)
"""A lot has project and period, or the other region and its entry there; the others are empty."""

USE_COLUMNS = (
    "certificate",
    "retired_at",
    "lot",
    "quantity_mg",
    "serial_first",
    "serial_last",
    "purpose",
    "name_zh",
    "name_en",
)


def books_page(request: HttpRequest) -> HttpResponse:
    """Show all books together, and of lots, projects and retirements one page each."""
    page = lots(before=request.GET.get("lots", "")[:LONGEST], most=SHOWN)
    known = projects(before=key_of(request, "projects", LATEST), most=SHOWN + 1)
    used = retirements(before=key_of(request, "before", LATEST), most=SHOWN)
    context = {
        "nav": "books",
        **now_context(),
        "lots": _lots(page.lots),
        "lots_before": page.before,
        "lot_count": lot_count(),
        "projects": _projects(known[:SHOWN]),
        "projects_before": known[SHOWN - 1].pk if len(known) > SHOWN else None,
        "project_count": project_count(),
        "retirements": retirement_rows(used.retirements),
        "retirements_before": used.key,
    }
    return render(request, "books.html", context)


def _lots(found: Sequence[Lot]) -> list[Row]:
    books, told = books_by_lot([lot.lot for lot in found]), outlines_of([lot.project for lot in found if lot.project])
    return [
        {
            "lot": lot.lot,
            **dict(zip(("name_zh", "name_en"), names_of_lot(lot), strict=True)),
            **_measured(told[lot.project.pk] if lot.project else None),
            "issued_mg": lot.issued_mg,
            "live_mg": books[lot.lot].line("live").quantity_mg,
            "retired_mg": lot.retired_mg,
            "books": [line._asdict() for line in books[lot.lot].lines],
        }
        for lot in found
    ]


def _measured(outline: Outline | None) -> Row:
    """What a lot of a project has of its estimate. What came from another region was measured there."""
    return {
        "ecosystem": outline.ecosystem if outline else "",
        "period_from": outline.period_from if outline else None,
        "period_to": outline.period_to if outline else None,
    }


def _projects(found: Sequence[Project]) -> list[Row]:
    told = outlines_of(found)
    lot_of = lots_of([project.number for project in found])
    return [
        {
            "number": project.number,
            "name_zh": project.name_zh,
            "name_en": project.name_en,
            "owner_zh": project.owner.name_zh,
            "owner_en": project.owner.name_en,
            "ecosystem": outline.ecosystem if (outline := told.get(project.pk)) else "",
            "state": project.state,
            "said_kind": SAID.get(project.state, "wait"),
            "removal_tco2e": outline.removal_tco2e if outline else None,
            "half_width_tco2e": outline.half_width_tco2e if outline else None,
            "lot": lot_of.get(project.number, ""),
        }
        for project in found
    ]


def retirement_rows(found: Sequence[Retirement]) -> list[Row]:
    """Return retirements for the tables of the public pages."""
    told = outlines_of({row.lot.project for row in found if row.lot.project})
    return [
        {
            "number": row.number,
            "at": row.retired_at,
            "name": spoken_name(row),
            "purpose": row.purpose,
            "ecosystem": told[row.lot.project.pk].ecosystem if row.lot.project else "",
            "lot": row.lot_id,
            "quantity_mg": row.quantity_mg,
        }
        for row in found
    ]


# --- to take away --------------------------------------------------------------------------------------


def books_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Where every lot stands, book by book, to the milligram, as a table to download."""
    return csv_answer("tanhui-books", LOT_COLUMNS, _all_lots())


def books_json(request: HttpRequest) -> StreamingHttpResponse:
    """The same for programs; quantities are texts, since some programs know no whole numbers of that size."""
    rows = (_named(LOT_COLUMNS, row) for row in _all_lots())
    return json_answer("tanhui-books", {"unit": "mg CO2e"}, "lots", rows)


def retirements_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Every retirement with its serials, as a table to download."""
    return csv_answer("tanhui-retirements", USE_COLUMNS, map(_use, all_retirements()))


def retirements_json(request: HttpRequest) -> StreamingHttpResponse:
    """The same for programs."""
    rows = (_named(USE_COLUMNS, _use(row)) for row in all_retirements())
    return json_answer("tanhui-retirements", {"unit": "mg CO2e"}, "retirements", rows)


def _all_lots() -> Iterator[tuple[object, ...]]:
    before: str | None = ""
    while before is not None:
        found, before = lots(before=before, most=LARGE_PAGE)
        names = [lot.lot for lot in found]
        books, away = books_by_lot(names), departure_counts(names)
        for lot in found:
            lines = books[lot.lot].lines
            uses = books[lot.lot].line("retired").arrivals - away[lot.lot]
            origin = (lot.project_id or "", lot.period, lot.region, lot.foreign_entry)
            yield (lot.lot, *origin, lot.issued_mg, *(line.quantity_mg for line in lines), uses)


def _use(row: Retirement) -> tuple[object, ...]:
    at = row.retired_at.isoformat()
    serials = (row.serial_first, row.serial_last)
    return (row.number, at, row.lot_id, row.quantity_mg, *serials, row.purpose, row.name_zh, row.name_en)


def _named(columns: Sequence[str], row: Sequence[object]) -> Row:
    named = zip(columns, row, strict=True)
    return {name: str(value) if name.endswith("_mg") else value for name, value in named}
