"""The methods: every parameter with its source and how sure it is."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from tanhui.certification.models import Estimate
from tanhui.core.carbon.method import MethodFault, load_method, shipped_methods
from tanhui.site.pages.method_tables import method_context, method_row


def methods_page(request: HttpRequest) -> HttpResponse:
    found = [load_method(*known) for known in shipped_methods()]
    rows = [{**method_row(method), "used": Estimate.objects.filter(method=method.id).count()} for method in found]
    return render(request, "methods.html", {"nav": "methods", "methods": rows})


def method_page(request: HttpRequest, method: str, version: str) -> HttpResponse:
    try:
        found = load_method(method, version)
    except MethodFault as missing:
        raise Http404 from missing
    uses = Estimate.objects.filter(method=method, method_version=version).select_related("survey__project")
    context: dict[str, Any] = {
        "nav": "methods",
        **method_context(found),
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
