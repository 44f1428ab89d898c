"""The clock: one place that reads it, and milliseconds there and back."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from tanhui.kit import clock

FIRST_MS, LAST_MS = -62_135_596_800_000, 253_402_300_799_999  # years 1 to 9999


def test_now_is_in_utc_and_whole_milliseconds():
    before, moment, after = datetime.now(UTC), clock.now(), datetime.now(UTC)  # noqa: TID251 - the clock is what is tested
    assert moment.utcoffset() == timedelta(0)
    assert moment.microsecond % 1000 == 0
    assert before - timedelta(milliseconds=1) < moment <= after


def test_milliseconds_of_a_known_moment():
    noon_in_baotou = datetime(2026, 7, 1, 12, 0, 0, 123_000, tzinfo=clock.LOCAL)
    assert clock.to_ms(noon_in_baotou) == 1_782_878_400_123
    assert clock.from_ms(1_782_878_400_123) == noon_in_baotou


def test_before_1970_too():
    assert clock.to_ms(datetime(1969, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC)) == -1
    assert clock.from_ms(-1) == datetime(1969, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC)


def test_the_part_below_a_millisecond_is_cut():
    assert clock.to_ms(datetime(2026, 1, 1, 0, 0, 0, 999, tzinfo=UTC)) == clock.to_ms(datetime(2026, 1, 1, tzinfo=UTC))


@given(at_ms=st.integers(FIRST_MS, LAST_MS))
def test_there_and_back(at_ms):
    assert clock.to_ms(clock.from_ms(at_ms)) == at_ms


@given(at_ms=st.integers(0, LAST_MS // 2), hours=st.integers(-12, 14))
def test_the_zone_does_not_matter(at_ms, hours):
    elsewhere = clock.from_ms(at_ms).astimezone(timezone(timedelta(hours=hours)))
    assert clock.to_ms(elsewhere) == at_ms
