"""Holdings kept by pile say what a plain set and a plain mapping of holdings say."""

from hypothesis import given
from hypothesis import strategies as st

from tanhui.core.ledger import Book, Holding
from tanhui.core.ledger.holdings import HoldingKeys, Holdings

HOLDING = st.builds(Holding, st.sampled_from("abcd"), st.sampled_from(["lot-1", "lot-2"]), st.sampled_from(Book))
KEYS = st.sets(HOLDING, max_size=12)
BALANCES = st.dictionaries(HOLDING, st.integers(1, 9), max_size=12)
LIVE = Holding("a", "lot-1", Book.LIVE)


@given(KEYS, KEYS)
def test_keys_are_a_set(one: set[Holding], other: set[Holding]):
    ours, theirs = HoldingKeys(one), HoldingKeys(other)
    assert (set(ours), len(ours), bool(ours)) == (one, len(one), bool(one))
    assert set(ours - theirs) == one - other
    assert (ours >= theirs) == (one >= other)
    assert (ours == theirs) == (one == other)
    assert [holding in ours for holding in other] == [holding in one for holding in other]
    assert set(HoldingKeys.union([ours, theirs])) == one | other
    assert set(ours) == one, "a union is a new set"


@given(BALANCES, BALANCES, KEYS)
def test_balances_are_a_mapping(one: dict[Holding, int], other: dict[Holding, int], known: set[Holding]):
    ours = Holdings(one)
    assert (ours == one, dict(ours), len(ours)) == (True, one, len(one))
    assert ours.without(HoldingKeys(known)) == {key: mg for key, mg in one.items() if key not in known}
    copy = Holdings(ours)
    copy.take_in(Holdings(other))
    assert (copy == one | other, ours == one) == (True, True)
    for holding in one:
        del ours[holding]
    assert (len(ours), ours.get(LIVE), LIVE in ours) == (0, None, False)


def test_a_shelf_is_what_many_accounts_have_of_one_lot_in_one_book():
    held = Holdings({LIVE: 5, LIVE._replace(account="b"): 7, LIVE._replace(book=Book.RETIRED): 1})
    assert held.pile("lot-1", Book.LIVE) == {"a": 5, "b": 7}
    held.pile("lot-1", Book.LIVE)["c"] = 9
    assert held[LIVE._replace(account="c")] == 9
    assert set(HoldingKeys.in_pile("lot-1", Book.LIVE, ["a", "b"])) == {LIVE, LIVE._replace(account="b")}
