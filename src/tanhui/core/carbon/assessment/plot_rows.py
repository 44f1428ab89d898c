"""One row a plot: where it is, what it held in each round, what changed, and why it may not count."""

from tanhui.core.carbon.assessment.frame import Frame
from tanhui.core.carbon.document_rows import Document, number
from tanhui.core.carbon.strata import CHANGE
from tanhui.core.carbon.survey import Survey
from tanhui.core.carbon.survey.table import Table
from tanhui.core.units import CO2E_PER_C

_WHERE = ("plot", "zone", "county", "owner")


def plot_rows(survey: Survey, frame: Frame) -> list[Document]:
    """Plots by name. `status` is counted, unpaired, not_measured or not_computed."""
    ecosystems = {stratum.name: stratum.ecosystem for stratum in survey.strata}
    places = _places(survey.table("plots.csv"))
    layers = {plot: layer for layer in frame.layers for found in layer.values.values() for plot in found}
    measured: dict[str, set[int]] = {}
    for visit in (visit for visit in survey.visits if visit.measured):
        measured.setdefault(visit.plot, set()).add(visit.round)
    rows = []
    for plot in survey.plots:
        layer = layers.get(plot.name)
        values = {when: layer.values.get(when, {}).get(plot.name) if layer else None for when in frame.whens}
        change = values.get(CHANGE)
        has = tuple(when for when in values if values[when] is not None)
        rows.append(
            places[plot.name]
            | {
                "stratum": plot.stratum,
                "counted_in": layer.name if layer else plot.stratum,
                "ecosystem": ecosystems[plot.stratum],
                "issued": layer.issued if layer else False,
                "status": _status(frame, measured.get(plot.name, set()), has=has),
                "before_t_ha": number(values.get(str(frame.before))),
                "after_t_ha": number(values.get(str(frame.after))),
                "change_t_ha": number(change),
                "removal_tco2e_ha": number(None if change is None else change * CO2E_PER_C),
            }
        )
    return rows


def _places(table: Table) -> dict[str, Document]:
    """Where each plot is, by name."""
    texts = zip(*(table.text(column) for column in _WHERE), strict=True)
    points = zip(table.exact("lon"), table.exact("lat"), strict=True)
    return {
        cells[0]: dict(zip(_WHERE, cells, strict=True)) | {"lon": number(lon), "lat": number(lat)}
        for cells, (lon, lat) in zip(texts, points, strict=True)
    }


def _status(frame: Frame, measured: set[int], *, has: tuple[str, ...]) -> str:
    if CHANGE in has or (frame.before is None and has):
        return "counted"
    compared = {frame.before, frame.after} & measured
    if not compared:
        return "not_measured"
    if len(compared) == 1 and has and frame.before is not None:
        return "unpaired"
    return "not_computed"
