"""What is checked before somebody signs: each line was computed for this page, none is a promise."""

from typing import Any

from django.utils.translation import gettext as _

from tanhui.certification.models import Estimate, Project
from tanhui.certification.queries import latest_estimate, survey_files
from tanhui.core.audit import canonical_json
from tanhui.core.carbon.digest import survey_digest
from tanhui.core.carbon.evaluate import evaluate
from tanhui.core.carbon.method import load_method
from tanhui.core.carbon.survey import parse_survey
from tanhui.kit import clock
from tanhui.people.queries import spoken, trail

Row = dict[str, Any]


def checks_of(project: Project, *, recompute: bool) -> list[Row]:
    """Return the checks of a project. With `recompute` the estimate is computed again and compared to the digit."""
    estimate = latest_estimate(project)
    if estimate is None:
        return []
    found = [_survey_unchanged(estimate)]
    if recompute:
        found.append(_same_digits(estimate))
    found += [_apart(project), *_signed(project)]
    if project.notice_until is not None:
        found.append(_notice(project))
    return found


def _check(ok: bool, sentence: str, when: str = "") -> Row:  # noqa: FBT001 - the answer of a check
    return {"ok": ok, "sentence": sentence, "when": when}


def _survey_unchanged(estimate: Estimate) -> Row:
    same = survey_digest(survey_files(estimate.survey)).root_hex == estimate.survey.root_hex
    sentence = _("测量数据和入库时一个字节不差") if same else _("测量数据和入库时不一样")
    return _check(same, sentence, _("刚才核对"))


def _same_digits(estimate: Estimate) -> Row:
    method = load_method(estimate.method, estimate.method_version)
    again = evaluate(parse_survey(survey_files(estimate.survey)), method).document()
    same = canonical_json(again) == estimate.document
    sentence = _("用今天的程序重算，数字一位不差") if same else _("用今天的程序重算，数字不一样")
    return _check(same, sentence, _("刚才重算"))


def _apart(project: Project) -> Row:
    # Who applies also says for which land: one application in two acts.
    done = [entry for entry in trail(project.number) if entry.act != "choose_parcels"]
    people = [entry.person_id for entry in done]
    acts = {(entry.person_id, entry.act) for entry in done}
    apart = len(set(people)) == len(acts)
    return _check(
        apart, _("每一步由不同的人办") if apart else _("有人办了两步"), _("%(count)s 人") % {"count": len(set(people))}
    )


def _signed(project: Project) -> list[Row]:
    return [
        _check(
            True,
            _("%(name)s 签了评审意见") % {"name": spoken(entry.person)},
            f"{entry.at.astimezone(clock.LOCAL):%m-%d}",
        )
        for entry in trail(project.number)
        if entry.act == "review"
    ]


def _notice(project: Project) -> Row:
    assert project.notice_until is not None
    over = clock.now() >= project.notice_until
    until = f"{project.notice_until.astimezone(clock.LOCAL):%m-%d %H:%M}"
    return _check(over, _("公示期满") if over else _("公示还没有期满"), until)
