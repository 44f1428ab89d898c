"""The warnings about single sizes, dates and revived trees, row by row: what whole columns are compared with."""

import math

from tanhui.core.carbon.survey.faults import Fault
from tanhui.core.carbon.survey.schema import LIVE_STATUSES


def doubts(tables):
    """All of them. Tables are those of `row_by_row`."""
    yield from _dates(tables["visits.csv"])
    if "soil.csv" in tables:
        yield from _soil(tables["soil.csv"])
    if "trees.csv" in tables:
        yield from _heights(tables["trees.csv"])
        yield from _company(tables["trees.csv"])
        yield from _revived(tables["trees.csv"])


def _rows(table, *columns):
    """Line and cells of each row: numbers where the table has them, else texts."""
    numeric = {"round", "trees_per_ha", "dbh_cm", "height_m", "bulk_density_g_cm3", "soc_g_kg"}
    cells = [table.number(name) if name in numeric else table.text(name) for name in columns]
    return zip(table.lines, *cells, strict=True)


def _dates(visits):
    seen = {}
    for line, plot, number, day in _rows(visits, "plot", "round", "date"):
        if day and not math.isnan(number):
            seen.setdefault((plot, day), []).append((int(number), line))
    for (plot, day), found in seen.items():
        found.sort()
        for index in range(1, len(found)):
            if found[index][0] != found[index - 1][0]:
                params = {"plot": plot, "before": str(found[index - 1][0]), "round": str(found[index][0])}
                yield Fault("date_repeated", "visits.csv", found[index][1], "date", day, params)


def _soil(soil):
    for line, density, carbon in _rows(soil, "bulk_density_g_cm3", "soc_g_kg"):
        organic = min(1, 1.724 * carbon / 1000) if not math.isnan(carbon) else math.nan
        limit = 1.3 / (organic / 0.244 + (1 - organic) / 2)
        if density > limit:
            params = {"soc_g_kg": f"{carbon:g}", "limit": f"{limit:.2f}"}
            yield Fault("soil_too_dense", "soil.csv", line, "bulk_density_g_cm3", f"{density:g}", params)
        elif density < 0.5 and carbon < 20:
            params = {"soc_g_kg": f"{carbon:g}"}
            yield Fault("soil_too_light", "soil.csv", line, "bulk_density_g_cm3", f"{density:g}", params)


def _heights(trees):
    for line, status, dbh, height in _rows(trees, "status", "dbh_cm", "height_m"):
        if status not in LIVE_STATUSES or math.isnan(dbh) or math.isnan(height):
            continue
        low = 1.3 + 0.05 * dbh if dbh >= 20 else 1.3
        if height < low or height <= 1.3 or height > 1.3 + 2.5 * dbh:
            params = {"dbh_cm": f"{dbh:g}", "low_m": f"{low:.1f}", "high_m": f"{1.3 + 2.5 * dbh:.1f}"}
            yield Fault("height_doubtful", "trees.csv", line, "height_m", f"{height:g}", params)


def _company(trees):
    groups = {}
    columns = ("plot", "species", "status", "round", "trees_per_ha", "dbh_cm")
    for line, plot, species, status, number, stems, dbh in _rows(trees, *columns):
        if status in LIVE_STATUSES and not math.isnan(dbh):
            key = (plot, species, str(number), str(stems))
            groups.setdefault(key, []).append((dbh, line))
    for found in groups.values():
        for dbh, line in found:
            others = sorted(other for other, at in found if at != line)
            if len(others) < 5:
                continue
            suggestion = dbh / 10 if dbh > 3 * others[-1] else dbh * 10 if dbh < others[0] / 3 else math.nan
            if others[0] <= suggestion <= others[-1]:
                params = {"suggestion_cm": f"{suggestion:g}", "low_cm": f"{others[0]:g}", "high_cm": f"{others[-1]:g}"}
                yield Fault("dbh_apart", "trees.csv", line, "dbh_cm", f"{dbh:g}", params)


def _revived(trees):
    rows = [row for row in _rows(trees, "plot", "tree", "round", "status") if not math.isnan(row[3])]
    for line, plot, tree, number, status in rows:
        ends = [
            (int(at), word)
            for _, *stem, at, word in rows
            if stem == [plot, tree] and at < number and word in {"dead", "removed"}
        ]
        if status in LIVE_STATUSES and ends:
            at, word = max(ends)
            yield Fault("tree_revived", "trees.csv", line, "status", tree, {"before": word, "round": str(at)})
