"""The methods that come with the software, and which of them suits a survey."""

import math
from functools import cache
from importlib.resources import files as package_files

from tanhui.core.carbon.method.faults import MethodFault, flaw
from tanhui.core.carbon.method.model import IN_FORCE, Method
from tanhui.core.carbon.method.parse import parse_method
from tanhui.core.carbon.survey import Survey
from tanhui.core.carbon.survey.schema import LIVE_STATUSES

_ROOT = package_files("tanhui.core.carbon") / "methods"
_TICKET_ECOSYSTEMS = frozenset({"forest", "grassland", "wetland"})


def shipped_methods() -> tuple[tuple[str, str], ...]:
    """Id and version of every shipped method, sorted, versions rising."""
    found = [
        (folder.name, version.name)
        for folder in _ROOT.iterdir()
        if folder.is_dir()
        for version in folder.iterdir()
        if version.is_dir() and (version / "method.toml").is_file()
    ]
    return tuple(sorted(found, key=lambda method: (method[0], _rank(method[1]))))


def method_files(method_id: str, version: str) -> dict[str, bytes]:
    """Name and content of every file of a shipped method. Raises MethodFault where there is none."""
    if (method_id, version) not in shipped_methods():
        raise MethodFault([flaw("not_shipped", value=f"{method_id} {version}")])
    folder = _ROOT / method_id / version
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir(), key=lambda file: file.name)}


def load_method(method_id: str, version: str | None = None) -> Method:
    """A shipped method; its latest version in force unless one is named. Raises MethodFault where there is none."""
    if version:
        return _load(method_id, version)
    versions = [found for name, found in shipped_methods() if name == method_id]
    loaded = [_load(method_id, found) for found in reversed(versions)]
    if not loaded:
        raise MethodFault([flaw("not_shipped", value=method_id)])
    return next((found for found in loaded if found.status == IN_FORCE), loaded[0])


@cache
def _load(method_id: str, version: str) -> Method:
    """A version never changes, so it is read once."""
    return parse_method(method_files(method_id, version))


def choose_method(survey: Survey) -> Method:
    """The shipped method that suits a survey best.

    In this order: states of management, where neither trees nor soil were measured; trees with a published mass;
    trees or grassland soil of plots, where every forest has trees and every grassland has soil; stand volume; and
    else the pools as the source gives them.
    """
    if survey.has("management.csv") and not (survey.has("trees.csv") or survey.has("soil.csv")):
        return load_method("ipcc-grassland")
    if _has_published_trees(survey):
        return load_method("published-tree-biomass")
    if _fits_tickets(survey):
        return load_method("baotou-stock-difference")
    if _has_volume(survey):
        return load_method("stand-volume")
    return load_method("given-pools")


def _rank(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _has_published_trees(survey: Survey) -> bool:
    trees = survey.table("trees.csv")
    rows = zip(trees.number("aboveground_biomass_kg").tolist(), trees.text("status"), strict=True)
    return any(not math.isnan(mass_kg) for mass_kg, status in rows if status in LIVE_STATUSES)


def _fits_tickets(survey: Survey) -> bool:
    if not survey.ecosystems <= _TICKET_ECOSYSTEMS or survey.has("pools.csv"):
        return False
    trees_suffice = "forest" not in survey.ecosystems or survey.has("trees.csv")
    soil_suffices = "grassland" not in survey.ecosystems or survey.has("soil.csv")
    return trees_suffice and soil_suffices and (survey.has("trees.csv") or survey.has("soil.csv"))


def _has_volume(survey: Survey) -> bool:
    volumes = (*survey.table("stands.csv").exact("volume_m3_ha"), *survey.table("strata_totals.csv").exact("volume_m3"))
    return any(volume is not None for volume in volumes)
