"""What a design can be refused for: a code for programs and the facts that a sentence about it needs."""

REFUSALS: frozenset[str] = frozenset(
    {
        "area_unknown",
        "confidence_out_of_range",
        "cost_not_positive",
        "crews_not_positive",
        "design_too_large",
        "error_out_of_range",
        "land_empty",
        "land_too_wide",
        "layout_unknown",
        "mean_not_positive",
        "no_room",
        "no_strata",
        "no_variance",
        "panels_do_not_fit",
        "plots_too_few",
        "plots_too_many",
        "qc_share_out_of_range",
        "reserve_share_out_of_range",
        "schedule_out_of_range",
        "sd_negative",
        "seed_out_of_range",
        "spacing_negative",
        "stratum_repeated",
        "stratum_without_land",
    }
)
"""All of them. Codes are for ever."""


class DesignRefusal(Exception):  # noqa: N818 - the design is refused; the word is the house's
    """No design can be made of this request. `facts` are plain values: the stratum, the number given, the limit."""

    def __init__(self, code: str, **facts: object) -> None:
        assert code in REFUSALS, f"a refusal without a name: {code}"
        super().__init__(code)
        self.code = code
        self.facts = facts
