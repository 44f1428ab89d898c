"""Bring a project to any of its states, each act by the person whose turn it is."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from tanhui.certification.services import accept, apply, certify, measure, publish_notice, review
from tanhui.people.models import Person
from tanhui.registry.services import approve, request_issue

People = Mapping[str, Any]
Files = Mapping[str, bytes]
AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
METHOD = "published-tree-biomass"
STEPS = ("apply", "accept", "measure", "review", "certify", "publish_notice", "request_issue", "approve_issue")
DOERS = {
    "apply": "zhaogang",
    "accept": "batu",
    "measure": "naren",
    "review": "chenli",
    "certify": "surina",
    "publish_notice": "limin",
    "request_issue": "wangqiang",
    "approve_issue": "wuyun",
}


def signature(person: Person, reason: str = "有理由。") -> dict[str, Any]:
    return {"by": person, "reason": reason, "at": AT}


class Walk:
    """One project on its way. `do` does one act, `to` all acts up to and with one."""

    def __init__(self, people: People, files: Files, key: str = "walk") -> None:
        self.people, self.files, self.key = people, files, key
        self.number = ""
        self.command_id = key.encode().ljust(16, b"-")[:16]

    def do(self, act: str, *, by: str = "", reason: str = "有理由。") -> Any:
        signed = signature(self.people[by or DOERS[act]], reason)
        return self._acts()[act](**signed)

    def to(self, last: str) -> "Walk":
        for act in STEPS[: STEPS.index(last) + 1]:
            self.do(act)
        return self

    def _acts(self) -> Mapping[str, Callable[..., Any]]:
        named = {"number": self.number}
        return {
            "apply": self._apply,
            "accept": lambda **signed: accept(**named, survey_only=True, **signed),
            "measure": lambda **signed: measure(**named, files=self.files, method=METHOD, **signed),
            "review": lambda **signed: review(**named, **signed),
            "certify": lambda **signed: certify(**named, **signed),
            "publish_notice": lambda **signed: publish_notice(**named, days=0, **signed),
            "request_issue": self._request_issue,
            "approve_issue": self._approve_issue,
        }

    def _apply(self, **signed: object) -> object:
        owner = self.people["zhaogang"].organisation
        project = apply(name_zh="小样", name_en="", owner=owner, region_code="BT", key=self.key, **signed)
        self.number = project.number
        return project

    def _request_issue(self, **signed: object) -> object:
        self.order = request_issue(number=self.number, region_code="BT", command_id=self.command_id, **signed)
        return self.order

    def _approve_issue(self, **signed: object) -> object:
        return approve(number=self.order.number, **signed)
