"""The workplace as its people use it: forms filled in and sent, from the application to the certificate."""

import pytest
from django.urls import reverse

from addresses import WHO
from clerks import STEPS, TYPED, Clerk, apply_for, step, survey_upload, typed_for, walk_to
from paper import paper, quantities_mg
from standing import row_counts
from tanhui.certification.models import Estimate, Project, Survey
from tanhui.core.audit import canonical_json
from tanhui.people.models import Role, TrailEntry
from tanhui.registry.models import Lot, Order, Retirement
from walk import DOERS

STATES = ("accepted", "measured", "reviewed", "certified", "on_notice", "on_notice", "issued")
ISSUED_MG = 7_582_000_000_000


def test_the_front_page_of_an_empty_house_says_so(db, client):
    said = paper(client.get("/")).text
    for words in ("还没有认定过的碳汇量", "账上还没有制发过", "还没有注销过", "还没有样地"):
        assert words in said
    assert client.get("/books/").status_code == 200
    assert client.get("/zones/").status_code == 200


def test_a_region_without_a_project_has_its_map(region, client):
    assert "22 个片区" in paper(client.get("/")).text
    assert "还没有批次" in paper(client.get("/books/")).text


def test_a_project_goes_its_way_by_forms_alone(people, small_survey):
    url = apply_for("按表办的项目")
    project = Project.objects.get()
    assert (project.name_zh, project.state, project.owner.code) == ("按表办的项目", "applied", "farm")
    for act, state in zip(STEPS, STATES, strict=True):
        assert TYPED[act]["reason"] not in Clerk("gaojie").open(url).text
        answer = step(url, act, small_survey)
        project.refresh_from_db()
        assert project.state == state, act
        assert TYPED[act]["reason"] in Clerk("gaojie").open(url).text
    receipt = paper(answer).text
    lot = Lot.objects.get()
    assert lot.issued_mg == ISSUED_MG
    for said in ("已记账", "王强经办，乌云复核", f"1 – {lot.issued_mg:,}", lot.lot):
        assert said in receipt, said
    assert quantities_mg(answer.content.decode()) == [lot.issued_mg - lot.buffer_mg, lot.buffer_mg, lot.issued_mg]
    assert [entry.act for entry in TrailEntry.objects.filter(subject=project.number)] == ["apply", *STEPS]


def test_a_zip_measures_the_same_as_its_files(people, small_survey):
    found = []
    for zipped in (False, True):
        url = walk_to("accept", small_survey)
        typed = {**TYPED["measure"], "files": survey_upload(small_survey, zipped=zipped)}
        assert Clerk("naren").press(url, {"act": "measure"}, **typed).status_code == 302
        document = Estimate.objects.latest("pk")
        found.append(canonical_json(document.document))
        reason = {"reason": "退回，改用另一份。"}
        assert Clerk("surina").press(url, {"act": "give_back"}, **reason).status_code == 302
    assert found[0] == found[1]
    assert set(Project.objects.values_list("state", flat=True)) == {"returned"}


def test_every_fault_of_a_survey_is_shown_with_its_place_and_nothing_is_written(people, small_survey):
    url = walk_to("accept", small_survey)
    lines = small_survey["trees.csv"].decode().splitlines()
    lines[3] = lines[3].replace(",20,", ",-20,")
    lines[5] = lines[5].replace("A3,", "Z9,")
    bad = {**small_survey, "trees.csv": "\n".join(lines).encode() + b"\n"}
    bad["visits.csv"] = small_survey["visits.csv"].replace(b"2020-07-01", b"2020-17-01", 1)
    before = row_counts()
    answer = Clerk("naren").press(url, {"act": "measure"}, **typed_for("measure", bad))
    page = paper(answer)
    assert (answer.status_code, row_counts()) == (422, before)
    assert Project.objects.get().state == "accepted"
    places = ("trees.csv ，第 4 行 dbh_cm -20", "trees.csv ，第 6 行 plot Z9", "visits.csv ，第 2 行 date 2020-17-01")
    for said in ("都还没写入", *places):
        assert said in page.text, said
    assert TYPED["measure"]["reason"] in page.text, "the reason that was typed is gone"
    assert page.form(act="measure")


def test_the_method_that_was_chosen_stays_chosen_after_faults(people, small_survey):
    url = walk_to("accept", small_survey)
    bad = {name: content for name, content in small_survey.items() if name != "strata.csv"}
    page = paper(Clerk("naren").press(url, {"act": "measure"}, **typed_for("measure", bad)))
    chosen = [told["value"] for tag, told in page.tags if tag == "option" and "selected" in told]
    assert chosen == ["published-tree-biomass"]
    assert "strata.csv" in page.text


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("survey.zip", b"PK\x03\x04 this is no archive", "bad_zip"),
        ("notes.txt", b"hello", ""),
        ("trees.csv", b"\xff\xfe\x00", ""),
        ("trees.csv", b"", ""),
        ("plots.csv", b"plot,stratum\nA\0,B\n", ""),
    ],
)
def test_files_that_are_no_survey_are_refused(people, small_survey, name, content, code):
    url = walk_to("accept", small_survey)
    before = row_counts()
    answer = Clerk("naren").press(
        url, {"act": "measure"}, reason="试试。", files=[*survey_upload({name: content or b" "})]
    )
    assert answer.status_code in {409, 422}
    assert code in paper(answer).text
    assert row_counts() == before


