"""Lists of other schemes: imported whole and once, land compared exactly, names answered by a person."""

import io
from datetime import date, timedelta

import openpyxl
import pytest

from parcels import PERIOD, keep_parcels
from tanhui.core.triage.listing import ListingFaults
from tanhui.kit import clock
from tanhui.kit.problems import NotFoundProblem, Problem
from tanhui.land.models import Commitment, Hold, Likeness, ListedProject, ListingImport
from tanhui.land.queries.listings import likeness, likenesses, listing, open_likenesses, period_of
from tanhui.land.queries.overlap import claim_of, find_clashes
from tanhui.land.services.listings import answer_likeness, import_listing
from tanhui.people.models import Role

HEADING = "项目编号,项目名称,项目业主,县,状态,计入期开始,计入期结束,边界\n"
NAMED = "C-1,固阳造林碳汇项目,{owner},固阳县,已登记项目,2021-01-01,2041-01-01,\n"
BOUNDARY = "POLYGON((110.005 41,110.02 41,110.02 41.01,110.005 41.01,110.005 41))"
PLACED = f'C-2,某县造林碳汇项目,某公司,,1,2021-01-01,2041-01-01,"{BOUNDARY}"\n'


@pytest.fixture
def parcels(people):
    return keep_parcels(people)


def sent(people, text, *, by="batu", name="ccer.csv", **more):
    told = {
        "scheme": "ccer",
        "source": "自愿减排注册登记系统公示页",
        "as_of": date(2026, 7, 19),
        "name": name,
        "content": text.encode() if isinstance(text, str) else text,
        "by": people[by],
        "reason": "季度核对。",
        "at": clock.now(),
    }
    return import_listing(**(told | more))


def named(people):
    return HEADING + NAMED.format(owner=people["zhaogang"].organisation.name_zh)


def answered(people, question, *, same, parcels=None, by="batu", reason="核对了边界图。"):
    return answer_likeness(question=question, same=same, parcels=parcels, by=people[by], reason=reason, at=clock.now())


def test_a_list_with_boundaries_takes_land_at_once(people, parcels):
    batch = sent(people, HEADING + PLACED)
    assert (batch.rows_all, batch.rows_new, batch.rows_changed) == (1, 1, 0)
    clashes = find_clashes([claim_of(parcel) for parcel in parcels], PERIOD)
    assert [(clash.ours, clash.counts, clash.title) for clash in clashes] == [
        ("A-1", True, "某县造林碳汇项目"),
        ("A-2", True, "某县造林碳汇项目"),
    ]
    assert clashes[0].period_from == date(2021, 1, 1)


def test_a_list_of_names_raises_a_question_and_takes_nothing(people, parcels):
    sent(people, named(people))
    (question,) = likenesses()
    assert (question.answer, question.score_permille, question.county.name_zh) == ("open", 1000, "固阳县")
    assert Commitment.objects.count() == 0
    assert open_likenesses(parcels, PERIOD) == [question]
    assert open_likenesses(parcels, (date(2012, 1, 1), date(2013, 1, 1))) == []


def test_the_answer_that_it_is_the_same_land_takes_the_parcels(people, parcels):
    sent(people, named(people))
    answered(people, likenesses()[0], same=True, parcels=parcels[:2])
    rows = Commitment.objects.filter(state=Hold.LISTED).order_by("parcel_code")
    assert [(row.parcel_code, row.title) for row in rows] == [("A-1", "固阳造林碳汇项目"), ("A-2", "固阳造林碳汇项目")]
    assert open_likenesses(parcels, PERIOD) == []
    answered(people, likenesses()[0], same=False, reason="边界图不同。")
    assert not Commitment.objects.filter(state=Hold.LISTED).exists()
    answered(people, likenesses()[0], same=True)
    assert Commitment.objects.filter(state=Hold.LISTED).count() == 4


def test_the_same_file_is_one_import_and_the_same_row_no_change(people, parcels):
    first = sent(people, named(people))
    assert sent(people, named(people)).pk == first.pk
    later = sent(people, named(people) + PLACED)
    assert (later.rows_all, later.rows_new, later.rows_changed) == (2, 1, 0)
    assert ListedProject.objects.count() == 2
    assert Likeness.objects.count() == 1


