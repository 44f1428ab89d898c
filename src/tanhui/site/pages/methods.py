"""The methods: every parameter with its source and how sure it is, versions side by side, dry runs."""

from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from tanhui.certification.models import Estimate
from tanhui.core.carbon.method import (
    Method,
    MethodFault,
    load_method,
    method_differences,
    method_files,
    shipped_methods,
)
from tanhui.kit.problems import Problem
from tanhui.site.dry_runs import named_method
from tanhui.site.method_words import KINDS, TABLES
from tanhui.site.pages.method_tables import method_context, method_row, versions_of


def methods_page(request: HttpRequest) -> HttpResponse:
    """List the methods, each by its version in force, with links to all its versions."""
    names = [name for name, _versions in groupby(shipped_methods(), key=lambda method: method[0])]
    rows = [_listed(load_method(name)) for name in names]
    return render(request, "methods.html", {"nav": "methods", "methods": rows})


def _listed(method: Method) -> dict[str, Any]:
    used = Estimate.objects.filter(method=method.id).count()
    row = method_row(method, method_files(method.id, method.version))
    return {**row, "used": used, "versions": versions_of(method.id)}


def method_page(request: HttpRequest, method: str, version: str) -> HttpResponse:
    found = shipped(method, version)
    uses = Estimate.objects.filter(method=method, method_version=version).select_related("survey__project")
    context: dict[str, Any] = {
        "nav": "methods",
        **method_context(found, method_files(method, version)),
        "uses": [
            {
                "number": estimate.survey.project.number,
                "name_zh": estimate.survey.project.name_zh,
                "name_en": estimate.survey.project.name_en,
                "computed_at": estimate.computed_at,
            }
            for estimate in uses.order_by("-computed_at")
        ],
    }
    return render(request, "method.html", context)


def shipped(method: str, version: str) -> Method:
    try:
        return load_method(method, version)
    except MethodFault as missing:
        raise Http404 from missing


def method_diff_page(request: HttpRequest) -> HttpResponse:
    """Compare two methods row by row; without two of them, ask which."""
    context: dict[str, Any] = {
        "nav": "methods",
        "known": ["@".join(method) for method in shipped_methods()],
        "before": request.GET.get("before", ""),
        "after": request.GET.get("after", ""),
        "refused": None,
        "tables": None,
    }
    if not (context["before"] and context["after"]):
        return render(request, "method_diff.html", context)
    try:
        sides = [named_method(context[side]) for side in ("before", "after")]
    except Problem as problem:
        return render(request, "method_diff.html", context | {"refused": problem.document()}, status=404)
    files = [method_files(side.id, side.version) for side in sides]
    context |= {"sides": [method_row(side, own) for side, own in zip(sides, files, strict=True)]}
    return render(request, "method_diff.html", context | {"tables": _difference_tables(*files)})


def _difference_tables(before: dict[str, bytes], after: dict[str, bytes]) -> list[dict[str, Any]]:
    found = method_differences(before, after)
    return [
        {
            "file": file,
            "words": TABLES.get(file, file),
            "rows": [{**row._asdict(), "word": KINDS[row.kind]} for row in rows],
        }
        for file, rows in groupby(found, key=lambda row: row.file)
    ]
