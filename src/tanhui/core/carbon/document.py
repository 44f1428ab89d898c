"""The evaluation as one document: plain values, the same bytes for the same survey and method.

Quantities are floats of twelve significant digits, milligrams are whole numbers. The document names its sources
and closes with `estimate_hash`, the SHA-256 of the canonical JSON of everything else in it.
"""

from collections.abc import Sequence
from fractions import Fraction

from tanhui.core.canonical import canonical_json, hash_without
from tanhui.core.carbon.document_rows import (
    Document,
    density_rows,
    estimate_rows,
    flux_rows,
    number,
    pair_rows,
    period_document,
    round_rows,
    soil_rule_rows,
    stratum_rows,
)
from tanhui.core.carbon.document_science import science_part
from tanhui.core.carbon.method import Method
from tanhui.core.carbon.sampling import t_value
from tanhui.core.carbon.stocks import Stocks
from tanhui.core.carbon.strata import StratumResult
from tanhui.core.carbon.verdict import Verdict
from tanhui.core.carbon.whole import Whole
from tanhui.core.units import MG_PER_T

__all__ = ["Document", "canonical_json", "document_hash", "evaluation_document"]


def document_hash(document: Document) -> str:
    """SHA-256 of a document without the hash it may carry."""
    return hash_without(document, "estimate_hash")


def evaluation_document(
    head: Document, stocks: Stocks, results: Sequence[StratumResult], whole: Whole, verdict: Verdict
) -> Document:
    """`head` (outcome, reasons, flags) with everything that led to it."""
    document = head | _survey_part(stocks) | _removal_part(verdict, whole, stocks.method)
    document |= {
        "plot_densities": density_rows(stocks),
        "estimates": estimate_rows(stocks, results, whole),
        "strata": stratum_rows(stocks, results),
        "soil_rules": soil_rule_rows(stocks, results, whole),
        "pairs": pair_rows(stocks),
        "fluxes": flux_rows(stocks),
        "sources": _sources(stocks.method),
    }
    document = science_part(document, stocks, results)
    return document | {"estimate_hash": document_hash(document)}


def _survey_part(stocks: Stocks) -> Document:
    survey, method = stocks.survey, stocks.method
    return {
        "method": {
            "id": method.id,
            "version": method.version,
            "hash": method.hash,
            "title_zh": method.title_zh,
            "title_en": method.title_en,
        },
        "survey_hash": survey.hash,
        "plots": len({visit.plot for visit in survey.visits if visit.measured}),
        "trees": len(survey.table("trees.csv")),
        "rounds": round_rows(stocks),
        "period": period_document(stocks),
    }


def _removal_part(verdict: Verdict, whole: Whole, method: Method) -> Document:
    removal, issued = verdict.removal, verdict.issuance
    df = removal.df if removal is not None and verdict.half_width_tco2e is not None else None
    return {
        "area_ha": number(whole.area_ha),
        "removal_tco2e": number(None if removal is None else removal.value),
        "half_width_tco2e": number(verdict.half_width_tco2e),
        "uncertainty_percent": number(verdict.uncertainty_percent),
        "df": df,
        "t_value": number(None if df is None else t_value(df, method.value("confidence_level"))),
        "confidence_level": number(method.value("confidence_level")),
        "deduction": _deduction(verdict, method),
        "baseline_tco2e": number(method.value("baseline_tco2e")),
        "leakage_tco2e": number(method.value("leakage_tco2e")),
        "buffer": {"share_ppm": int(method.value("buffer_ppm"))},
        "buffer_t": number(Fraction(issued.buffer_mg, MG_PER_T)),
        "issuable_t": issued.issuable_t,
        "issuable_mg": issued.issuable_mg,
        "buffer_mg": issued.buffer_mg,
    }


def _deduction(verdict: Verdict, method: Method) -> Document:
    """The deduction and every step of the sum, from the removal to the owner's tonnes."""
    deducted, issued = verdict.deducted, verdict.issuance
    share = None if deducted is None else deducted.share_percent
    taken = None if deducted is None else deducted.deducted_tco2e
    net = None if deducted is None else deducted.net_tco2e
    amounts: list[tuple[str, Fraction | float | None]] = [
        ("removal", None if verdict.removal is None else verdict.removal.value),
        ("half_width", verdict.half_width_tco2e),
        ("deducted", taken),
        ("baseline", method.value("baseline_tco2e")),
        ("leakage", method.value("leakage_tco2e")),
        ("whole_tonnes", Fraction(issued.issuable_mg, MG_PER_T)),
        ("buffer", Fraction(issued.buffer_mg, MG_PER_T)),
        ("owner", Fraction(issued.issuable_mg - issued.buffer_mg, MG_PER_T)),
    ]
    return {
        "rule": method.deduction.rule,
        "of": method.deduction.of,
        "share_percent": number(share),
        "deducted_tco2e": number(taken),
        "net_tco2e": number(net),
        "steps": [{"step": step, "tco2e": number(amount)} for step, amount in amounts],
    }


def _sources(method: Method) -> list[Document]:
    """Where each number of the method comes from, and how sure that is."""
    rows: list[Document] = [
        {
            "kind": "parameter",
            "name": parameter.name,
            "value": number(parameter.value),
            "unit": parameter.unit,
            "source": parameter.source,
            "confidence": parameter.confidence,
        }
        for parameter in method.parameters.values()
    ]
    equations = {
        (equation.species, equation.source, equation.confidence)
        for found in method.equations.values()
        for equation in found
        if equation.enabled
    }
    rows += [
        {"kind": "equation", "name": species, "source": source, "confidence": confidence}
        for species, source, confidence in sorted(equations)
    ]
    return rows + [{"kind": "lineage", "name": method.id, "source": source} for source in method.lineage]
