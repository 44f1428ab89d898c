"""The public books: every lot, every project, every retirement."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tanhui.certification.models import Project
from tanhui.certification.pages.readout import main_ecosystem
from tanhui.certification.queries import document_of, latest_estimate, projects
from tanhui.registry.models import Lot, Retirement
from tanhui.registry.pages.lots import foreign_lot, lot_row, spoken_name
from tanhui.registry.queries import books_of, checkpoint, lots, retirements
from tanhui.registry.writer.status import backlog

Row = dict[str, Any]
SAID = {"issued": "go", "returned": "stop"}


def books_page(request: HttpRequest) -> HttpResponse:
    books, used = books_of(), retirements()
    context = {
        "nav": "books",
        "books": [line._asdict() for line in books.lines],
        "issued_mg": books.issued_mg,
        "total_mg": books.total_mg,
        "difference_mg": books.difference_mg,
        "checkpoint": checkpoint(),
        "backlog": backlog(),
        "lots": [_lot(found) for found in lots()],
        "projects": [_project(found) for found in projects()],
        "retirements": [retirement_row(row) for row in used],
        "retirement_count": len(used),
    }
    return render(request, "books.html", context)


def _lot(found: Lot) -> Row:
    books = {line.code: line for line in books_of(found.lot).lines}
    return {
        **_whence(found),
        "live_mg": books["live"].quantity_mg,
        "buffer_mg": books["buffer"].quantity_mg,
        "retired_mg": books["retired"].quantity_mg,
        "books": [line._asdict() for line in books.values()],
    }


def _whence(found: Lot) -> Row:
    if found.project is None:
        told: Row = foreign_lot(found)["lot"]
        return told
    estimate = latest_estimate(found.project)
    assert estimate is not None
    return lot_row(found, document_of(estimate))


def _project(found: Project) -> Row:
    estimate = latest_estimate(found)
    document = document_of(estimate) if estimate else None
    lot = Lot.objects.filter(project=found).first()
    return {
        "number": found.number,
        "name_zh": found.name_zh,
        "name_en": found.name_en,
        "owner_zh": found.owner.name_zh,
        "owner_en": found.owner.name_en,
        "ecosystem": main_ecosystem(document) if document else "",
        "state": found.state,
        "said_kind": SAID.get(found.state, "wait"),
        "removal_tco2e": document["removal_tco2e"] if document else None,
        "half_width_tco2e": document["half_width_tco2e"] if document else None,
        "lot": lot.lot if lot else "",
    }


def retirement_row(found: Retirement) -> Row:
    """Return a retirement for the tables of the public pages."""
    estimate = latest_estimate(found.lot.project) if found.lot.project else None
    return {
        "number": found.number,
        "at": found.retired_at,
        "name": spoken_name(found),
        "purpose": found.purpose,
        "ecosystem": main_ecosystem(document_of(estimate)) if estimate else "",
        "lot": found.lot_id,
        "quantity_mg": found.quantity_mg,
    }
