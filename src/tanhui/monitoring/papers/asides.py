"""What an evaluation computes beside the removal: area and density apart, soil by two rules, pairs and fluxes.

None of it changes what can be issued; a reader who wonders why the number is what it is finds the answer here.
"""

from tanhui.monitoring.papers.numbers import MISSING, amount, plain
from tanhui.monitoring.papers.tables import Document, Row
from tanhui.monitoring.papers.wording import Wording

FIXED, EQUAL = "fixed_depth", "equal_mass"


def area_effects(document: Document) -> list[Row]:
    """Where areas changed between rounds: what the area did and what the density did, in carbon."""
    return [
        {
            "stratum": row["stratum"],
            "before": amount(row.get("area_before_ha"), 1),
            "after": amount(row["area_ha"], 1),
            "area": amount(row["area_effect_tc"]),
            "density": amount(row["density_effect_tc"]),
        }
        for row in document["strata"]
        if row.get("area_effect_tc") is not None
    ]


def soil_rules(document: Document, wording: Wording) -> list[Row]:
    """The change of soil carbon at fixed depth and at equal soil mass, side by side."""
    found = {(row["domain"], row["rule"]): row for row in document.get("soil_rules", ())}
    domains = list(dict.fromkeys(domain for domain, _ in found))
    return [
        {
            "domain": wording.words["total"] if domain == "all" else domain,
            "fixed": _with_half(found.get((domain, FIXED), {})),
            "equal": _with_half(found.get((domain, EQUAL), {})),
        }
        for domain in sorted(domains, key=lambda domain: domain == "all")
    ]


def pairs(document: Document, wording: Wording) -> list[Row]:
    """Comparisons that the survey lists, per hectare: repeats of a place, or different places in place of time."""
    return [
        {
            "pair": row["pair"],
            "kind": wording.words[f"pair_{row['kind']}"],
            "from": _state(row["from"], wording),
            "to": _state(row["to"], wording),
            "years": plain(row["years"]),
            "removal": amount(row["removal_tco2e_ha"], 2),
        }
        for row in document.get("pairs", ())
    ]


def fluxes(document: Document, wording: Wording) -> list[Row]:
    """Gas fluxes as measured; CO2 equivalent only where a whole year was measured."""
    return [
        {
            "plot": row["plot"],
            "year": plain(row["year"]),
            "gas": row["gas"],
            "period": row["period"] or wording.words["whole_year"],
            "flux": amount(row["flux_kg_ha"], 2) + (f" ± {amount(row['se'], 2)}" if row["se"] is not None else ""),
            "co2e": amount(row["co2e_t_ha_a"], 3),
        }
        for row in document.get("fluxes", ())
    ]


def _with_half(row: Row) -> list[str]:
    value, half = row.get("removal_tco2e"), row.get("half_width_tco2e")
    mean = row.get("mean_tc_ha")
    if value is None:
        return [MISSING if mean is None else f"{amount(mean, 2)} tC/ha", ""]
    return [amount(value, 1), "" if half is None else f"± {amount(half, 1)}"]


def _state(state: Row, wording: Wording) -> str:
    return f"{state['plot']}{wording.words['comma']}{wording.words['round_number'].format(round=state['round'])}"
