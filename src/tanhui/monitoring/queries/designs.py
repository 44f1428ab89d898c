"""Designs of a programme, with their documents and their land."""

import gzip
import json
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from tanhui.kit.problems import NotFoundProblem
from tanhui.monitoring.models import Design, DesignLand, Programme

MOST_DIGITS = 9


def designs(programme: Programme) -> Sequence[Design]:
    """Return all revisions, the newest first, without their land."""
    return list(programme.designs.select_related("drawn_by__organisation").defer("land").order_by("-revision"))


def latest_design(programme: Programme) -> Design | None:
    return programme.designs.select_related("drawn_by__organisation").defer("land").order_by("-revision").first()


def design(programme: Programme, revision: str | int) -> Design:
    """Return one revision. Raises `unknown_design`."""
    asked = int(revision) if str(revision).isdecimal() and len(str(revision)) <= MOST_DIGITS else 0
    found = programme.designs.select_related("drawn_by__organisation").defer("land").filter(revision=asked).first()
    if found is None:
        facts = {"number": programme.number, "revision": revision}
        raise NotFoundProblem("unknown_design", _("%(number)s 没有第 %(revision)s 版设计。") % facts)
    return found


def design_content(design: Design) -> dict[str, Any]:
    """Return the document of a design as plain values."""
    content: dict[str, Any] = json.loads(design.document)
    return content


def design_land_geojson(design: Design) -> bytes:
    """Return the outlines that a design was drawn on."""
    return gzip.decompress(bytes(design.land))


def design_lands(programme: Programme) -> Sequence[DesignLand]:
    """Return the files of strata that were brought, the newest first, without their content."""
    return list(programme.design_lands.select_related("added_by").defer("content"))


def design_land(programme: Programme, key: str) -> DesignLand | None:
    return programme.design_lands.defer("content").filter(pk=int(key)).first() if key.isdecimal() else None
