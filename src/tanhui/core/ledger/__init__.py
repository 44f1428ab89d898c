"""The ledger: a deterministic state machine over milligrams of CO2e, and the proofs about its history.

Read it in this order: `terms` and `acts` are the rules, one act a file; `decision` and `guards` are what acts
answer and what they ask; `commands` and `journal` are the bytes; `draft`, `block` and `replay` write and rewrite the
history; `merkle`, `note`, `checkpoint` and `proof` let an outsider check it.

    block = apply([command, …], opening=state, height=state.height + 1, time_ms=…)

It knows ids, hashes and whole milligrams. It knows no person, clock, database, float or chance.
"""

from tanhui.core.ledger.acts import (
    ACTS,
    SINGLE_ACTS,
    Act,
    CloseAccount,
    CloseDay,
    Correct,
    CorrespondConfirm,
    CorrespondIn,
    CorrespondOut,
    CorrespondReturn,
    Distribute,
    Expire,
    Foreclose,
    Freeze,
    Hold,
    Issue,
    Linked,
    OpenAccount,
    Pledge,
    Post,
    Release,
    Retire,
    Reverse,
    Revoke,
    SingleAct,
    Transfer,
    Unfreeze,
    Void,
    acts_of,
)
from tanhui.core.ledger.block import Block, ClosedBlock, OutOfScopeError, apply
from tanhui.core.ledger.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint, sign_checkpoint
from tanhui.core.ledger.commands import Command, act_fields, decode, digest, encode, reads
from tanhui.core.ledger.decision import Account, Encumbrance, Holding, Lot, Movement, Serials
from tanhui.core.ledger.guards import REFUSAL_CODES
from tanhui.core.ledger.handover import HandOver, KeyChain, Link, read_link, sign_hand_over
from tanhui.core.ledger.journal import DONE, Deed, Entry, Header, Leaf, LeafKind, decode_leaf, encode_leaf
from tanhui.core.ledger.merkle import Frontier, Run
from tanhui.core.ledger.note import BadSignature, SigningKey, VerifyingKey
from tanhui.core.ledger.origin import Origin, Season
from tanhui.core.ledger.proof import BadProof, Reading, Receipt, build_receipt, read_receipt
from tanhui.core.ledger.replay import Difference, Replay, check, replay
from tanhui.core.ledger.resident import Resident
from tanhui.core.ledger.scope import Scope
from tanhui.core.ledger.shape import Malformed
from tanhui.core.ledger.state import Outcome, State
from tanhui.core.ledger.suites import ED25519_SHA256, SM2_SM3, SUITES, Suite
from tanhui.core.ledger.terms import MAX_QUANTITY_MG, MINT_ACCOUNT, AccountKind, Book, HoldPurpose, Purpose, Role, Sort

__all__ = [
    "ACTS",
    "DONE",
    "ED25519_SHA256",
    "MAX_QUANTITY_MG",
    "MINT_ACCOUNT",
    "REFUSAL_CODES",
    "SINGLE_ACTS",
    "SM2_SM3",
    "SUITES",
    "Account",
    "AccountKind",
    "Act",
    "BadProof",
    "BadSignature",
    "Block",
    "Book",
    "Checkpoint",
    "CloseAccount",
    "CloseDay",
    "ClosedBlock",
    "Command",
    "Correct",
    "CorrespondConfirm",
    "CorrespondIn",
    "CorrespondOut",
    "CorrespondReturn",
    "Deed",
    "Difference",
    "Distribute",
    "Encumbrance",
    "Entry",
    "Expire",
    "Foreclose",
    "Freeze",
    "Frontier",
    "HandOver",
    "Header",
    "Hold",
    "HoldPurpose",
    "Holding",
    "Issue",
    "KeyChain",
    "Leaf",
    "LeafKind",
    "Link",
    "Linked",
    "Lot",
    "Malformed",
    "Movement",
    "OpenAccount",
    "Origin",
    "OutOfScopeError",
    "Outcome",
    "Pledge",
    "Post",
    "Purpose",
    "Reading",
    "Receipt",
    "Release",
    "Replay",
    "Resident",
    "Retire",
    "Reverse",
    "Revoke",
    "Role",
    "Run",
    "Scope",
    "Season",
    "Serials",
    "SigningKey",
    "SingleAct",
    "Sort",
    "State",
    "Suite",
    "Transfer",
    "Unfreeze",
    "VerifyingKey",
    "Void",
    "act_fields",
    "acts_of",
    "apply",
    "build_receipt",
    "check",
    "decode",
    "decode_leaf",
    "digest",
    "encode",
    "encode_leaf",
    "open_checkpoint",
    "parse_checkpoint",
    "read_link",
    "read_receipt",
    "reads",
    "replay",
    "sign_checkpoint",
    "sign_hand_over",
]
