"""What a map of the workplace is drawn from: outlines, where to ask for parcels, what is chosen, its words."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tanhui.land.models import Works
from tanhui.land.queries import counties, shape_feature, works_rows
from tanhui.land.shapes import drawn
from tanhui.land.wording import M2_PER_HA, M2_PER_MU


def map_figures(
    features_url: str, *, chosen: dict[str, Any] | None = None, open_on: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Return it as plain values, to be put into the page as JSON. The map opens on what is chosen, or on `open_on`."""
    return {
        "counties": {
            "type": "FeatureCollection",
            "features": [
                {"type": "Feature", "geometry": drawn(county.outline), "properties": {}} for county in counties()
            ],
        },
        "features": features_url,
        "parcel_url": reverse("parcel", args=["CODE"]),
        "chosen": chosen,
        "open_on": open_on,
        "works": works_features(list(works_rows().exclude(state="closed"))),
        "words": map_words(),
    }


def works_features(rows: Sequence[Works]) -> dict[str, Any]:
    """The works that have a boundary, as GeoJSON."""
    drawn = Works.objects.filter(pk__in=[work.pk for work in rows], geometry__isnull=False)
    return {
        "type": "FeatureCollection",
        "features": [
            shape_feature(
                bytes(work.geometry or b""), {"number": work.number, "name": work.name_zh, "ecosystem": work.ecosystem}
            )
            for work in drawn
        ],
    }


def map_words() -> dict[str, object]:
    """The words on the map, and the unit that its reader measures land in."""
    english = (get_language() or "").startswith("en")
    return {
        "title": _("小班地图，可放大"),
        "scroll": _("按住 Ctrl 滚动来缩放"),
        "scroll_mac": _("按住 ⌘ 滚动来缩放"),
        "touch": _("两个手指移动地图"),
        "nearer": _("放大"),
        "farther": _("缩小"),
        "parcels": _("个小班"),
        "cells": _("看得太远，先按格子汇总；放大就看到每个小班"),
        "unit": "ha" if english else _("亩"),
        "unit_m2": M2_PER_HA if english else M2_PER_MU,
        "unit_places": 2 if english else 1,
        "works": _("增汇工程"),
        "failed": _("地图数据没有取到，移动一下地图再试"),
    }
