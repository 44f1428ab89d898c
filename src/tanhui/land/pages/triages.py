"""All decisions: counted by outcome, found by words, downloaded; and the sums that everybody may see."""

import csv
import io
from collections.abc import Iterator
from typing import Any

import xlsxwriter
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tanhui.core.triage import TableFault, load_table, shipped_tables
from tanhui.kit import clock
from tanhui.kit.problems import NotFoundProblem
from tanhui.kit.workplace import placed
from tanhui.land.models import Parcel, Triage, TriageOutcome
from tanhui.land.pages.triage_rows import outcome_row, outcome_rows, wanted_words
from tanhui.land.queries import counties
from tanhui.land.queries.listings import likenesses
from tanhui.land.queries.triage import dry_run, standing
from tanhui.land.wording_facts import english, label_of
from tanhui.land.wording_triage import ROUTES
from tanhui.people.models import Person, Role
from tanhui.people.queries import spoken
from tanhui.people.signing import person_of

Row = dict[str, Any]
PAGE = 50
M2_PER_HA = 10_000


def triages_page(request: HttpRequest) -> HttpResponse:
    """List the standing decisions, with how many there are of each."""
    chosen = _filter(request)
    mine = _visible(person_of(request))
    shown = _filtered(mine, chosen)
    page = Paginator(shown.order_by("-decided_at", "-id"), PAGE).get_page(request.GET.get("page"))
    context = {
        **placed("triage", (_("分级分类"), "")),
        "filter": chosen,
        "counties": counties(),
        "outcomes": outcome_rows(_sums(_filtered(mine, {**chosen, "outcome": ""}))),
        "page": page,
        "rows": [{"triage": triage, "outcome": outcome_row(triage.outcome)} for triage in page],
        "parcels": _parcels(person_of(request)).count(),
        "questions": len(likenesses("open")) if person_of(request).role != Role.OWNER else 0,
        "query": request.GET.urlencode(),
    }
    return render(request, "land/triages.html", context)


def _visible(person: Person) -> QuerySet[Triage]:
    found = standing().select_related("parcel__county", "parcel__zone", "parcel__owner", "decided_by")
    return found.filter(parcel__owner=person.organisation) if person.role == Role.OWNER else found


def _parcels(person: Person) -> QuerySet[Parcel]:
    found = Parcel.objects.filter(replaced_by=None)
    return found.filter(owner=person.organisation) if person.role == Role.OWNER else found


def _filter(request: HttpRequest) -> dict[str, str]:
    outcome = request.GET.get("outcome", "")
    return {
        "outcome": outcome if outcome in TriageOutcome.values else "",
        "county": request.GET.get("county", "")[:12],
        "text": request.GET.get("text", "").strip()[:80],
    }


def _filtered(found: QuerySet[Triage], chosen: dict[str, str]) -> QuerySet[Triage]:
    if chosen["outcome"]:
        found = found.filter(outcome=chosen["outcome"])
    if chosen["county"]:
        found = found.filter(parcel__county=chosen["county"])
    if text := chosen["text"]:
        found = found.filter(
            Q(parcel_code__icontains=text) | Q(number__icontains=text) | Q(parcel__owner_name__icontains=text)
        )
    return found


def _sums(found: QuerySet[Triage]) -> dict[str, tuple[int, int]]:
    rows = found.order_by().values("outcome").annotate(parcels=Count("id"), area_m2=Sum("parcel__area_m2"))
    return {row["outcome"]: (row["parcels"], round(row["area_m2"] / M2_PER_HA)) for row in rows}


