"""The zones and counties at the desk: as they stand, what they were before, and the way to send their boundaries."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tanhui.kit.workplace import placed
from tanhui.land import queries
from tanhui.land.models import Ecosystem, Holds
from tanhui.land.services.roles import import_roles
from tanhui.people.signing import person_of


def places_page(request: HttpRequest) -> HttpResponse:
    """List zones and counties with their former boundaries; the form sends its file to the imports."""
    context: dict[str, Any] = {
        **placed("places", (_("工作台"), reverse("desk")), (_("片区和旗县区"), "")),
        "zones": queries.place_rows(Holds.ZONES),
        "counties": queries.place_rows(Holds.COUNTIES),
        "may_import": person_of(request).role in import_roles(Holds.ZONES),
        "ecosystems": Ecosystem.choices,
        "holds": Holds.choices,
    }
    return render(request, "land/places.html", context)
