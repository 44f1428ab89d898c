"""Where a lot comes from: which project, which period, and the hashes of the evidence behind it."""

from typing import NamedTuple

from tanhui.core.ledger.shape import Malformed, require_hashes, require_ids


class Season(NamedTuple):
    """One period of one project. It is issued once, or never: this is the rule against double counting."""

    project: str
    period: str


class Origin(NamedTuple):
    """What a lot was issued on. The hashes fix the survey, the method and the estimate to the last digit."""

    project: str
    period: str
    survey_hash: bytes
    method_hash: bytes
    estimate_hash: bytes

    @property
    def season(self) -> Season:
        return Season(self.project, self.period)


def require_origin(origin: object) -> None:
    """Raise Malformed unless this is an origin and every part of it has its shape."""
    if not isinstance(origin, Origin):
        raise Malformed("a lot needs an origin")
    require_ids(project=origin.project, period=origin.period)
    require_hashes(
        survey_hash=origin.survey_hash,
        method_hash=origin.method_hash,
        estimate_hash=origin.estimate_hash,
    )
