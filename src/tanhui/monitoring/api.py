"""The door for programs: what a field app needs of a programme, and the whole road of field data.

Each route asks the same services as the pages. Who may call which stands in `site.permissions`.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import File, Form, P, Router, Schema, Status, UploadedFile
from ninja.params import HeaderEx, QueryEx

from tanhui.kit import clock
from tanhui.monitoring import api_answers as answers
from tanhui.monitoring.api_jobs import leave_booking, leave_mend
from tanhui.monitoring.api_shapes import (
    BookIn,
    MendIn,
    PhotoOut,
    ProblemOut,
    ProgrammeOut,
    ReasonIn,
    RowsIn,
    RowsOut,
    SurveyOut,
    UploadOut,
)
from tanhui.monitoring.models import Upload
from tanhui.monitoring.pages.intake_files import marked_file, revision_file, template_file
from tanhui.monitoring.queries import programme, programmes
from tanhui.monitoring.queries.intake import revisions, upload
from tanhui.monitoring.services import add_photos, book_upload, drop_upload, mend_upload, return_upload, upload_survey
from tanhui.monitoring.services.checking import opaque
from tanhui.monitoring.services.upload_jobs import is_large
from tanhui.people.models import Token
from tanhui.people.tokens import once

router = Router(tags=["monitoring"])
REFUSALS = dict.fromkeys((400, 401, 403, 404, 409, 413, 422, 429), ProblemOut)
Key = HeaderEx[
    str, P(alias="Idempotency-Key", description="chosen by you; sent again with the same request it is done once")
]


def _token(request: HttpRequest) -> Token:
    token = getattr(request, "auth", None)
    assert isinstance(token, Token)
    return token


def _signed(request: HttpRequest, reason: str) -> dict[str, Any]:
    return {"by": _token(request).person, "reason": reason, "at": clock.now()}


def _once(request: HttpRequest, key: str, act: Callable[[], Schema], status: int = 200) -> object:
    """Do an act and answer; under an Idempotency-Key only once."""
    asked = answers.asked_of(request)
    told = once(
        token=_token(request),
        key=key,
        asked=asked,
        at=clock.now(),
        act=lambda: (status, act().model_dump(mode="json")),
    )
    return Status(*told)


def _left(request: HttpRequest, response: HttpResponse, key: str, found: Upload, leave: Callable[[], None]) -> object:
    """Leave an act on a large upload to the worker: 202, and where to ask what came of it."""

    def act() -> Schema:
        leave()
        return answers.upload_out(found)

    told = _once(request, key, act, 202)
    response["Location"] = reverse("api:api_upload", args=[found.code])
    return told


@router.get("/programmes", response={200: list[ProgrammeOut], **REFUSALS}, url_name="api_programmes")
def list_programmes(request: HttpRequest) -> object:
    """All programmes of permanent plots, the newest first."""
    return [answers.programme_out(found) for found in programmes()]


@router.get("/programmes/{number}", response={200: ProgrammeOut, **REFUSALS}, url_name="api_programme")
def get_programme(request: HttpRequest, number: str) -> object:
    return answers.programme_out(programme(number))


@router.get("/programmes/{number}/plots", response={200: RowsOut, **REFUSALS}, url_name="api_plots")
def list_plots(request: HttpRequest, number: str) -> object:
    """The plots as they are booked, with their positions: keep those to yourself."""
    return answers.rows_out(programme(number), "plots.csv")


@router.get("/programmes/{number}/trees", response={200: RowsOut, **REFUSALS}, url_name="api_trees")
def list_last_trees(
    request: HttpRequest, number: str, plot: QueryEx[str, P(description="only this plot")] = ""
) -> object:
    """The trees of the last booked round of each plot, to be found again in the field."""
    return answers.last_trees_out(programme(number), plot)


@router.get("/programmes/{number}/template/{ecosystem}", response=REFUSALS, url_name="api_template")
def get_template(
    request: HttpRequest,
    number: str,
    ecosystem: str,
    round: QueryEx[str, P(description="next: plots and trees filled in")] = "",  # noqa: A002 - the word of the field
) -> HttpResponse:
    """A field workbook as .xlsx: forest, shrubland, grassland, wetland or full."""
    return template_file(request, number, ecosystem)


@router.post("/programmes/{number}/uploads", response={201: UploadOut, **REFUSALS}, url_name="api_uploads")
def post_files(
    request: HttpRequest,
    *,
    number: str,
    files: File[list[UploadedFile]],
    reason: Form[str],
    complete: Form[bool] = False,
    replaces: Form[str] = "",
    key: Key = "",
) -> object:
    """Send workbooks, CSV files, photos or a ZIP. Nobody books them yet; large ones are `checking` first."""
    taken = answers.named(files)
    return _once(
        request,
        key,
        lambda: answers.upload_out(
            upload_survey(
                programme=programme(number),
                files=taken,
                key=opaque("api"),
                complete=complete,
                replaces=upload(replaces) if replaces else None,
                **_signed(request, reason),
            )
        ),
        201,
    )


@router.post("/programmes/{number}/rows", response={201: UploadOut, **REFUSALS}, url_name="api_rows")
def post_rows(request: HttpRequest, number: str, sent: RowsIn, key: Key = "") -> object:
    """Send rows as JSON. Nobody books them yet; large ones are `checking` first."""
    return _once(
        request,
        key,
        lambda: answers.upload_out(
            upload_survey(
                programme=programme(number),
                files=answers.files_of_rows(sent),
                key=opaque("api"),
                complete=sent.complete,
                replaces=upload(sent.replaces) if sent.replaces else None,
                kind="api",
                **_signed(request, sent.reason),
            )
        ),
        201,
    )


@router.get("/uploads/{code}", response={200: UploadOut, **REFUSALS}, url_name="api_upload")
def get_upload(request: HttpRequest, code: str, offset: int = 0, limit: int = 200) -> object:
    """What came of the check. Findings come in pages of `limit` (at most 1,000) from `offset`."""
    return answers.upload_out(upload(code), offset=max(offset, 0), limit=min(max(limit, 1), 1000))


@router.get("/uploads/{code}/marked", response=REFUSALS, url_name="api_marked")
def get_marked(request: HttpRequest, code: str) -> HttpResponse:
    """The workbook that was sent, its faulty cells coloured and commented."""
    return marked_file(request, upload(code).programme.number, code)


@router.post("/uploads/{code}/mend", response={200: UploadOut, 202: UploadOut, **REFUSALS}, url_name="api_mend")
def post_mend(request: HttpRequest, response: HttpResponse, code: str, sent: MendIn, key: Key = "") -> object:
    """Correct cells. The files stay as they came; all is checked again. Of a large upload later: ask at `Location`."""
    found = upload(code)

    def signed() -> dict[str, Any]:
        return {"cells": answers.cells_of(sent, code), **_signed(request, sent.reason)}

    if is_large(found):
        return _left(request, response, key, found, lambda: leave_mend(found, **signed()))
    return _once(request, key, lambda: answers.upload_out(mend_upload(code=found.code, **signed())))


@router.post("/uploads/{code}/book", response={200: SurveyOut, 202: UploadOut, **REFUSALS}, url_name="api_book")
def post_book(request: HttpRequest, response: HttpResponse, code: str, sent: BookIn, key: Key = "") -> object:
    """Book an upload whole, as another person than who sent it. `outcome` is the one that the check gave.

    A large one is booked later: ask at `Location` until `state` is booked, or `job` says why not.
    """
    found = upload(code)
    told = {"warnings_reason": sent.warnings_reason, **_signed(request, sent.reason)}
    if is_large(found):
        return _left(request, response, key, found, lambda: leave_booking(found, outcome=sent.outcome, **told))
    return _once(
        request,
        key,
        lambda: answers.survey_out(book_upload(code=found.code, outcome_hex=sent.outcome, **told)),
    )


@router.post("/uploads/{code}/drop", response={200: UploadOut, **REFUSALS}, url_name="api_drop")
def post_drop(request: HttpRequest, code: str, sent: ReasonIn, key: Key = "") -> object:
    """Put an upload aside."""
    return _once(
        request,
        key,
        lambda: answers.upload_out(drop_upload(code=upload(code).code, **_signed(request, sent.reason))),
    )


@router.post("/uploads/{code}/return", response={200: UploadOut, **REFUSALS}, url_name="api_return")
def post_return(request: HttpRequest, code: str, sent: ReasonIn, key: Key = "") -> object:
    """Give an upload back to its sender, who finds the reason. Nothing is booked."""
    return _once(
        request,
        key,
        lambda: answers.upload_out(return_upload(code=upload(code).code, **_signed(request, sent.reason))),
    )


@router.post("/programmes/{number}/photos", response={201: list[PhotoOut], **REFUSALS}, url_name="api_photos")
def post_photos(
    request: HttpRequest,
    *,
    number: str,
    files: File[list[UploadedFile]],
    reason: Form[str],
    plot: Form[str] = "",
    round: Form[int] = 0,  # noqa: A002 - the word of the field
) -> object:
    """Send photos of a plot. A picture that is here already is not kept twice, so no key is needed."""
    kept = add_photos(
        programme=programme(number),
        files=answers.named(files),
        plot=plot,
        round_number=round,
        **_signed(request, reason),
    )
    return Status(201, [answers.photo_out(photo) for photo in kept])


@router.get("/programmes/{number}/surveys", response={200: list[SurveyOut], **REFUSALS}, url_name="api_surveys")
def list_surveys(request: HttpRequest, number: str) -> object:
    """The booked revisions, the latest first."""
    return [answers.survey_out(booked) for booked in revisions(programme(number))]


@router.get("/programmes/{number}/surveys/{revision}", response=REFUSALS, url_name="api_survey")
def get_survey(request: HttpRequest, number: str, revision: int) -> HttpResponse:
    """One revision as a ZIP of its CSV files, byte for byte."""
    return revision_file(request, number, revision)
