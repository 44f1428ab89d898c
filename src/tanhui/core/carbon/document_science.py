"""What methods of the second format add to the document: evidence beside each result, outliers, flux balances."""

from collections.abc import Mapping, Sequence

from tanhui.core.carbon.document_rows import Document, number
from tanhui.core.carbon.evidence import Evidence, evidence
from tanhui.core.carbon.sampling import Estimate
from tanhui.core.carbon.stocks import Stocks
from tanhui.core.carbon.strata import ALL, StratumResult
from tanhui.core.carbon.wetland import Balance, balances, stratum_balances

_DOMAINS = {"plot_densities": "stratum", "estimates": "domain", "strata": "stratum"}
"""Tables whose rows carry the mark of the weakest number behind them, and the column that names their domain."""


def science_part(document: Document, stocks: Stocks, results: Sequence[StratumResult]) -> Document:
    """The document with these parts; one of the first format as it is, for old results never change."""
    method = stocks.method
    if method.format == 1:
        return document
    found = evidence(stocks, results)
    marks = {(row.domain, row.pool): row.confidence for row in found}
    rules: Document = {
        "status": method.status,
        "tickets": method.tickets,
        "soil": method.soil.decides,
        "soil_depth_cm": number(method.soil.depth_cm),
    }
    added: Document = {table: _marked(document[table], column, marks) for table, column in _DOMAINS.items()}
    added |= {"rules": rules, "evidence": [_evidence_row(row) for row in found]}
    added |= {"outliers": _outlier_rows(stocks), "flux_balance": _balance_rows(stocks)}
    return document | added


def _marked(rows: object, column: str, marks: Mapping[tuple[str, str], str]) -> list[Document]:
    """Rows with the mark of what they rest on; one of a stratum as a whole rests on all its pools."""
    assert isinstance(rows, list)
    return [row | {"confidence": marks.get((row[column], row.get("pool", ALL)))} for row in rows]


def _evidence_row(row: Evidence) -> Document:
    return dict(row._asdict())


def _outlier_rows(stocks: Stocks) -> list[Document]:
    return [
        {
            "plot": outlier.visited.plot,
            "round": outlier.visited.round,
            "pool": outlier.visited.pool,
            "carbon_t_ha": number(stocks.densities[outlier.visited].carbon_t_ha),
            "low": number(outlier.bound.low),
            "high": number(outlier.bound.high),
            "species": outlier.bound.species,
            "source": outlier.bound.source,
            "confidence": outlier.bound.confidence,
        }
        for outlier in stocks.outliers
    ]


def _balance_rows(stocks: Stocks) -> Document:
    """Balances of plots in whatever they were measured over, and means of strata over whole years."""
    found = balances(stocks.survey, stocks.method)
    confidence = stocks.method.value("confidence_level")
    return {
        "plots": [_plot_row(balance) for balance in found],
        "strata": [
            {
                "stratum": row.stratum,
                "year": row.year,
                "gases": list(row.gases),
                **_figures(row.per_ha, "t_ha_a"),
                "half_width": number(row.per_ha.half_width(confidence)),
                "total_t_a": number(row.total_t.value if row.total_t else None),
                "n": row.per_ha.n,
            }
            for row in stratum_balances(stocks, found)
        ],
    }


def _figures(estimate: Estimate, unit: str) -> Document:
    return {f"co2e_{unit}": number(estimate.value), "se": number(estimate.se)}


def _plot_row(balance: Balance) -> Document:
    se = Estimate(1, balance.co2e_t_ha, balance.variance, 0).se
    return {
        "plot": balance.plot,
        "year": balance.year,
        "period": balance.period,
        "annual": not balance.period,
        "by_gas": {gas: number(amount) for gas, amount in sorted(balance.by_gas.items())},
        "missing": list(balance.missing),
        "co2e_t_ha": number(balance.co2e_t_ha),
        "se": number(se),
    }
