"""Where the uncertainty of the removal comes from, as shares of its variance that make a hundred.

Where the document has shares of all sources they are shown; else the sampling error alone is divided by strata: the
variance of a sum of independent totals is the sum of theirs.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from tanhui.core.units import CO2E_PER_C
from tanhui.kit.shares import shares_percent
from tanhui.monitoring.readout.names import Names
from tanhui.monitoring.readout.rates import rate_rows, rates_of, weakest
from tanhui.monitoring.readout.spread import issued_change
from tanhui.monitoring.readout.wording import ERROR_KINDS, ERROR_SOURCES, word

Row = dict[str, Any]
SAMPLING = "sampling"


def contributions(document: Mapping[str, Any], names: Names) -> list[Row]:
    """Return the sources with their share in percent, the largest first; empty without a variance.

    Each names the sizes of error that were assumed for it (`rates`), and the weakest of them in `weak`.
    """
    rows = _sources(document) or _sampling(document, names)
    total = sum(row["variance"] for row in rows)
    if not total:
        return []
    percents = shares_percent([round(row["variance"]) for row in rows])
    found = [{**row, "percent": percent} for row, percent in zip(rows, percents, strict=True)]
    return sorted(found, key=lambda row: (-row["variance"], row["name"]))


def sources_words(document: Mapping[str, Any]) -> tuple[str, str]:
    """Return the heading over the sources of error, and what is to be said of them.

    Where measurement and equations were not taken into account, what is shown is the sampling error by stratum, and
    nothing was assumed.
    """
    if _sources(document):
        return str(_("误差从哪里来")), str(_("假定的误差没有人在这里量过；把握低的带着标记。方法可以用自己的数代替。"))
    return str(_("抽样误差来自哪几层")), str(
        _("这个结果只算了抽样误差，这里按层分开；量测、方程和参数的误差没有算进来。")
    )


def kind_rows(rows: Sequence[Row]) -> list[Row]:
    """The shares of sampling, measurement, equation and parameter, in this order; those without a share left out."""
    found = [
        {"kind": kind, "name": str(said), "percent": sum(row["percent"] for row in rows if row["kind"] == kind)}
        for kind, said in ERROR_KINDS.items()
    ]
    return [row for row in found if row["percent"]]


def _sources(document: Mapping[str, Any]) -> list[Row]:
    """All sources of error of the change over what counts, as the assessment took them apart."""
    whole, rates = issued_change(document), rate_rows(document)
    return [
        {
            "kind": row["kind"],
            "kind_said": word(ERROR_KINDS, row["kind"]),
            "name": word(ERROR_SOURCES, row["source"]),
            "ecosystem": "",
            "variance": row["se"] ** 2,
            "se_tco2e": row["se"] * float(CO2E_PER_C),
            "rates": (own := rates_of(row["source"], rates)),
            "weak": weakest(own),
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
                    "kind_said": word(ERROR_KINDS, SAMPLING),
                    "name": names.say("stratum", stratum["stratum"]),
                    "ecosystem": stratum["ecosystem"],
                    "variance": (se * stratum["area_ha"]) ** 2,
                    "se_tco2e": se * stratum["area_ha"],
                    "rates": [],
                    "weak": None,
                }
            )
    return found
