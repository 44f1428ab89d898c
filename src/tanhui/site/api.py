"""The API: its routes, who calls, and one shape for everything that goes wrong.

A program sends `Authorization: Bearer tht_…`. It acts as the person who made the token and may do what that person may.
Answers and refusals come in the language that `Accept-Language` asks for.
"""

from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.db import DatabaseError, InterfaceError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, ValidationError
from ninja.security import HttpBearer

from tanhui.core.carbon.survey import SurveyFaults
from tanhui.kit import clock
from tanhui.kit.outage import STATUS, outage_of
from tanhui.kit.problems import NotFoundProblem, Problem
from tanhui.monitoring.api import router
from tanhui.people.models import Token, TokenScope
from tanhui.people.tokens import use_token
from tanhui.site.permissions import API_READERS

SAFE = ("GET", "HEAD", "OPTIONS")
STATUS_OF = {
    "wrong_role": 403,
    "same_person": 403,
    "token_reads_only": 403,
    "too_many_calls": 429,
    "file_too_large": 413,
    "photo_too_large": 413,
    "too_many_rows": 413,
}


class Bearer(HttpBearer):
    """Finds the token of a request, counts the call, and asks the permission table."""

    def authenticate(self, request: HttpRequest, token: str) -> Token | None:
        found = use_token(secret=token, at=clock.now())
        if found is None:
            return None
        name = request.resolver_match.url_name if request.resolver_match else ""
        if found.person.role not in API_READERS.get(name or "", frozenset()):
            raise NotFoundProblem("not_found", _("这里没有这一项，或者不是给你的。"))
        if found.scope == TokenScope.READ and request.method not in SAFE:
            text = _("这个令牌只能读，什么都没有做。")
            raise Problem("token_reads_only", text, remedy=_("用一个能写的令牌。"))
        return found


api = NinjaAPI(
    title="Tanhui",
    version="1",
    description="Field data of monitoring programmes. Every refusal has the shape code, message, field, help.",
    docs_url=None,
    auth=Bearer(),
    urls_namespace="api",
)
api.add_router("", router)


def refusal(request: HttpRequest, status: int, problem: Problem) -> HttpResponse:
    return api.create_response(request, problem.document(), status=status)


@api.exception_handler(Problem)
def on_problem(request: HttpRequest, problem: Problem) -> HttpResponse:
    status = 404 if isinstance(problem, NotFoundProblem) else STATUS_OF.get(problem.code, 409)
    return refusal(request, status, problem)


@api.exception_handler(DatabaseError)
@api.exception_handler(InterfaceError)
def on_outage(request: HttpRequest, error: DatabaseError | InterfaceError) -> HttpResponse:
    """The database cannot: say so in the one shape. Any other fault of it is a bug of ours and goes to the log."""
    outage = outage_of(error)
    if outage is None:
        raise error
    return refusal(request, STATUS, outage)


@api.exception_handler(Http404)
def on_missing(request: HttpRequest, _missing: Http404) -> HttpResponse:
    return refusal(request, 404, NotFoundProblem("not_found", _("这里没有这一项，或者不是给你的。")))


@api.exception_handler(AuthenticationError)
def on_stranger(request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    text = _("没有令牌，或者令牌已经作废。")
    return refusal(
        request, 401, Problem("no_token", text, field="Authorization", remedy=_("在工作台的“令牌”页做一个。"))
    )


@api.exception_handler(ValidationError)
def on_bad_request(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """What was sent has not the shape of the route: name the first field that is wrong."""
    first: dict[str, Any] = dict(error.errors[0]) if error.errors else {}
    field = ".".join(str(part) for part in first.get("loc", ())[1:])
    text = _("送来的内容不合规定：%(field)s，%(what)s。") % {"field": field or "—", "what": first.get("msg", "")}
    remedy = _("字段写在 /api/v1/openapi.json 里。")
    return refusal(request, 422, Problem("bad_request", text, field=field, remedy=remedy))


@api.exception_handler(SurveyFaults)
def on_faults(request: HttpRequest, faults: SurveyFaults) -> HttpResponse:
    text = _("数据有 %(count)s 处错，什么都没有记。") % {"count": len(faults.faults)}
    return refusal(request, 422, Problem("survey_faults", text, remedy=_("先上传检查，按结果改好。")))


@api.exception_handler(RequestDataTooBig)
@api.exception_handler(TooManyFilesSent)
def on_too_large(request: HttpRequest, _error: RequestDataTooBig | TooManyFilesSent) -> HttpResponse:
    return refusal(request, 413, Problem("file_too_large", _("一次送得太多，没有收。"), remedy=_("分成几次送。")))