def triage_sums_page(request: HttpRequest) -> HttpResponse:
    """Hectares and parcels by outcome, in the whole region and by county: no single parcel can be seen."""
    by_county = (
        standing()
        .order_by()
        .values("parcel__county", "outcome")
        .annotate(parcels=Count("id"), area_m2=Sum("parcel__area_m2"))
    )
    cells: dict[tuple[str | None, str], Any] = {(row["parcel__county"], row["outcome"]): row for row in by_county}
    known = [county for county in counties() if any((county.adcode, word) in cells for word in TriageOutcome.values)]
    rows = [{"county": county, "cells": _cells(cells, county.adcode)} for county in known]
    if any(county is None for county, _outcome in cells):
        rows.append({"county": None, "cells": _cells(cells, None)})
    table = load_table()
    context = {
        "nav": "zones",
        "outcomes": outcome_rows(_sums(standing())),
        "rows": rows,
        "table": table,
        "latest": Triage.objects.first(),
    }
    return render(request, "land/triage_sums.html", context)


def _cells(cells: dict[tuple[str | None, str], Any], county: str | None) -> list[Row]:
    return [
        {
            "parcels": cells[county, outcome]["parcels"] if (county, outcome) in cells else 0,
            "ha": round(cells[county, outcome]["area_m2"] / M2_PER_HA) if (county, outcome) in cells else 0,
        }
        for outcome in ("ccer_reserve", "ticket", "monitoring_only")
    ]


def triage_table_page(request: HttpRequest, version: str) -> HttpResponse:
    """The decision table for everybody: each condition with its source, its confidence and an example."""
    try:
        table = load_table(version)
    except TableFault as fault:
        raise NotFoundProblem("unknown_table", _("没有判定表 %(version)s。") % {"version": version}) from fault
    conditions = [
        {
            "condition": condition,
            "route": ROUTES[condition.route],
            "text": condition.text_en if english() else condition.text_zh,
            "fact": label_of(table.facts[condition.test.fact]),
            "wanted": wanted_words(table, condition),
        }
        for condition in table.conditions
    ]
    context = {
        "nav": "methods",
        "table": table,
        "rules": table.rules_en if english() else table.rules_zh,
        "conditions": conditions,
        "versions": [known for _name, known in shipped_tables()],
        "changes": len(dry_run(list(standing().exclude(table_hash_hex=table.hash)), table)),
    }
    return render(request, "land/triage_table.html", context)


HEADINGS = (
    *("number", "parcel", "county", "owner", "area_m2", "period_from", "period_to", "outcome"),
    *("revision", "table_version", "table_hash", "document_hash", "decided_at", "decided_by", "reason"),
)


def _lines(found: QuerySet[Triage]) -> Iterator[list[str]]:
    for row in found.order_by("parcel_code", "period_from").iterator(chunk_size=2000):
        parcel = row.parcel
        yield [
            *(row.number, row.parcel_code, parcel.county.name_zh if parcel.county else "", parcel.owner_name),
            *(str(parcel.area_m2), row.period_from.isoformat(), row.period_to.isoformat(), row.outcome),
            *(str(row.revision), row.table_version, row.table_hash_hex, row.hash_hex),
            *(f"{row.decided_at.astimezone(clock.LOCAL):%Y-%m-%d %H:%M}", spoken(row.decided_by), row.reason),
        ]


def triages_csv(request: HttpRequest) -> HttpResponse:
    """The standing decisions as CSV, as the filters of the page have them."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(HEADINGS)
    writer.writerows([_plain(cell) for cell in line] for line in _lines(_asked(request)))
    answer = HttpResponse("\ufeff" + buffer.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="triage.csv"'
    return answer


def triages_xlsx(request: HttpRequest) -> HttpResponse:
    """The same as a workbook."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        sheet = book.add_worksheet("triage")
        sheet.write_row(0, 0, HEADINGS, book.add_format({"bold": True}))
        sheet.freeze_panes(1, 0)
        for number, line in enumerate(_lines(_asked(request)), 1):
            sheet.write_row(number, 0, line)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    answer = HttpResponse(buffer.getvalue(), content_type=kind)
    answer["Content-Disposition"] = 'attachment; filename="triage.xlsx"'
    return answer


def _asked(request: HttpRequest) -> QuerySet[Triage]:
    return _filtered(_visible(person_of(request)), _filter(request))


def _plain(cell: str) -> str:
    """A text that a spreadsheet would run as a formula is set as text."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@"} else cell