def test_a_changed_row_replaces_the_old_and_keeps_what_was_answered(people, parcels):
    sent(people, named(people))
    answered(people, likenesses()[0], same=True, parcels=parcels[:1])
    later = sent(people, named(people).replace("2041-01-01", "2051-01-01"))
    assert (later.rows_new, later.rows_changed) == (0, 1)
    (question,) = likenesses()
    assert question.answer == "same"
    (row,) = Commitment.objects.filter(state=Hold.LISTED)
    assert (row.parcel_code, row.period_to) == ("A-1", date(2051, 1, 1))
    assert ListedProject.objects.filter(replaced_by=None).count() == 1


def test_another_name_asks_anew(people, parcels):
    sent(people, named(people))
    answered(people, likenesses()[0], same=True)
    sent(people, named(people).replace("固阳造林碳汇项目", "固阳第二造林碳汇项目"))
    assert [question.answer for question in likenesses()] == ["open"]
    assert not Commitment.objects.filter(state=Hold.LISTED).exists()


def test_a_moved_boundary_moves_the_land(people, parcels):
    sent(people, HEADING + PLACED)
    sent(people, HEADING + PLACED.replace("110.005", "110.015"))
    clashes = find_clashes([claim_of(parcel) for parcel in parcels], PERIOD)
    assert [clash.ours for clash in clashes] == ["A-2"]


def test_excel_and_the_old_chinese_encoding_are_read(people, parcels):
    book = openpyxl.Workbook()
    for row in named(people).splitlines():
        book.active.append(row.split(","))
    book.active["F2"] = date(2021, 1, 1)
    buffer = io.BytesIO()
    book.save(buffer)
    assert sent(people, buffer.getvalue(), name="ccer.xlsx").rows_new == 1
    assert ListedProject.objects.get().period_from == date(2021, 1, 1)
    gbk = sent(people, (HEADING + PLACED).encode("gb18030"))
    assert gbk.rows_new == 1


def test_a_list_with_faults_is_not_taken_at_all(people, parcels):
    with pytest.raises(ListingFaults) as found:
        sent(people, named(people) + "C-9,,x,,审核中,,,\n")
    assert [fault.code for fault in found.value.faults] == ["name_missing", "unknown_status"]
    assert ListingImport.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"scheme": "ticket"}, "unknown_scheme"),
        ({"source": " "}, "source_missing"),
        ({"as_of": clock.now().date() + timedelta(days=2)}, "future_list"),
        ({"name": "ccer.pdf"}, "unknown_file"),
        ({"name": "ccer.xlsx"}, "bad_file"),
        ({"content": b"\xff\xfe\x00\xd8"}, "bad_file"),
        ({"content": b"x" * ((20 << 20) + 1)}, "file_too_large"),
        ({"reason": ""}, "reason_missing"),
    ],
)
def test_what_cannot_be_imported_is_refused_in_words(people, parcels, change, code):
    with pytest.raises(Problem) as refused:
        sent(people, named(people), **change)
    assert refused.value.code == code


@pytest.mark.parametrize("role", sorted(set(Role.values) - {"operator"}))
def test_only_the_registry_imports_and_answers(people, parcels, role):
    who = next(person.username for person in people.values() if person.role == role)
    with pytest.raises(Problem) as refused:
        sent(people, named(people), by=who)
    assert refused.value.code == "wrong_role"
    sent(people, named(people))
    with pytest.raises(Problem) as refused:
        answered(people, likenesses()[0], same=True, by=who)
    assert refused.value.code == "wrong_role"


def test_an_answer_needs_a_reason_and_parcels_of_that_owner(people, parcels):
    sent(people, named(people))
    strange = keep_parcels(people, 1, owner=people["sunwei"].organisation)
    question = likenesses()[0]
    for code, more in (
        ("reason_missing", {"reason": " "}),
        ("no_parcels", {"parcels": []}),
        ("strange_parcel", {"parcels": strange}),
    ):
        with pytest.raises(Problem) as refused:
            answered(people, question, same=True, **more)
        assert refused.value.code == code
    assert likeness(question.pk).answer == "open"


def test_a_list_that_gives_no_time_takes_the_longest_there_is(people, parcels):
    sent(people, HEADING + PLACED.replace("2021-01-01,2041-01-01", ","))
    assert period_of(ListedProject.objects.get()) == (date(2012, 11, 8), date(2052, 11, 8))
    with pytest.raises(NotFoundProblem):
        listing("LIST-1900-0001")
    with pytest.raises(NotFoundProblem):
        likeness(0)
