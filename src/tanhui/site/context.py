"""What every page knows: the region, the registry's name and whether this is a demonstration."""

from django.conf import settings
from django.http import HttpRequest

from tanhui.land.queries import region


def site(request: HttpRequest) -> dict[str, object]:
    here = region()
    return {
        "region": here,
        "registry_name": settings.REGISTRY_NAME,
        "demonstration": bool(here and here.demonstration),
        "english": getattr(request, "LANGUAGE_CODE", "zh-hans").startswith("en"),
    }
