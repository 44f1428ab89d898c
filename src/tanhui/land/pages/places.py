"""What everybody may see of the land: parcels as coarse cells, works as points."""

from django.http import HttpRequest, HttpResponse, JsonResponse

from tanhui.land.queries import public_cells
from tanhui.land.queries.works import public_works


def layers(request: HttpRequest) -> HttpResponse:
    """The layers of the public map, beside the zones."""
    answer = JsonResponse({"cells": public_cells(), "works": public_works()})
    answer["Cache-Control"] = "public, max-age=300"
    return answer
