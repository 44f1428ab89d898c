"""Every act once as it should go, and every refusal once as it should be given."""

import ast
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType

import pytest

import tanhui.core.ledger
from core.ledger.ledger_samples import (
    BUFFER,
    BUYER,
    HASH,
    OWNER,
    SEASON_OF_ACTS,
    block_of,
    command,
    issue,
    numbered,
    opened,
    origin,
    retire,
    transfer,
)
from core.ledger.test_ledger_refusals import REFUSED
from tanhui.core.ledger import (
    DONE,
    MAX_QUANTITY_MG,
    REFUSAL_CODES,
    Account,
    Act,
    Book,
    Entry,
    Holding,
    Malformed,
    OpenAccount,
    Purpose,
    Retire,
    Role,
    Serials,
    State,
    Transfer,
    apply,
)

OPENED = (*opened(), issue())


def refusal_of(act: Act, opening: Sequence[Act] = OPENED, role: str = "operator") -> tuple[str, dict]:
    """The outcome of one act after a usual opening; asserts that it changed nothing but the list of answers."""
    before = block_of(opening).closing
    block = apply([command(99, act, role)], before, 2, 2000)
    (outcome,) = block.outcomes
    assert not outcome.done
    assert not block.entries
    assert (block.closing.kinds, block.closing.holdings, block.closing.lots) == (
        before.kinds,
        before.holdings,
        before.lots,
    )
    return outcome.code, dict(outcome.params)


def test_an_account_is_opened_with_its_kind():
    closing = block_of(opened({"acc-7": "organiser"})).closing
    assert closing.accounts() == (Account("acc-7", "organiser"),)


def test_a_lot_goes_to_the_owner_but_for_the_share_of_the_buffer():
    block = block_of(OPENED)
    assert block.closing.holdings == {
        Holding("mint", "lot-1", Book.MINT): -1000,
        Holding(OWNER, "lot-1", Book.LIVE): 900,
        Holding(BUFFER, "lot-1", Book.BUFFER): 100,
    }
    lot = block.closing.lots["lot-1"]
    assert (lot.issued_mg, lot.buffer_mg, lot.retired_mg, lot.origin) == (1000, 100, 0, origin())
    assert len(block.entries) == 2


def test_a_lot_without_a_buffer_share_has_one_entry():
    block = block_of((*opened(), issue(buffer_mg=0)))
    assert [entry.movement.quantity_mg for entry in block.entries] == [1000]


def test_a_transfer_moves_live_milligrams():
    closing = block_of((*OPENED, transfer(300))).closing
    assert closing.balance_mg(Holding(OWNER, "lot-1", Book.LIVE)) == 600
    assert closing.balance_mg(Holding(BUYER, "lot-1", Book.LIVE)) == 300


def test_a_transfer_of_everything_leaves_no_empty_holding():
    closing = block_of((*OPENED, transfer(900))).closing
    assert Holding(OWNER, "lot-1", Book.LIVE) not in closing.holdings


def test_retired_milligrams_are_numbered_without_a_gap_across_accounts():
    block = block_of(SEASON_OF_ACTS)
    serials = [entry.movement.serials for entry in block.entries if entry.movement.serials]
    assert serials == [Serials(1, 120), Serials(121, 170), Serials(171, 200)]
    assert block.closing.lots["lot-1"].retired_mg == 200
    assert block.closing.balance_mg(Holding(BUYER, "lot-1", Book.RETIRED)) == 150


def test_what_is_retired_is_no_longer_live():
    assert refusal_of(retire(1), (*OPENED, retire(900))) == (
        "insufficient_balance",
        {"account": OWNER, "lot": "lot-1", "available_mg": 0, "quantity_mg": 1},
    )


@pytest.mark.parametrize("purpose", list(Purpose))
def test_every_purpose_is_good_for_a_retirement(purpose: Purpose):
    assert block_of((*OPENED, retire(1, purpose=purpose))).outcomes[-1].code == DONE


EXAMPLES = {
    "reserved_account": (OpenAccount("mint", "owner", HASH), {"account": "mint"}),
    "bad_account_kind": (OpenAccount("acc-9", "bank", HASH), {"kind": "bank"}),
    "account_exists": (OpenAccount(OWNER, "buyer", HASH), {"account": OWNER}),
    "not_positive": (transfer(0), {"quantity_mg": 0}),
    "too_large": (
        transfer(MAX_QUANTITY_MG + 1),
        {"quantity_mg": MAX_QUANTITY_MG + 1, "limit_mg": MAX_QUANTITY_MG},
    ),
    "bad_buffer_share": (issue("lot-2", buffer_mg=1000), {"buffer_mg": 1000, "quantity_mg": 1000}),
    "unknown_account": (transfer(1, target="acc-9"), {"account": "acc-9"}),
    "wrong_account_kind": (transfer(1, target=BUFFER), {"account": BUFFER, "kind": "buffer"}),
    "lot_exists": (issue(origin=origin("project-2")), {"lot": "lot-1"}),
    "origin_already_issued": (
        issue("lot-2"),
        {"project": "project-1", "period": "2020-2025", "lot": "lot-1"},
    ),
    "unknown_lot": (transfer(1, lot="lot-9"), {"lot": "lot-9"}),
    "same_account": (transfer(1, target=OWNER), {"account": OWNER}),
    "insufficient_balance": (
        transfer(901),
        {"account": OWNER, "lot": "lot-1", "available_mg": 900, "quantity_mg": 901},
    ),
    "bad_purpose": (retire(1, purpose="fun"), {"purpose": "fun"}),
}