def test_a_zero_byte_in_a_table_is_a_fault_and_no_crash(people, small_survey):
    url = walk_to("accept", small_survey)
    bad = {name: content.replace(b"A1", b"A\x001") for name, content in small_survey.items()}
    before = row_counts()
    answer = Clerk("naren").press(url, {"act": "measure"}, **typed_for("measure", bad))
    assert (answer.status_code, row_counts()) == (422, before)


def test_no_file_at_all_is_refused_and_the_reason_kept(people, small_survey):
    url = walk_to("accept", small_survey)
    answer = Clerk("naren").press(url, {"act": "measure"}, reason="忘了选文件。")
    page = paper(answer)
    assert answer.status_code == 409
    assert "no_files" in page.text
    assert "忘了选文件。" in page.text


@pytest.mark.parametrize("act", [*STEPS, "give_back"])
def test_a_form_sent_twice_is_done_once(people, small_survey, act):
    before = STEPS[STEPS.index(act) - 1] if act in STEPS[1:] else None
    url = walk_to(before, small_survey) if before else apply_for()
    clerk = Clerk(DOERS.get(act, "batu"))
    typed = typed_for(act, small_survey) if act in STEPS else {"reason": "退。"}
    first, second = clerk.twice(url, {"act": act}, **typed)
    assert first.status_code in {200, 302}
    assert second.status_code in {200, 302, 409}
    assert TrailEntry.objects.filter(act=act, subject__contains="-P-").count() == 1, act
    assert Order.objects.count() == (1 if act in {"request_issue", "approve_issue"} else 0)
    assert Survey.objects.count() == (1 if act in STEPS[1:] else 0)
    if act == "approve_issue":
        assert paper(second).text == paper(first).text
        assert Lot.objects.get().issued_mg == ISSUED_MG


def test_an_application_sent_twice_is_one_project(people):
    typed = {"name_zh": "只有一个", "owner": "farm", "reason": "申请。"}
    first, second = Clerk("zhaogang").twice(reverse("desk"), {"act": "apply"}, **typed)
    assert first.url == second.url
    assert Project.objects.count() == 1


@pytest.mark.parametrize("act", STEPS[1:])
def test_an_act_before_its_turn_is_refused(people, small_survey, act):
    if act == "approve_issue":
        return
    url, before = apply_for(), row_counts()
    body = {"act": act, "command": "00" * 16, **typed_for(act, small_survey)}
    answer = Clerk(DOERS[act]).client.post(url, body)
    assert (answer.status_code, row_counts()) == (409, before)
    assert "wrong_step" in paper(answer).text


def test_every_act_is_refused_to_every_other_role(people, small_survey):
    """At each step of a project all other roles try the act that is due. Only then the right person does it."""
    url = apply_for()
    for act in STEPS:
        before = row_counts()
        for role in set(Role.values) - {people[DOERS[act]].role}:
            body = {"act": act, "command": "00" * 16, **typed_for(act, small_survey)}
            body |= {"order": Order.objects.get().number} if act == "approve_issue" else {}
            answer = Clerk(WHO[role]).client.post(url, body)
            assert answer.status_code in {404, 409}, (act, role)
            assert answer.status_code == 404 or "wrong_role" in paper(answer).text, (act, role)
        assert row_counts() == before, act
        step(url, act, small_survey)
    assert Project.objects.get().state == "issued"


def test_nobody_does_two_acts_of_one_project(people, small_survey):
    """The same person is shown no form, and a form sent all the same is refused."""
    url = apply_for()
    done: list[str] = []
    for act in STEPS:
        for earlier in (person for person in done if people[person].role == people[DOERS[act]].role):
            page = Clerk(earlier).open(url)
            assert not [form for form in page.forms if form.carries.get("act") == act]
            body = {"act": act, "command": "00" * 16, **typed_for(act, small_survey)}
            body |= {"order": Order.objects.get().number} if act == "approve_issue" else {}
            before, answer = row_counts(), Clerk(earlier).client.post(url, body)
            assert (answer.status_code, row_counts()) == (409, before), (act, earlier)
            assert "same_person" in paper(answer).text
        step(url, act, small_survey)
        done.append(DOERS[act])
    assert Lot.objects.count() == 1


