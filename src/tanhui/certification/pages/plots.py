"""The plot that stands for a project on its page: the one whose growth is nearest to the middle."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language

from tanhui.certification.models import Estimate, Survey
from tanhui.certification.queries import document_of, survey_files
from tanhui.monitoring.readout.plots import described_plot

KEPT = 64


def example_plot(survey: Survey, document: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the forest plot whose growth is nearest to the middle of all, or None where no trees were measured.

    A survey and its estimate never change, so what was gathered from a whole survey is kept for the next reader.
    """
    return _example(survey.pk, survey.root_hex, document["estimate_hash"], get_language() or "")


@lru_cache(maxsize=KEPT)
def _example(survey: int, _root_hex: str, _estimate_hash: str, _language: str) -> dict[str, Any] | None:
    """The hashes are part of the key: what is kept was made of these very bytes, in this language."""
    document = document_of(Estimate.objects.only("document").get(survey=survey))
    plot = _middle_plot(document)
    return described_plot(plot, survey_files(Survey.objects.get(pk=survey)), document) if plot else None


def _middle_plot(document: Mapping[str, Any]) -> str | None:
    changes: dict[str, float] = {}
    for row in document["plot_densities"]:
        if row["pool"] == "tree" and row["ecosystem"] == "forest" and row["carbon_t_ha"] is not None:
            sign = 1 if row["round"] == 2 else -1  # noqa: PLR2004 - the second round
            changes[row["plot"]] = changes.get(row["plot"], 0.0) + sign * float(row["carbon_t_ha"])
    ranked = sorted((change, plot) for plot, change in changes.items() if change)
    return ranked[len(ranked) // 2][1] if ranked else None
