"""Where the uncertainty of the removal comes from, as shares of its variance that make a hundred.

Where the document has shares of all sources they are shown; else the sampling error alone is divided by strata: the
variance of a sum of independent totals is the sum of theirs.
"""

from collections.abc import Mapping
from typing import Any

from tanhui.kit.shares import shares_percent
from tanhui.monitoring.readout.names import Names
from tanhui.monitoring.readout.wording import ERROR_SOURCES, word

Row = dict[str, Any]
SAMPLING = "sampling"


def contributions(document: Mapping[str, Any], names: Names) -> list[Row]:
    """Return the sources with their share in percent, the largest first; empty without a variance."""
    rows = _sources(document) or _sampling(document, names)
    total = sum(row["variance"] for row in rows)
    if not total:
        return []
    percents = shares_percent([round(row["variance"]) for row in rows])
    found = [{**row, "percent": percent} for row, percent in zip(rows, percents, strict=True)]
    return sorted(found, key=lambda row: (-row["variance"], row["name"]))


def _sources(document: Mapping[str, Any]) -> list[Row]:
    """All sources of error of the change over what counts, as the assessment took them apart."""
    totals = document.get("uncertainty", {}).get("totals", ())
    wanted = ("scope", "issued", "change")
    whole = next((row for row in totals if (row["of"], row["name"], row["round"]) == wanted), None)
    return [
        {
            "kind": row["kind"],
            "name": word(ERROR_SOURCES, row["source"]),
            "ecosystem": "",
            "variance": row["se"] ** 2,
        }
        for row in (whole["contributions"] if whole else ())
    ]


def _sampling(document: Mapping[str, Any], names: Names) -> list[Row]:
    changes = {
        row["domain"]: row
        for row in document["evaluation"]["estimates"]
        if (row["quantity"], row["pool"], row["round"]) == ("removal_tco2e", "all", "change")
    }
    found = []
    for stratum in document["strata"]:
        se = changes.get(stratum["stratum"], {}).get("se")
        if stratum["in_scope"] and se is not None and stratum["area_ha"]:
            found.append(
                {
                    "kind": SAMPLING,
                    "name": names.say("stratum", stratum["stratum"]),
                    "ecosystem": stratum["ecosystem"],
                    "variance": (se * stratum["area_ha"]) ** 2,
                }
            )
    return found