def test_an_act_without_a_reason_is_not_done(people, small_survey):
    url = apply_for()
    before = row_counts()
    answer = Clerk("batu").press(url, {"act": "accept"}, reason="   ", survey_only="yes")
    assert (answer.status_code, row_counts()) == (409, before)
    assert "reason_missing" in paper(answer).text


@pytest.mark.parametrize("days", ["", "-1", "61", "0.5", "七", "9999999", "1e1"])
def test_the_days_of_a_notice_are_a_whole_number_within_limits(people, small_survey, days):
    url = walk_to("certify", small_survey)
    answer = Clerk("limin").press(url, {"act": "publish_notice"}, reason="公示。", days=days)
    assert answer.status_code == 409
    assert "bad_notice_days" in paper(answer).text
    assert Project.objects.get().state == "certified"


def test_a_running_notice_shows_no_form_and_refuses_the_issue(people, small_survey):
    url = walk_to("certify", small_survey)
    assert Clerk("limin").press(url, {"act": "publish_notice"}, reason="公示。", days="7").status_code == 302
    clerk = Clerk("wangqiang")
    page = clerk.open(url)
    assert not [form for form in page.forms if form.carries.get("act") == "request_issue"]
    assert "才满" in page.text
    answer = clerk.client.post(url, {"act": "request_issue", "command": "00" * 16, "reason": "等不及。"})
    assert answer.status_code == 409
    assert "notice_running" in paper(answer).text
    assert Order.objects.count() == 0


def test_an_act_that_nobody_knows_changes_nothing(people, small_survey):
    url, before = apply_for(), row_counts()
    for act in ("", "delete", "__class__"):
        answer = Clerk("batu").client.post(url, {"act": act, "reason": "试试。"})
        assert answer.status_code == 400
        assert "unknown_act" in paper(answer).text
    assert row_counts() == before


def test_a_refused_application_keeps_what_was_typed(people):
    answer = Clerk("zhaogang").press(
        reverse("desk"), {"act": "apply"}, name_zh=" ", name_en="Kept name", owner="farm", reason="要留住的理由。"
    )
    page = paper(answer)
    assert answer.status_code == 409
    assert "name_missing" in page.text
    assert "要留住的理由。" in page.text
    assert page.form(act="apply").carries.get("name_en") == "Kept name"


def test_the_desk_shows_each_person_what_waits_for_them_and_nobody_else(people, small_survey):
    url = apply_for("轮到谁")
    for act in STEPS:
        rail = {name: waits(name) for name in people}
        right = DOERS[act]
        free = {name for name in people if people[name].role == people[right].role}
        busy = {entry.person.username for entry in TrailEntry.objects.filter(act__in=["apply", *STEPS])}
        assert {name for name, titles in rail.items() if "轮到谁" in titles} == free - busy, act
        step(url, act, small_survey)
    assert not any(waits(name) for name in people)


def waits(username: str) -> list[str]:
    """The titles in the list of what waits for a person."""
    content = Clerk(username).client.get(reverse("desk")).content.decode()
    found = content.partition('<ul class="todo">')[2].partition("</ul>")[0]
    return [part.partition("</b>")[0] for part in found.split("<b>")[1:]]


def test_the_desk_finds_and_filters(people, small_survey):
    walk_to("accept", small_survey, "甲项目")
    apply_for("乙项目")
    clerk = Clerk("batu")
    shown = {
        query: {name for name in ("甲项目", "乙项目") if name in matters(clerk, query)}
        for query in ("", "?mine=mine", "?text=甲", "?text=farm-none", "?kind=order", "?kind=project&mine=all")
    }
    assert shown == {
        "": {"甲项目", "乙项目"},
        "?mine=mine": {"乙项目"},
        "?text=甲": {"甲项目"},
        "?text=farm-none": set(),
        "?kind=order": set(),
        "?kind=project&mine=all": {"甲项目", "乙项目"},
    }


def matters(clerk: Clerk, query: str) -> str:
    return clerk.client.get(reverse("desk") + query).content.decode().partition('id="matters"')[2]


def test_what_cannot_be_issued_is_said_and_not_reviewed(people, small_survey):
    """One plot of a stratum left: no sampling error, nothing to issue, and the reviewer gets no form."""
    few = {
        name: b"\n".join(line for line in content.split(b"\n") if not line.startswith((b"B2", b"B3")))
        for name, content in small_survey.items()
    }
    url = walk_to("accept", small_survey)
    assert Clerk("naren").press(url, {"act": "measure"}, **typed_for("measure", few)).status_code == 302
    assert Estimate.objects.get().outcome == "nothing_to_issue"
    clerk = Clerk("chenli")
    page = clerk.open(url)
    assert not [form for form in page.forms if form.carries.get("act") == "review"]
    assert "没有可以制发的量" in page.text
    answer = clerk.client.post(url, {"act": "review", "reason": "签了再说。"})
    assert answer.status_code == 409
    assert "nothing_to_issue" in paper(answer).text
    assert Retirement.objects.count() == 0