@pytest.mark.parametrize("code", EXAMPLES)
def test_a_refusal_is_given_and_changes_nothing(code: str):
    act, params = EXAMPLES[code]
    assert refusal_of(act) == (code, params)


@pytest.mark.parametrize(
    ("code", "act"),
    [
        ("not_positive", issue("lot-2", quantity_mg=0)),
        ("not_positive", retire(-5)),
        ("too_large", retire(MAX_QUANTITY_MG + 1)),
        ("bad_buffer_share", issue("lot-2", buffer_mg=-1)),
        ("unknown_account", issue("lot-2", owner="acc-9", origin=origin("project-2"))),
        ("wrong_account_kind", issue("lot-2", owner=BUYER, origin=origin("project-2"))),
        ("wrong_account_kind", issue("lot-2", buffer_account=OWNER, origin=origin("project-2"))),
        ("unknown_account", issue("lot-2", buffer_account="acc-9", origin=origin("project-2"))),
        ("unknown_account", transfer(1, source="acc-9")),
        ("wrong_account_kind", transfer(1, source=BUFFER)),
        ("unknown_account", retire(1, account="acc-9")),
        ("unknown_account", retire(1, account="mint")),
        ("wrong_account_kind", retire(1, account=BUFFER)),
        ("unknown_lot", retire(1, lot="lot-9")),
    ],
)
def test_the_same_refusal_is_given_by_every_act_that_asks(code: str, act: Act):
    assert refusal_of(act)[0] == code


@pytest.mark.parametrize("act", [opened()[0], issue(), transfer(1), retire(1)])
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OPERATOR])
def test_only_the_operator_books(act: Act, role: Role):
    assert refusal_of(act, role=role) == ("wrong_role", {"role": role.value, "act": act.name})


def test_the_same_period_can_be_issued_for_another_project_and_another_period_for_the_same():
    outcomes = block_of(
        (
            *OPENED,
            issue("lot-2", origin=origin("project-2")),
            issue("lot-3", origin=origin(period="2025-2030")),
        )
    ).outcomes
    assert [outcome.code for outcome in outcomes[-2:]] == [DONE, DONE]


def test_a_refused_command_stays_refused_when_it_is_asked_again():
    """The first answer is the answer. Who still wants it sends a new command."""
    short = command(50, transfer(300, BUYER, OWNER))
    first = apply([*numbered(OPENED), short], State(), 1, 1000)
    second = apply([command(51, transfer(300)), short], first.closing, 2, 2000)
    assert [outcome.code for outcome in second.outcomes] == [DONE, "insufficient_balance"]
    assert second.outcomes[1] == first.outcomes[-1]


def test_an_id_that_is_used_for_something_else_is_refused_and_not_written_down():
    first = block_of(OPENED)
    block = apply([command(1, transfer(5))], first.closing, 2, 2000)
    (outcome,) = block.outcomes
    assert (outcome.code, outcome.leaf, outcome.height) == ("id_reused_with_other_content", None, None)
    assert len(block.leaves) == 1
    assert block.closing.outcomes == first.closing.outcomes


@pytest.mark.parametrize(
    "build",
    [
        lambda: OpenAccount("张三", "owner", HASH),
        lambda: OpenAccount("", "owner", HASH),
        lambda: OpenAccount("a" * 65, "owner", HASH),
        lambda: OpenAccount("acc-1\n", "owner", HASH),
        lambda: OpenAccount("acc-1", "owner", HASH[:31]),
        lambda: OpenAccount("acc-1", "owner", "00" * 32),
        lambda: transfer(1.0),
        lambda: transfer(True),
        lambda: transfer(2**63),
        lambda: Transfer("lot 1", OWNER, BUYER, 1, HASH),
        lambda: Retire("lot-1", OWNER, 1, "an event", HASH, HASH),
        lambda: issue(origin=tuple(origin())),
        lambda: issue(origin=origin()._replace(survey_hash=b"")),
        lambda: issue(origin=origin("project 1")),
        lambda: command(1, transfer(1), role=""),
        lambda: command(1, transfer(1), actor="Li Lei"),
    ],
)
def test_what_is_not_well_formed_cannot_be_built(build: Callable[[], object]):
    with pytest.raises(Malformed):
        build()


def codes_in(package: ModuleType) -> set[str]:
    """The first argument of every call of `refuse`, and every code put in by hand, read from the source."""
    found = set()
    for path in Path(package.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "refuse":
                found.add(node.args[0].value)
            if isinstance(node, ast.FunctionDef) and node.name == "_reused":
                found |= {
                    sub.value for sub in ast.walk(node) if isinstance(sub, ast.Constant) and "reused_" in str(sub.value)
                }
    return found


def test_the_declared_codes_are_the_ones_that_the_source_gives():
    assert codes_in(tanhui.core.ledger) == set(REFUSAL_CODES)
    assert len(REFUSAL_CODES) == len(set(REFUSAL_CODES))


def test_every_declared_code_has_an_example():
    elsewhere = {"wrong_role", "id_reused_with_other_content"}
    assert set(EXAMPLES) | elsewhere | {code for code, *_ in REFUSED} == set(REFUSAL_CODES)


def test_an_entry_says_because_of_which_command():
    block = block_of(OPENED)
    assert {entry.command_id for entry in block.entries} == {(5).to_bytes(16, "big")}
    assert all(isinstance(entry, Entry) and entry.height == 1 for entry in block.entries)
