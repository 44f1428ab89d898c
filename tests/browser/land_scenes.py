"""The pages of land and triage on a working day: files on their way in, an overlap, a list with an open question."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import shapely
from django.urls import reverse
from looked_at import Scene
from shapely import Polygon, box

from parcel_files import coverage, forest_fields, write_layer
from tanhui.certification.services import apply, choose_parcels
from tanhui.kit import clock
from tanhui.land.models import Commitment, Likeness, Parcel, Triage, Works
from tanhui.land.parcels.choices import Choices
from tanhui.land.services import check_parcels, import_at_once, upload_parcels
from tanhui.land.services.listings import import_listing
from tanhui.site.story import Chain

SHEET = (
    "项目编号,项目名称,项目业主,县,状态,计入期开始,计入期结束,边界\n"
    "C-1,固阳造林碳汇项目,{owner},固阳县,已登记项目,2018-01-01,2038-01-01,\n"
    'C-2,某县造林碳汇项目,某公司,,1,2018-01-01,2038-01-01,"{outline}"\n'
)


def land_scenes(people: Mapping[str, Any], chain: Chain) -> dict[str, Scene]:
    """Every page of land and triage by name. The parcels of the demonstration are there and triaged."""
    period = (date(2016, 8, 31), date(2020, 8, 31))
    parcels = list(Parcel.objects.filter(zone="F01", land_class="0111", replaced_by=None).order_by("code")[:6])
    _listed(people, parcels[0])
    other = _other_project(people, parcels, period)
    triage = Triage.objects.filter(outcome="ticket", parcel=parcels[0]).get()
    days = [day.isoformat() for day in period]
    overlapping = Commitment.objects.get(title="某县造林碳汇项目")
    return {
        "parcels": Scene(reverse("parcels"), "batu"),
        "parcel": Scene(reverse("parcel", args=[parcels[0].code]), "batu"),
        "imports": Scene(reverse("land_imports"), "batu"),
        "works": Scene(reverse("works"), "batu"),
        "work": Scene(reverse("work", args=[Works.objects.order_by("id")[0].number]), "batu"),
        "places": Scene(reverse("land_places"), "batu"),
        **_files(people),
        "triages": Scene(reverse("triages"), "batu"),
        "triage-sums": Scene(reverse("triage_sums")),
        "triage-table": Scene(reverse("triage_table", args=["1.0.0"])),
        "triage": Scene(
            reverse("triage", args=[triage.parcel_code, triage.period_from.isoformat(), triage.period_to.isoformat()]),
            "zhaogang",
        ),
        "triage-question": Scene(reverse("triage", args=[parcels[0].code, *days]), "surina"),
        "triage-many": Scene(f"{reverse('triage_many')}?project={other}", "surina"),
        "overlap": Scene(reverse("overlap", args=[parcels[0].code, *days, overlapping.pk]), "surina"),
        "listings": Scene(reverse("listings"), "batu"),
        "likeness": Scene(reverse("likeness", args=[Likeness.objects.order_by("id")[0].pk]), "batu"),
        "project-land": Scene(reverse("project_land", args=[chain.project.number]), "zhaogang"),
        "project-land-choose": Scene(reverse("project_land", args=[other]), "zhaogang"),
    }


def _listed(people: Mapping[str, Any], parcel: Parcel) -> None:
    """A public list with a project of a like name, and one whose boundary runs through a parcel of ours."""
    west, south, east, north = parcel.extent
    half = box(west + (east - west) * 0.4, south - 0.004, east + 0.02, north + 0.003)
    farm = people["zhaogang"].organisation.name_zh
    content = SHEET.format(owner=farm, outline=shapely.to_wkt(half, rounding_precision=5))
    import_listing(
        scheme="vcs",
        source="公示页",
        as_of=date(2026, 7, 19),
        name="list.csv",
        content=content.encode(),
        by=people["surina"],
        reason="每季度更新。",
        at=clock.now(),
    )


def _other_project(people: Mapping[str, Any], parcels: list[Parcel], period: tuple[date, date]) -> str:
    """A project of the farm that has chosen parcels which nobody has triaged for its period."""
    owner = people["zhaogang"]
    signed = {"by": owner, "reason": "上一期补报。", "at": clock.now()}
    names = {"name_zh": "春坤山上一期碳汇（示范）", "name_en": "Chunkun, the period before (demonstration)"}
    project = apply(**names, owner=owner.organisation, region_code="BT", key="land scenes", **signed)
    choose_parcels(number=project.number, parcels=parcels, period=period, **signed)
    return str(project.number)


def _files(people: Mapping[str, Any]) -> dict[str, Scene]:
    """Files of parcels and of zones that have been checked, and one of zones that was imported."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        shapes = coverage(12, west=110.5, south=40.6)
        shapes[3] = Polygon([(110.6, 40.6), (110.61, 40.61), (110.61, 40.6), (110.6, 40.61), (110.6, 40.6)])
        fields = forest_fields(12, county="150221")
        fields["XIAO_BAN"][5] = fields["XIAO_BAN"][6]
        first = _checked(people, write_layer(folder / "2026 年小班.gpkg", shapes, fields), "parcels")
        told = {"PQBH": ["F02", "F03"], "PQMC": ["马鞍山", "大仙山"]}
        drawn = np.array([box(110.0, 40.85, 110.08, 40.95), box(110.3, 40.98, 110.38, 41.05)], dtype=object)
        done = import_at_once(
            path=write_layer(folder / "片区.gpkg", drawn, _columns(told)),
            choices=Choices(),
            region_code="BT",
            holds="zones",
            by=people["batu"],
            reason="按批复更新边界。",
            at=clock.now(),
            valid_from=clock.now().date() - timedelta(days=30),
        )
        told = {"PQBH": ["F02", "F13", "F03"], "PQMC": ["马鞍山", "石门子", "大仙山"], "STXT": ["森林", "森林", ""]}
        moved = np.array([box(110.0, 40.85, 110.09, 40.96), box(110.1, 40.9, 110.15, 40.95), drawn[1]], dtype=object)
        path = write_layer(folder / "片区调整.gpkg", moved, _columns(told))
        second = _checked(people, path, "zones", replaces="whole")
    return {
        "import": Scene(first, "batu"),
        "import-zones": Scene(second, "batu"),
        "import-zones-done": Scene(reverse("land_import", args=[done.number]), "gaojie"),
    }


def _columns(told: Mapping[str, list[str]]) -> dict[str, Any]:
    return {name: np.array(values, dtype=object) for name, values in told.items()}


def _checked(people: Mapping[str, Any], path: Path, holds: str, **chosen: str) -> str:
    """The address of the page of a file that was sent and checked."""
    by, at = people["batu"], clock.now()
    found = upload_parcels(path=path, choices=Choices(**chosen), region_code="BT", by=by, at=at, holds=holds)
    check_parcels(number=found.number, by=by, at=at)
    return reverse("land_import", args=[found.number])
