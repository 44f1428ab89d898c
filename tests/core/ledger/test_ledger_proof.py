"""A receipt convinces whoever has the public key, and nobody can make one of something that is not there."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ledger.ledger_samples import SEASON_OF_ACTS, block_of, chain, command, contents, numbered, retire
from tanhui.core.ledger import (
    DONE,
    BadProof,
    BadSignature,
    Checkpoint,
    Frontier,
    LeafKind,
    Malformed,
    Receipt,
    Retire,
    Serials,
    SigningKey,
    build_receipt,
    read_receipt,
    sign_checkpoint,
)

KEY = SigningKey("registry.example/baotou", b"k" * 32)
STRANGER = SigningKey("registry.example/baotou", b"x" * 32)
BLOCKS = chain([numbered(SEASON_OF_ACTS), [command(80, retire(7))], [command(81, retire(1))]])
LEAVES = contents(BLOCKS)
_, RUNS = Frontier().extend([found for block in BLOCKS for found in block.runs[0].hashes])
KEPT = {(level, place): found for run in RUNS for level, place, found in run.each()}
CHECKPOINT = Checkpoint(KEY.name, BLOCKS[-1].size, BLOCKS[-1].root)
NOTE = sign_checkpoint(CHECKPOINT, KEY)
RETIREMENT = BLOCKS[1].leaves[1:]


def receipt_of(positions: list[int], note: str = NOTE) -> Receipt:
    chosen = [(position, LEAVES[position]) for position in positions]
    return build_receipt(chosen, note, CHECKPOINT.size, lambda level, position: KEPT[level, position])


RECEIPT = receipt_of([leaf.position for leaf in RETIREMENT])


def test_a_retirement_is_proven_with_the_public_key_alone():
    reading = read_receipt(Receipt.from_json(RECEIPT.to_json()), KEY.public)
    assert reading.outcome == DONE
    assert isinstance(reading.command.act, Retire)
    (entry,) = reading.entries
    assert (entry.movement.quantity_mg, entry.movement.serials) == (7, Serials(201, 207))
    assert (reading.height, reading.checkpoint) == (2, CHECKPOINT)


def test_every_act_of_a_history_can_be_proven():
    for block in BLOCKS:
        for leaf in block.leaves:
            if leaf.kind is LeafKind.ACT:
                same = [
                    one.position
                    for one in block.leaves
                    if one.kind is LeafKind.ENTRY and one.record.command_id == leaf.record.command.id
                ]
                assert read_receipt(receipt_of([leaf.position, *same]), KEY.public).command == leaf.record.command


def test_a_refusal_can_be_proven_too():
    refused = next(leaf for leaf in BLOCKS[0].leaves if leaf.kind is LeafKind.ACT and leaf.record.outcome != DONE)
    reading = read_receipt(receipt_of([refused.position]), KEY.public)
    assert (reading.outcome, reading.entries) == ("insufficient_balance", ())


def test_another_key_proves_nothing():
    with pytest.raises(BadSignature):
        read_receipt(RECEIPT, STRANGER.public)
    with pytest.raises(BadSignature):
        read_receipt(replace(RECEIPT, checkpoint=sign_checkpoint(CHECKPOINT, STRANGER)), KEY.public)


def test_a_leaf_that_is_not_in_the_tree_proves_nothing():
    act, entry = RECEIPT.leaves
    other = block_of(SEASON_OF_ACTS).leaves[1].content
    for spoiled in (act._replace(content=other), act._replace(position=act.position + 1), act._replace(path=())):
        with pytest.raises(BadProof):
            read_receipt(replace(RECEIPT, leaves=(spoiled, entry)), KEY.public)


@pytest.mark.parametrize(
    "positions", [[], [0], [RETIREMENT[1].position], [RETIREMENT[0].position, RETIREMENT[0].position]]
)
def test_a_receipt_opens_with_its_act(positions: list[int]):
    with pytest.raises(BadProof):
        read_receipt(receipt_of(positions), KEY.public)


def test_the_entries_of_another_act_do_not_belong():
    act, later = RETIREMENT[0].position, BLOCKS[2].leaves[2].position
    with pytest.raises(BadProof):
        read_receipt(receipt_of([act, later]), KEY.public)


def test_a_checkpoint_of_another_size_does_not_fit():
    older = sign_checkpoint(Checkpoint(KEY.name, BLOCKS[0].size, BLOCKS[0].root), KEY)
    with pytest.raises(BadProof):
        read_receipt(replace(RECEIPT, checkpoint=older), KEY.public)


@given(st.integers(0, len(RECEIPT.to_json()) - 1), st.characters(codec="ascii"))
def test_a_receipt_with_any_letter_changed_is_refused(at: int, letter: str):
    text = RECEIPT.to_json()
    changed = text[:at] + letter + text[at + 1 :]
    if changed != text:
        with pytest.raises((BadProof, BadSignature, Malformed)):
            read_receipt(Receipt.from_json(changed), KEY.public)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "null",
        "[" * 100_000,
        RECEIPT.to_json().strip(),
        json.dumps(json.loads(RECEIPT.to_json()) | {"format": "tanhui-receipt/2"}, indent=1, sort_keys=True) + "\n",
        json.dumps(json.loads(RECEIPT.to_json()) | {"leaves": 5}),
        json.dumps(json.loads(RECEIPT.to_json()) | {"checkpoint": None}, indent=1, sort_keys=True) + "\n",
    ],
)
def test_what_is_no_receipt_is_malformed(text: str):
    with pytest.raises(Malformed):
        Receipt.from_json(text)
