"""The ledger: a deterministic state machine over milligrams of CO2e, and the proofs about its history.

Read it in this order: `terms` and `acts` are the rules, one act a file; `decision` and `guards` are what acts
answer and what they ask; `commands` and `journal` are the bytes; `draft`, `block` and `replay` write and rewrite the
history; `merkle`, `note`, `checkpoint` and `proof` let an outsider check it.

    block = apply([command, …], opening=state, height=state.height + 1, time_ms=…)

It knows ids, hashes and whole milligrams. It knows no person, clock, database, float or chance.
"""

from tanhui.core.ledger.acts import ACTS, Act, Issue, OpenAccount, Retire, Transfer
from tanhui.core.ledger.block import Block, OutOfScopeError, apply
from tanhui.core.ledger.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint, sign_checkpoint
from tanhui.core.ledger.commands import Command, act_fields, decode, digest, encode, reads
from tanhui.core.ledger.decision import Account, Holding, Lot, Movement, Serials
from tanhui.core.ledger.guards import REFUSAL_CODES
from tanhui.core.ledger.journal import DONE, Deed, Entry, Header, Leaf, LeafKind, decode_leaf, encode_leaf
from tanhui.core.ledger.merkle import Frontier, Node
from tanhui.core.ledger.note import BadSignature, SigningKey, VerifyingKey
from tanhui.core.ledger.origin import Origin, Season
from tanhui.core.ledger.proof import BadProof, Reading, Receipt, build_receipt, read_receipt
from tanhui.core.ledger.replay import Difference, Replay, check, replay
from tanhui.core.ledger.scope import Scope
from tanhui.core.ledger.shape import Malformed
from tanhui.core.ledger.state import Outcome, State
from tanhui.core.ledger.terms import MAX_QUANTITY_MG, MINT_ACCOUNT, AccountKind, Book, Purpose, Role

__all__ = [
    "ACTS",
    "DONE",
    "MAX_QUANTITY_MG",
    "MINT_ACCOUNT",
    "REFUSAL_CODES",
    "Account",
    "AccountKind",
    "Act",
    "BadProof",
    "BadSignature",
    "Block",
    "Book",
    "Checkpoint",
    "Command",
    "Deed",
    "Difference",
    "Entry",
    "Frontier",
    "Header",
    "Holding",
    "Issue",
    "Leaf",
    "LeafKind",
    "Lot",
    "Malformed",
    "Movement",
    "Node",
    "OpenAccount",
    "Origin",
    "OutOfScopeError",
    "Outcome",
    "Purpose",
    "Reading",
    "Receipt",
    "Replay",
    "Retire",
    "Role",
    "Scope",
    "Season",
    "Serials",
    "SigningKey",
    "State",
    "Transfer",
    "VerifyingKey",
    "act_fields",
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
    "read_receipt",
    "reads",
    "replay",
    "sign_checkpoint",
]
