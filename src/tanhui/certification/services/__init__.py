"""The acts of certification, in their order. Each is done by another person, in one transaction, and leaves a trail.

apply → choose_parcels → accept → measure → review → certify → publish_notice → (issue, in registry);
give_back at any point before.
"""

from tanhui.certification.services.measure import measure
from tanhui.certification.services.parcels import choose_parcels
from tanhui.certification.services.steps import (
    accept,
    apply,
    begin_issue,
    certify,
    end_issue,
    give_back,
    publish_notice,
    review,
)

__all__ = [
    "accept",
    "apply",
    "begin_issue",
    "certify",
    "choose_parcels",
    "end_issue",
    "give_back",
    "measure",
    "publish_notice",
    "review",
]
