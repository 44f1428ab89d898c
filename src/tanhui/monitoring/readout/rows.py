"""Rows of a result: plots, strata, domains, pools, rounds. Plain values, names beside codes, nothing rounded."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tanhui.monitoring.readout.evidence import weak_evidence
from tanhui.monitoring.readout.names import Names

Document = Mapping[str, Any]
Row = dict[str, Any]
ISSUED = "issued"
CHANGE = "change"
POOLS = ("tree", "shrub", "herb", "litter", "deadwood", "soil")


def compared_rounds(document: Document) -> list[Row]:
    """Return the two rounds that are compared, or the only one."""
    rounds: list[Row] = list(document["evaluation"]["rounds"])
    return rounds[-2:]


def years(document: Document) -> Row:
    """Return the years of the compared rounds, each that of its last day; `second` is None where there is one only."""
    told = compared_rounds(document)
    first = told[0]["year_to"] if told else None
    return {"first": first, "second": told[1]["year_to"] if len(told) > 1 else None}


def strata_rows(document: Document, names: Names) -> list[Row]:
    """One row a stratum: those that count first, by ecosystem and code."""
    found = [_stratum(document, row, names) for row in document["strata"]]
    return sorted(found, key=lambda row: (not row["in_scope"], row["ecosystem"], row["stratum"]))


def _stratum(document: Document, row: Row, names: Names) -> Row:
    change = _estimate(document, row["stratum"], CHANGE)
    rounds = [told["round"] for told in compared_rounds(document)]
    return {
        "stratum": row["stratum"],
        "name": names.say("stratum", row["stratum"]),
        "ecosystem": row["ecosystem"],
        "area_ha": row["area_ha"],
        "n": row["n"],
        **_densities(document, row["stratum"], rounds),
        "mean": change.get("mean"),
        "se": change.get("se"),
        "df": change.get("df"),
        "half_width": change.get("half_width"),
        "removal_tco2e": row["removal_tco2e"],
        "half_width_tco2e": row["half_width_tco2e"],
        "uncertainty_percent": percent_of(row["half_width_tco2e"], row["removal_tco2e"]),
        "in_scope": row["in_scope"],
        "weak": weak_evidence(document["evaluation"], row["stratum"]),
        "pools": row["pools"],
    }


def strata_total(document: Document) -> Row | None:
    """The row under the strata; None when there is no total to show."""
    whole = document["evaluation"]
    if whole["removal_tco2e"] is None or whole["area_ha"] is None:
        return None
    change = _estimate(document, "all", CHANGE)
    return {
        "area_ha": whole["area_ha"],
        "n": sum(row["n"] or 0 for row in document["strata"] if row["in_scope"]),
        "ecosystem": "",
        **_densities(document, "all", [told["round"] for told in compared_rounds(document)]),
        "mean": change.get("mean"),
        "se": change.get("se"),
        "df": change.get("df"),
        "half_width": change.get("half_width"),
        "removal_tco2e": whole["removal_tco2e"],
        "half_width_tco2e": whole["half_width_tco2e"],
        "uncertainty_percent": whole["uncertainty_percent"],
    }


def _densities(document: Document, domain: str, rounds: Sequence[int]) -> Row:
    means = [_estimate(document, domain, number).get("mean") for number in rounds]
    return {"first_tc_ha": means[0] if means else None, "second_tc_ha": means[1] if len(means) > 1 else None}


def _estimate(document: Document, domain: str, when: int | str, pool: str = "all") -> Row:
    wanted = ("carbon_t_ha", pool, domain, when)
    for row in document["evaluation"]["estimates"]:
        if (row["quantity"], row["pool"], row["domain"], row["round"]) == wanted:
            found: Row = row
            return found
    return {}


def percent_of(half_width: float | None, value: float | None) -> float | None:
    return abs(half_width / value) * 100 if value and half_width is not None else None


def pool_rows(document: Document) -> list[Row]:
    """One row a pool over everything that counts, in the order of the pools."""
    rounds = [told["round"] for told in compared_rounds(document)]
    known = {row["pool"] for row in document["evaluation"]["estimates"] if row["domain"] == "all"}
    found = []
    for pool in (pool for pool in (*POOLS, "all") if pool in known):
        means = [_estimate(document, "all", number, pool).get("mean") for number in rounds]
        change = _estimate(document, "all", CHANGE, pool)
        found.append(
            {
                "pool": pool,
                "first_tc_ha": means[0] if means else None,
                "second_tc_ha": means[1] if len(means) > 1 else None,
                "mean": change.get("mean"),
                "se": change.get("se"),
                "half_width": change.get("half_width"),
            }
        )
    return found


def domain_kinds(document: Document) -> list[str]:
    """Return by what the result is divided: those of zone, county, owner, species that it has."""
    return [by for by in ("zone", "county", "owner", "species") if any(row["by"] == by for row in document["domains"])]


def domain_rows(document: Document, names: Names, by: str, scope: str) -> list[Row]:
    """One row a domain: densities of both rounds, change and removal; the largest removal first."""
    rounds = [told["round"] for told in compared_rounds(document)]
    cells: dict[str, dict[int | str, Row]] = {}
    for row in document["domains"]:
        if (row["by"], row["scope"]) == (by, scope):
            cells.setdefault(row["domain"], {})[row["round"]] = row
    found = [_domain(names, by, code, whens, rounds) for code, whens in cells.items()]
    return sorted(found, key=lambda row: (row["removal_tco2e"] is None, -(row["removal_tco2e"] or 0), row["domain"]))


def _domain(names: Names, by: str, code: str, whens: Mapping[int | str, Row], rounds: Sequence[int]) -> Row:
    means = [whens.get(number, {}).get("mean") for number in rounds]
    change = whens.get(CHANGE, {})
    last = change or whens.get(rounds[-1], {})
    return {
        "domain": code,
        "name": names.say(by, code),
        "plots": last.get("plots"),
        "area_ha": last.get("area_ha"),
        "first_tc_ha": means[0] if means else None,
        "second_tc_ha": means[1] if len(means) > 1 else None,
        "mean": change.get("mean"),
        "half_width": change.get("half_width"),
        "df": change.get("df"),
        "removal_tco2e": change.get("removal_tco2e"),
        "half_width_tco2e": change.get("removal_half_width_tco2e"),
        "se_tco2e": change.get("removal_se_tco2e"),
        "uncertainty_percent": percent_of(change.get("removal_half_width_tco2e"), change.get("removal_tco2e")),
    }


def scopes(document: Document) -> list[str]:
    """Return what can be looked at alone: all that counts, and each ecosystem."""
    return list(dict.fromkeys(row["scope"] for row in document["series"]["stocks"]))


def plot_rows(document: Document, names: Names) -> list[Row]:
    """One row a plot, with the names of where it is and what its measurements and equations leave open."""
    errors = {row["plot"]: row for row in document.get("uncertainty", {}).get("plots", ())}
    return [
        {
            **row,
            "after_se_t_ha": errors.get(row["plot"], {}).get("after_se_t_ha"),
            "change_se_t_ha": errors.get(row["plot"], {}).get("change_se_t_ha"),
            "stratum_name": names.say("stratum", row["stratum"]),
            "zone_name": names.say("zone", row["zone"]) if row["zone"] else "",
            "county_name": names.say("county", row["county"]) if row["county"] else "",
        }
        for row in document["plots"]
    ]


def series_rows(document: Document, scope: str) -> list[Row]:
    """Stocks by round, of one scope."""
    return [row for row in document["series"]["stocks"] if row["scope"] == scope]


def change_rows(document: Document, scope: str) -> list[Row]:
    """Changes between neighbouring rounds, of one scope."""
    return [row for row in document["series"]["changes"] if row["scope"] == scope]


def effect_rows(document: Document, names: Names) -> list[Row]:
    """Where the area changed: what area and density did in the last pair of rounds. Empty where no area changed."""
    rounds = [told["round"] for told in compared_rounds(document)]
    rows = [row for row in document.get("effects", ()) if [row["from_round"], row["to_round"]] == rounds]
    if not any(row["area_effect_tc"] for row in rows):
        return []
    strata = [{**row, "name": names.say("stratum", row["stratum"])} for row in rows if row["stratum"] is not None]
    return [*strata, *({**row, "name": ""} for row in rows if row["scope"] == ISSUED)]


def estimator_rows(document: Document, scope: str) -> list[Row]:
    """The change by each estimator, the chosen one marked."""
    rows: Iterable[Row] = document.get("estimators", ())
    return [row for row in rows if row["scope"] == scope and row["round"] == CHANGE]


def next_round(document: Document) -> Row | None:
    """What the next round needs for the change, or for the stock where there is no change; None where not asked."""
    rows = {row["of"]: row for row in document.get("next_round", ())}
    found: Row | None = rows.get(CHANGE) or rows.get("stock")
    return found


def main_ecosystem(document: Document) -> str:
    """Return the ecosystem that contributes most to the removal: its sign stands for the whole."""
    sums: dict[str, float] = {}
    for row in document["strata"]:
        if row["in_scope"]:
            sums[row["ecosystem"]] = sums.get(row["ecosystem"], 0.0) + float(row["removal_tco2e"] or 0)
    if sums:
        return max(sorted(sums), key=lambda ecosystem: sums[ecosystem])
    return str(document["strata"][0]["ecosystem"]) if document["strata"] else "forest"


def ecosystems(document: Document) -> list[str]:
    """Return the ecosystems that count, the one that contributes most first."""
    found = {row["ecosystem"] for row in document["strata"] if row["in_scope"]}
    main = main_ecosystem(document)
    return [main, *sorted(found - {main})]
