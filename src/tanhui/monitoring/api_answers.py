"""Between the shapes of the API and what the services take and give."""

import csv
import hashlib
import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import UploadedFile

from tanhui.kit.problems import Problem
from tanhui.monitoring.api_jobs import job_out
from tanhui.monitoring.api_shapes import (
    Cell,
    FindingOut,
    MendIn,
    PhotoOut,
    ProgrammeOut,
    RowsIn,
    RowsOut,
    SurveyOut,
    UploadOut,
)
from tanhui.monitoring.intake.grids import column_number
from tanhui.monitoring.intake.reading import SCHEMAS
from tanhui.monitoring.intake.upload import opened
from tanhui.monitoring.intake.words import finding_row
from tanhui.monitoring.models import BookedSurvey, Photo, Programme, Upload
from tanhui.monitoring.queries import latest_survey
from tanhui.monitoring.queries.intake import booked_rows, sent_of, upload
from tanhui.monitoring.services.mend_upload import Cell as CellOfUpload

_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
MOST_ROWS = 200_000
PER_PAGE = 200


def asked_of(request: HttpRequest) -> bytes:
    """What a request asks, as bytes to compare: a form by its fields and files, anything else by its body."""
    hashed = hashlib.sha256(f"{request.method} {request.path}\n".encode())
    if request.content_type == "multipart/form-data":
        for name, values in sorted(request.POST.lists()):
            hashed.update(f"{name}={values}\n".encode())
        for sent in request.FILES.getlist("files"):
            sent.seek(0)
            hashed.update(f"{sent.name}\n".encode() + hashlib.sha256(sent.read()).digest())
    else:
        hashed.update(request.body)
    return hashed.digest()


def named(files: Sequence[UploadedFile]) -> dict[str, bytes]:
    """The files of a request by name; two of one name are told apart."""
    taken: dict[str, bytes] = {}
    for place, sent in enumerate(files):
        name = str(sent.name)
        sent.seek(0)
        taken[f"{place}-{name}" if name in taken else name] = sent.read()
    return taken


def programme_out(found: Programme) -> ProgrammeOut:
    latest = latest_survey(found)
    rounds = sorted({int(row["round"]) for row in booked_rows(found, "visits.csv")})
    revision = latest.revision if latest else 0
    return ProgrammeOut(id=found.number, name_zh=found.name_zh, name_en=found.name_en, revision=revision, rounds=rounds)


def rows_out(found: Programme, file: str) -> RowsOut:
    latest = latest_survey(found)
    return RowsOut(table=file, revision=latest.revision if latest else 0, rows=list(booked_rows(found, file)))


def last_trees_out(found: Programme, plot: str) -> RowsOut:
    """Trees of the latest booked round of each plot, or of one plot."""
    told = rows_out(found, "trees.csv")
    last: dict[str, int] = {}
    for row in told.rows:
        last[row["plot"]] = max(last.get(row["plot"], 0), int(row["round"]))
    told.rows = [row for row in told.rows if int(row["round"]) == last[row["plot"]] and plot in {"", row["plot"]}]
    return told


def files_of_rows(sent: RowsIn) -> dict[str, bytes]:
    """CSV files of the rows of a request. Raises `table_unknown`, `no_files`, `too_many_rows`."""
    if sum(len(rows) for rows in sent.tables.values()) > MOST_ROWS:
        text = _("一次最多 %(most)s 行。") % {"most": MOST_ROWS}
        raise Problem("too_many_rows", text, field="tables", remedy=_("分成几次送。"))
    unknown = [file for file in sent.tables if file not in SCHEMAS]
    if unknown:
        text = _("没有叫 %(file)s 的表。") % {"file": unknown[0][:60]}
        raise Problem("table_unknown", text, field="tables", remedy=_("表名照调查格式写，例如 trees.csv。"))
    files = {file: _csv(file, rows) for file, rows in sent.tables.items() if rows}
    if not files:
        raise Problem("no_files", _("一行也没有收到。"), field="tables")
    return files


def _csv(file: str, rows: Sequence[Mapping[str, Cell]]) -> bytes:
    own = [column.name for column in SCHEMAS[file].columns]
    present = {name for row in rows for name in row}
    header = [name for name in own if name in present] + sorted(present - set(own))
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([[_text(row.get(name)) for name in header] for row in rows])
    return text.getvalue().encode()


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    return " ".join(cell.split()) if isinstance(cell, str) else f"{cell:.15g}"


_UNCHECKED = {"errors": 0, "warnings": 0, "rows": {}, "fresh": {}, "cells": 0, "came": 0, "gone": 0}
"""What is said of a large upload until the worker has checked it."""


def upload_out(found: Upload, *, offset: int = 0, limit: int = PER_PAGE) -> UploadOut:
    said = {**_UNCHECKED, **found.summary}
    return UploadOut(
        id=found.code,
        programme=found.programme.number,
        state=found.state,
        uploaded_at=found.uploaded_at,
        uploaded_by=found.uploaded_by.username,
        returned_reason=found.returned_reason,
        errors=said["errors"],
        warnings=said["warnings"],
        rows=said["rows"],
        fresh=said["fresh"],
        changed=said["cells"],
        came=said["came"],
        gone=said["gone"],
        outcome=found.outcome_hex,
        job=job_out(found),
        findings=[_finding_out(fault, api=found.kind == "api") for fault in found.faults[offset : offset + limit]],
        findings_total=said["errors"] + said["warnings"],
    )


def _finding_out(fault: Mapping[str, Any], *, api: bool) -> FindingOut:
    row = finding_row(fault)
    return FindingOut(
        code=row["code"],
        severity=row["severity"],
        table=row["file"],
        sheet=fault["sheet"],
        row=row["row"],
        item=row["row"] - 2 if api and fault["sheet"] and row["row"] > 1 else None,
        column=row["column"],
        cell=row["cell"],
        value=row["value"],
        message=row["sentence"],
        suggestion=fault["suggestion"],
    )


def cells_of(sent: MendIn, code: str) -> list[CellOfUpload]:
    """The cells of a request as the service takes them. Raises `cell_unknown`."""
    grids = opened(sent_of(upload(code)), "").grids
    cells = []
    for cell in sent.cells:
        address = _ADDRESS.fullmatch(cell.cell)
        own = [grid for grid in grids if grid.name == cell.sheet and cell.source in {"", grid.source}]
        if address is None or len(own) != 1:
            text = _("这份上传里没有这一格。")
            raise Problem("cell_unknown", text, field="cells", remedy=_("照检查结果里的 sheet 和 cell 写。"))
        (grid,) = own
        line = int(address[2])
        row = grid.lines.index(line) + 1 if line in grid.lines else line
        cells.append(CellOfUpload(grid.source, grid.name, row, column_number(address[1]), cell.text))
    return cells


def survey_out(booked: BookedSurvey) -> SurveyOut:
    return SurveyOut(
        programme=booked.programme.number,
        revision=booked.revision,
        root=booked.root_hex,
        reason=booked.reason,
        booked_at=booked.booked_at,
        booked_by=booked.booked_by.username,
    )


def photo_out(photo: Photo) -> PhotoOut:
    picture = photo.picture
    return PhotoOut(
        id=photo.code,
        plot=photo.plot,
        round=photo.round,
        name=photo.name,
        sha256=picture.sha256,
        taken_at=picture.taken_at,
    )
