"""Decide where a parcel's period goes: CCER reserve, else ticket, else monitoring only. Never two of them.

Every condition of both routes is judged and listed, whatever the outcome. A route is open only when all of its
conditions are met, so a fact that is not known never promotes, and neither does one that disqualifies.
"""

from collections.abc import Mapping
from typing import NamedTuple

from tanhui.core.triage.judge import judge
from tanhui.core.triage.model import Outcome, Route, Table, Verdict
from tanhui.core.triage.values import Value, written

OUTCOME_OF = {Route.CCER: Outcome.CCER_RESERVE, Route.TICKET: Outcome.TICKET}
WEAK = frozenset({"memory-med", "memory-low"})


class Finding(NamedTuple):
    """The verdict on one condition, with the value it was given on. `value` is None where nothing is known."""

    condition: str
    group: str
    verdict: Verdict
    fact: str
    value: str | None


class RouteFinding(NamedTuple):
    """A whole route: met, failed, or unknown where nothing fails and something is not known."""

    route: Route
    verdict: Verdict
    findings: tuple[Finding, ...]

    def named(self, verdict: Verdict) -> tuple[str, ...]:
        return tuple(finding.condition for finding in self.findings if finding.verdict == verdict)

    @property
    def asked(self) -> tuple[str, ...]:
        """The facts that would have to be known to settle this route, in the table's order."""
        unknown = [finding.fact for finding in self.findings if finding.verdict == Verdict.UNKNOWN]
        return tuple(dict.fromkeys(unknown))


class Caution(NamedTuple):
    """What a reader of the decision should know: a stable code, and the names it is about."""

    code: str
    names: tuple[str, ...]


class Decision(NamedTuple):
    """One outcome, both routes, the exemptions from proving additionality, and what to be careful about."""

    outcome: Outcome
    routes: tuple[RouteFinding, ...]
    exemptions: tuple[str, ...]
    cautions: tuple[Caution, ...]

    def route(self, route: Route) -> RouteFinding:
        return next(found for found in self.routes if found.route == route)


def decide(table: Table, facts: Mapping[str, Value]) -> Decision:
    """Apply the table to facts as `read_facts` gives them; a fact that is missing is not known."""
    routes = tuple(_route(table, route, facts) for route in Route)
    opened = next((found.route for found in routes if found.verdict == Verdict.MET), None)
    outcome = OUTCOME_OF[opened] if opened else Outcome.MONITORING_ONLY
    exemptions = tuple(
        finding.condition
        for found in routes
        for finding in found.findings
        if finding.group == "additionality" and finding.verdict == Verdict.MET
    )
    return Decision(outcome, routes, exemptions, _cautions(table, outcome, routes))


def _route(table: Table, route: Route, facts: Mapping[str, Value]) -> RouteFinding:
    findings = tuple(
        Finding(
            condition.name,
            condition.group,
            judge(condition, facts),
            condition.test.fact,
            written(facts.get(condition.test.fact)),
        )
        for condition in table.of_route(route)
    )
    return RouteFinding(route, _together(findings), findings)


def _together(findings: tuple[Finding, ...]) -> Verdict:
    """All conditions that stand alone, and of each group at least one."""
    verdicts = {finding.verdict for finding in findings if not finding.group}
    for group in dict.fromkeys(finding.group for finding in findings if finding.group):
        verdicts.add(any_of({finding.verdict for finding in findings if finding.group == group}))
    if Verdict.FAILED in verdicts:
        return Verdict.FAILED
    return Verdict.UNKNOWN if Verdict.UNKNOWN in verdicts else Verdict.MET


def any_of(verdicts: set[Verdict]) -> Verdict:
    """Return the verdict on a group of which one is enough."""
    if Verdict.MET in verdicts:
        return Verdict.MET
    return Verdict.UNKNOWN if Verdict.UNKNOWN in verdicts else Verdict.FAILED


def _cautions(table: Table, outcome: Outcome, routes: tuple[RouteFinding, ...]) -> tuple[Caution, ...]:
    """A higher route that is not ruled out, and rules of weak evidence among those that decided."""
    found = []
    for route in routes:
        if OUTCOME_OF[route.route] == outcome:
            break
        if route.verdict == Verdict.UNKNOWN:
            found.append(Caution(f"{route.route}_open", route.asked))
    deciding = _deciding(outcome, routes)
    weak = tuple(row.name for row in table.conditions if row.name in deciding and row.confidence in WEAK)
    if weak:
        found.append(Caution("weak_rules", weak))
    return tuple(found)


def _deciding(outcome: Outcome, routes: tuple[RouteFinding, ...]) -> set[str]:
    """The conditions without which the outcome would be another: what failed above it, what was met for it."""
    names: set[str] = set()
    for route in routes:
        if OUTCOME_OF[route.route] == outcome:
            return names | set(route.named(Verdict.MET))
        names |= set(route.named(Verdict.FAILED))
    return names
