"""Search: whatever stands on a paper (a number, an id, a serial, a hash) leads to the page of what it names."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tanhui.registry.queries.search import find

LONGEST = 200


def search_page(request: HttpRequest) -> HttpResponse:
    """Show everything that a text names; nothing is guessed."""
    text = request.GET.get("q", "").strip()[:LONGEST]
    return render(request, "search.html", {"nav": "books", "q": text, "found": find(text) if text else []})
