"""The tokens of the person who is signed in, and the description of the API for whoever writes a program."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tanhui.kit.problems import Problem
from tanhui.kit.workplace import placed, unknown_act
from tanhui.people.models import TokenScope
from tanhui.people.signing import person_of, signed
from tanhui.people.tokens import MOST_CALLS, make_token, revoke_token, tokens_of


def tokens_page(request: HttpRequest) -> HttpResponse:
    """List the tokens of this person; a POST makes or revokes one. A secret is shown once, right after it was made."""
    if request.method != "POST":
        return _show(request)
    posted = request.POST
    try:
        if posted.get("act") == "make":
            made = make_token(name=posted.get("name", ""), scope=posted.get("scope", ""), **signed(request))
            return _show(request, made=made)
        if posted.get("act") != "revoke":
            return _show(request, status=400, refused=unknown_act())
        revoke_token(code=posted.get("token", ""), **signed(request))
    except Problem as problem:
        return _show(request, status=409, refused=problem.document(), typed=posted.dict())
    messages.success(request, _("令牌作废了，用它的程序从现在起进不来。"))
    return redirect("tokens")


def _show(request: HttpRequest, status: int = 200, **more: object) -> HttpResponse:
    context = {
        **placed("tokens", (_("工作台"), reverse("desk")), (_("令牌"), "")),
        "tokens": tokens_of(person_of(request)),
        "scopes": TokenScope.choices,
        "most_calls": MOST_CALLS,
        "refused": None,
        "made": None,
        **more,
    }
    return render(request, "tokens.html", context, status=status)


def api_page(request: HttpRequest) -> HttpResponse:
    """Describe every route of the API, out of the same description that programs read."""
    from tanhui.site.api import api  # noqa: PLC0415 - the routes import pages, and these pages are among the addresses

    document = api.get_openapi_schema(path_prefix="/api/v1/")
    return render(request, "api.html", {"nav": "", "routes": list(_routes(document)), "most_calls": MOST_CALLS})


def _routes(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for path, acts in document["paths"].items():
        for method, told in acts.items():
            summary = told.get("description") or told.get("summary", "")
            parameters = [
                {"name": given["name"], "in": given["in"], "said": given.get("schema", {}).get("description", "")}
                for given in told.get("parameters", ())
            ]
            yield {"method": method.upper(), "path": path, "said": summary, "parameters": parameters}
