"""Stable codes of what the evaluation says beside its numbers, and how they are gathered.

A *reason* stands against issuing; a *flag* is something a reader should know. Both carry parameters and no
sentence: the doors translate them.
"""

from collections.abc import Iterable
from typing import NamedTuple

REASON_CODES = (
    "method_on_trial",
    "method_for_monitoring",
    "one_round_only",
    "no_repeat_visits",
    "space_for_time",
    "area_unknown",
    "pool_missing",
    "ecosystem_not_covered",
    "wetland_monitoring_only",
    "fluxes_only",
    "species_without_equation",
    "height_missing",
    "tree_biomass_missing",
    "volume_without_factors",
    "factor_missing",
    "stratum_not_computable",
    "too_few_plots",
    "no_sampling_variance",
    "removal_not_positive",
    "too_uncertain",
    "less_than_one_tonne",
)
FLAG_CODES = (
    "full_text_not_at_hand",
    "low_confidence_parameter",
    "printed_error_used",
    "stated_stock_used",
    "equation_out_of_range",
    "equation_disabled",
    "surrogate_equation",
    "shrub_without_equation",
    "shrub_size_missing",
    "shrub_out_of_range",
    "density_out_of_bounds",
    "plots_not_revisited",
    "plots_not_measured",
    "measured_differently",
    "pool_partly_measured",
    "gravel_not_measured",
    "soil_depth_cut",
    "soil_profile_incomplete",
    "soil_rule_decides",
    "area_changed",
    "wetland_reported_only",
    "flux_not_annual",
    "flux_incomplete",
    "survey_warnings",
)
ASSESSMENT_CODES = (
    "strata_joined",
    "stratum_without_partner",
)
"""What an assessment says of its own steps; these stand in its notes and not in an evaluation."""

Value = str | int | float


class Note(NamedTuple):
    """A reason or flag: its code, and parameters sorted by name."""

    code: str
    params: tuple[tuple[str, Value], ...]

    def document(self) -> dict[str, object]:
        return {"code": self.code, "params": dict(self.params)}


def note(code: str, **params: Value) -> Note:
    """A note; asserts that its code is declared above, so that the doors can have words for all."""
    assert code in REASON_CODES or code in FLAG_CODES or code in ASSESSMENT_CODES, code
    return Note(code, tuple(sorted(params.items())))


def reasons(notes: Iterable[Note]) -> tuple[Note, ...]:
    """The notes that stand against issuing, in the order of the declaration, each once."""
    return _in_order(notes, REASON_CODES)


def flags(notes: Iterable[Note]) -> tuple[Note, ...]:
    return _in_order(notes, FLAG_CODES)


def _in_order(notes: Iterable[Note], codes: tuple[str, ...]) -> tuple[Note, ...]:
    chosen = {found for found in notes if found.code in codes}
    return tuple(sorted(chosen, key=lambda found: (codes.index(found.code), repr(found.params))))
