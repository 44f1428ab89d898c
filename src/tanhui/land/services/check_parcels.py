"""Check a file of parcels, zones or counties: what it holds, what is wrong with it, what it would replace.

Nothing is imported yet.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tanhui.core.telling import Progress, silent
from tanhui.kit.problems import NotFoundProblem, Problem
from tanhui.kit.turns import wait_turn
from tanhui.land import store
from tanhui.land.files import kept_file
from tanhui.land.models import Defect, Holds, ImportState, ParcelImport
from tanhui.land.parcels.choices import Choices
from tanhui.land.parcels.ground import ground
from tanhui.land.parcels.prepare import Prepared, prepare, usable
from tanhui.land.parcels.shapes import Ask
from tanhui.land.places.prepare import prepare_places
from tanhui.land.services.roles import import_roles
from tanhui.land.services.upload_parcels import import_key
from tanhui.land.vector.packed import unpacked
from tanhui.people.models import Person
from tanhui.people.services import require_role

OPEN_STATES = (ImportState.UPLOADED, ImportState.ASKING, ImportState.CHECKED)


def check_parcels(*, number: str, by: Person, at: datetime, progress: Progress = silent) -> ParcelImport:
    """Check an uploaded file and keep what was found. A file that needs a choice first becomes `asking`.

    Raises `wrong_role`, `unknown_import`, `import_closed`, and what no choice can mend (`file_broken`, `no_features`).
    """
    found = open_import(number)
    require_role(by=by, roles=import_roles(found.holds))
    try:
        with prepared_import(found, progress) as prepared:
            return keep_findings(found.pk, prepared, by=by, at=at)
    except Ask as ask:
        with transaction.atomic():
            asking = ParcelImport.objects.select_for_update().get(pk=found.pk)
            asking.state, asking.question = ImportState.ASKING, {**ask.document(), "offers": list(ask.offers)}
            asking.save(update_fields=["state", "question"])
        return asking


@transaction.atomic
def choose_parcels(*, number: str, choices: Choices, by: Person) -> ParcelImport:
    """Change what is chosen about a file; it has to be checked again. Raises as `check_parcels`."""
    wait_turn(f"land import {number}")
    found = open_import(number)
    require_role(by=by, roles=import_roles(found.holds))
    _other_layer(found, choices.layer)
    Defect.objects.filter(batch=found).delete()
    found.choices, found.question, found.findings, found.digest = choices.told(), {}, {}, ""
    found.state, found.epsg = ImportState.UPLOADED, 0
    found.layer = choices.layer
    found.save()
    return found


def _other_layer(found: ParcelImport, layer: str) -> None:
    """Contents and layer make the import: another layer of the same file that is here already is not taken twice."""
    told, _space, before = found.key.partition(" ")
    digest = told.rpartition(":")[2]
    if not layer or not (before or found.question.get("field") == "layer"):
        return  # The file has one layer, and its contents alone make the import.
    key = import_key(digest, layer, found.holds)
    twin = ParcelImport.objects.filter(key=key).exclude(pk=found.pk).first()
    if twin is not None:
        text = _("这个图层已经在 %(number)s 里。") % {"number": twin.number}
        raise Problem("layer_taken", text, field="layer", remedy=_("打开那一次导入，或者选别的图层。"))
    found.key = key


def open_import(number: str) -> ParcelImport:
    """Return an import that is not decided yet. Raises `unknown_import`, `import_closed`."""
    found = ParcelImport.objects.filter(number=number).first()
    if found is None:
        raise NotFoundProblem("unknown_import", _("没有这次导入。"))
    if found.state not in OPEN_STATES:
        text = _("%(number)s 已经了结，不能再改。") % {"number": number}
        raise Problem("import_closed", text, remedy=_("要换数据，就再导入一个文件：新的替换旧的，旧的留着。"))
    return found


@contextmanager
def prepared_import(found: ParcelImport, progress: Progress) -> Iterator[Prepared]:
    """Read and check the kept file as it stands now."""
    choices = Choices.of(found.choices)
    with kept_file(found.file, found.file_name) as path, unpacked(path) as folder:
        if found.holds == Holds.PARCELS:
            yield prepare(folder, choices, ground(), progress)
        else:
            yield prepare_places(folder, choices, ground(), progress, holds=found.holds)


def replacing(prepared: Prepared, choices: Choices) -> Mapping[str, Any]:
    """Say how many current parcels an import would replace: those of its codes, and those of its counties."""
    places = usable(prepared)
    known = prepared.codes
    codes = [known[place] for place in places]
    counties = sorted({county for place in places if (county := prepared.attributes.columns["county_id"][place])})
    return {
        "by": choices.replaces,
        "codes": store.count_codes(codes),
        "counties": store.count_counties(counties),
        "county_keys": counties,
    }


@transaction.atomic
def keep_findings(key: int, prepared: Prepared, *, by: Person, at: datetime) -> ParcelImport:
    """Write down what was found in a file, in place of what was found before."""
    found = ParcelImport.objects.select_for_update().get(pk=key)
    Defect.objects.filter(batch=found).delete()
    store.copy_defects(_defect_rows(found.pk, prepared))
    found.state, found.question = ImportState.CHECKED, {}
    found.epsg, found.layer = prepared.epsg, prepared.layer.shown
    found.findings = dict(prepared.findings)
    if found.holds == Holds.PARCELS:
        found.findings["replaced"] = replacing(prepared, Choices.of(found.choices))
    found.digest, found.checked_at, found.checked_by = prepared.digest, at, by
    found.save()
    return found


def _defect_rows(batch: int, prepared: Prepared) -> Iterator[tuple[Any, ...]]:
    codes = prepared.codes
    for defect in prepared.defects:
        facts = dict(defect.facts)
        if "other" in facts:
            other = int(str(facts.pop("other")))
            facts |= {"other_row": other + 1, "other_code": codes[other]}
        areas = (defect.before_m2, defect.after_m2)
        yield (batch, defect.index + 1, codes[defect.index], defect.code, str(defect.remedy), facts, *areas)
