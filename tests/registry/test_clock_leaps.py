"""The clock of the machine jumps by days while the writer serves: the ledger's time never runs back, no hold is lost.

The writer here is the real one, in a thread with a connection of its own; what it reads the time from is the test's.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import example, given
from hypothesis import strategies as st

from registry.test_writer import StandIn, assert_whole, opening, transfer, wait_until
from standing import load_people
from tanhui.core.ledger import Command, Hold, Resident, Scope, State
from tanhui.kit import clock
from tanhui.kit.problems import Problem
from tanhui.people.models import TrailEntry
from tanhui.registry.models import Block, Encumbrance, Holding, QueuedCommand
from tanhui.registry.queries.checks import alarm
from tanhui.registry.services.booking import answered, book, command
from tanhui.registry.services.checking import lift_stop
from tanhui.registry.services.follow_ups import left_behind
from tanhui.registry.writer import queue
from tanhui.registry.writer.listening import EAR
from tanhui.registry.writer.sending import await_answers
from tanhui.registry.writer.serving import Writer
from tanhui.registry.writer.status import status
from tanhui.registry.writer.stops import clock_trusted_ms, stopped
from tanhui.registry.writer.timing import MOST_LEAP_MS, MOST_QUIET_MS, Watch, leap_ms
from tanhui.site import story
from workers import PATIENCE_S

DAY = timedelta(days=1)
NOBODY = int
"""Nobody ever said that the clock is right: the time of that is 0."""


class Hands:
    """The hands of two clocks: one that people set, and one that nobody sets."""

    def __init__(self) -> None:
        self.day, self.steady_ms = clock.now(), 0

    def pass_time(self, span: timedelta) -> None:
        self.day, self.steady_ms = self.day + span, self.steady_ms + span // timedelta(milliseconds=1)

    def jump(self, span: timedelta) -> None:
        self.day += span

    def watch(self, trusted_ms: Any = clock_trusted_ms) -> Watch:
        return Watch(lambda: self.day, lambda: self.steady_ms, trusted_ms)


@contextmanager
def writing(hands: Hands) -> Iterator[None]:
    """A writer that serves, by these clocks."""
    writer = Writer(idle_work=left_behind, watch=hands.watch())

    def serve() -> None:
        try:
            writer.serve()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        work = thread.submit(serve)
        try:
            wait_until(lambda: status().writer_serves or work.done())
            yield
        finally:
            writer.stop()
            work.result(timeout=PATIENCE_S)
            EAR.rest()


class Season(NamedTuple):
    """The main job done; 100 mg of what the owner has are held for five days."""

    hands: Hands
    people: Any
    lot: str
    owner: str
    buyer: str

    def sold(self, number: int) -> Command:
        return transfer(number, self.lot, self.owner, self.buyer, 1)

    def booked(self, number: int) -> str:
        return book([self.sold(number)], at=self.hands.day)[0].code

    def lifted(self) -> None:
        lift_stop(by=self.people["gaojie"], reason="钟已核对。", at=self.hands.day)


@pytest.fixture
def season(standing: None, small_survey: Any, monkeypatch: Any) -> Season:
    assert standing is None
    hands = Hands()
    monkeypatch.setattr("tanhui.registry.services.booking.await_answers", _patiently)
    region, people = load_people()
    job = story.Job(files=small_survey, name_zh="小样", name_en="Small survey", method="published-tree-biomass")
    chain = story.run(job=job, region=region, people=people, tell=lambda _step, _facts: None)
    assert chain.lot is not None
    assert chain.transfer is not None
    made = Season(hands, people, chain.lot.lot, chain.transfer.source, chain.transfer.target)
    until_ms = clock.to_ms(hands.day + 5 * DAY)
    hold = Hold("H-1", made.lot, made.owner, 100, purpose="listing", until_ms=until_ms)
    ordered = command(command_id=bytes([10]) * 16, act=hold, by=StandIn(), reason="挂牌。", at=hands.day)
    assert book([ordered], at=hands.day)[0].code == "done"
    hands.day = clock.now()
    return made


def _patiently(rows: Any, *, at: datetime, readable: bool = True) -> Any:
    """Wait until there is an answer or writing is stopped, and no fixed time."""
    while (answers := await_answers(rows, at=at, wait_s=1, readable=readable)) is None:
        if stopped():
            return None
    return answers


def times() -> list[int]:
    return list(Block.objects.order_by("height").values_list("time_ms", flat=True))


def held_mg() -> int:
    return sum(Holding.objects.filter(book="held").values_list("quantity_mg", flat=True))


# --- while the writer serves ----------------------------------------------------------------------------


def test_a_clock_that_jumps_back_neither_turns_the_ledgers_time_back_nor_ends_a_hold(season: Season):
    hands = season.hands
    with writing(hands):
        assert season.booked(20) == "done"
        before = times()
        hands.jump(-3 * DAY)
        assert season.booked(21) == "done"
        assert times() == [*before, before[-1]], "a block takes the time of the one before"
        hands.jump(3 * DAY)
        assert season.booked(22) == "done"
    assert (held_mg(), stopped(), times() == sorted(times())) == (100, False, True)
    assert_whole()


def test_a_clock_that_jumps_ahead_stops_writing_before_any_hold_is_lost(season: Season):
    hands = season.hands
    with writing(hands):
        assert season.booked(20) == "done"
        heights = Block.objects.count()
        hands.jump(10 * DAY)
        with pytest.raises(Problem, match="钟跳得太远") as told:
            season.booked(21)
        assert (told.value.code, Block.objects.count(), held_mg()) == ("writing_stopped", heights, 100)
        found = alarm()
        assert found is not None
        assert (found.cause, found.height, [one["code"] for one in found.faults]) == ("clock", heights, ["clock_leapt"])
        pages = {name: desk(season.people[name]) for name in ("wangqiang", "gaojie", "naren")}
        assert ["机器的钟" in page for page in pages.values()] == [True, True, False]
        assert "等登记机构对钟" in Client().get(reverse("books")).content.decode()
        hands.jump(-10 * DAY)  # somebody sets the clock
        season.lifted()
        wait_until(lambda: status().waiting == 0)
    assert Block.objects.count() == heights + 1, "what had waited is booked, by the right time"
    assert times()[-1] < clock.to_ms(hands.day + DAY)
    assert (held_mg(), Encumbrance.objects.get(name="H-1").ended) == (100, False)
    assert_whole()


def test_a_person_may_say_that_the_clock_is_right_and_then_the_hold_ends(season: Season):
    hands = season.hands
    with writing(hands):
        assert season.booked(20) == "done"
        hands.jump(10 * DAY)
        with pytest.raises(Problem):
            season.booked(21)
        season.lifted()
        wait_until(lambda: held_mg() == 0)
        assert season.booked(22) == "done"
    assert QueuedCommand.objects.filter(code="").count() == 0
    assert times()[-1] == clock.to_ms(hands.day)
    told = TrailEntry.objects.get(act="lift_writing_stop")
    assert told.facts["cause"] == "clock"
    assert_whole()


def test_a_leap_that_is_put_right_before_anything_waits_is_nobodys_business(season: Season):
    hands = season.hands
    with writing(hands):
        assert season.booked(20) == "done"
        hands.jump(10 * DAY)
        hands.jump(-10 * DAY)
        hands.pass_time(2 * DAY)
        assert season.booked(21) == "done"
    assert (stopped(), held_mg()) == (False, 100)


def test_time_that_passes_is_no_leap_and_ends_the_hold_in_its_time(season: Season):
    hands = season.hands
    with writing(hands):
        hands.pass_time(4 * DAY)
        assert season.booked(20) == "done"
        assert held_mg() == 100
        hands.pass_time(DAY)
        wait_until(lambda: held_mg() == 0)
    assert not stopped()
    assert_whole()


# --- where nothing is known of the time -----------------------------------------------------------------


def test_a_writer_that_begins_a_year_later_asks_a_person_first(season: Season):
    hands = season.hands
    hands.jump(365 * DAY)
    with writing(hands):
        with pytest.raises(Problem, match="钟跳得太远"):
            season.booked(20)
        season.lifted()
        wait_until(lambda: status().waiting == 0)
    assert times()[-1] == clock.to_ms(hands.day)


def test_who_writes_without_a_server_is_asked_too(season: Season):
    hands = season.hands
    hands.jump(89 * DAY)
    assert season.booked(20) == "done"
    with transaction.atomic():
        row = queue.put(season.sold(21), at=hands.day)
    with pytest.raises(Problem, match="钟跳得太远"):
        answered([row], at=hands.day + 365 * DAY)
    assert (stopped(), status().stop_cause, status().waiting) == (True, "clock", 1)


# --- the reckoning alone --------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.integers(-400, 400), st.integers(0, 48)), max_size=30))
@example([(-400, 1), (400, 1), (10, 0)])
def test_no_clock_however_it_jumps_makes_a_time_that_runs_back(jumps: list[tuple[int, int]]):
    hands, last_ms = Hands(), 0
    watch = hands.watch(NOBODY)
    ledger = Resident(State(scope=Scope()), lambda scope: State(scope=scope))
    for number, (days, hours) in enumerate(jumps, start=1):
        hands.jump(days * DAY)
        hands.pass_time(timedelta(hours=hours))
        time_ms = watch.read_ms(ledger.time_ms)
        if last_ms and time_ms > last_ms + MOST_QUIET_MS:
            steady = hours * 3_600_000
            assert watch.leap_ms or time_ms <= last_ms + MOST_QUIET_MS + steady + MOST_LEAP_MS
        if not watch.leap_ms:
            ledger.write([opening(number)], time_ms)
            assert ledger.time_ms >= last_ms
            last_ms = ledger.time_ms


def test_a_quarter_of_a_year_without_a_block_is_believed_and_no_more():
    assert leap_ms(10**15, 0, NOBODY) == 0, "the first block of all"
    assert leap_ms(MOST_QUIET_MS + 5, 5, NOBODY) == 0
    assert leap_ms(MOST_QUIET_MS + 6, 5, NOBODY) == 1
    assert leap_ms(1, 5, NOBODY) == 0


def test_a_clock_may_gain_an_hour_on_the_steady_one():
    hands = Hands()
    watch, last_ms = hands.watch(NOBODY), clock.to_ms(hands.day)
    watch.read_ms(last_ms)
    hands.jump(timedelta(minutes=60))
    watch.read_ms(last_ms)
    assert watch.leap_ms == 0
    hands.jump(timedelta(minutes=60, milliseconds=1))
    watch.read_ms(last_ms)
    assert watch.leap_ms == 1


def test_a_machine_that_wakes_in_the_past_may_be_put_right():
    hands = Hands()
    watch, last_ms = hands.watch(NOBODY), clock.to_ms(hands.day)
    hands.jump(-9000 * DAY)
    watch.read_ms(last_ms)
    hands.pass_time(timedelta(minutes=1))
    hands.jump(9003 * DAY)
    assert (watch.read_ms(last_ms) > last_ms, watch.leap_ms) == (True, 0)


def desk(person: Any) -> str:
    reader = Client()
    reader.force_login(person)
    return reader.get(reverse("desk")).content.decode()
