"""Check the proof of one booked act, or of a balance: a small file, the registry's public key, and nothing else."""

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tanhui.cli.balances import balance_document, balance_lines
from tanhui.core.ledger import (
    DONE,
    BadProof,
    BadSignature,
    Malformed,
    Reading,
    Receipt,
    Retire,
    VerifyingKey,
    act_fields,
    read_link,
    read_receipt,
)
from tanhui.core.ledger.balance import BalanceProof, is_balance, read_balance
from tanhui.core.ledger.cosignature import cosignatures
from tanhui.core.ledger.policy import Policy, parse_policy
from tanhui.kit import clock
from tanhui.kit.text import tonnes

WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "no_key": "证明文件要配登记机构的公钥才能验：tanhui verify {path} --key '名称+编号+公钥'。\n"
        "公钥从登记机构公开的地方抄，不要从给你文件的人那里拿：网站的“验证”页上有，每一块的检查点也由它签名。",
        "bad": "不成立  {why}",
        "not_signed": "检查点不是这把公钥签的，从它也没有签全的交接书走到签名的那一把。"
        "公钥抄错了，或者文件被改过；换过公钥的，重新下载证明文件，里面有交接书。",
        "not_in_tree": "这些记录不在签过名的账本里。文件被改过。",
        "no_policy": "见证规则读不了：{why}",
        "not_final": "见证签名不够：要 {needed} 家，成立的有 {signed}。",
        "witnessed": "成立  见证：{signed}",
        "unread": "这不是一份完好的证明文件。重新下载。",
        "signed": "成立  签名：检查点由 {name} 签过，共 {size:,} 条记录",
        "handed_over": "成立  换钥：从这把公钥经 {count} 份交接书走到现在这一把",
        "included": "成立  路径：这一笔的 {leaves} 条记录都在签过名的账本里，第 {height:,} 块",
        "booked": "成立  记账：{act}，{quantity} t，{when}",
        "refused": "这一笔当时没有记账：{outcome}。证明的只是这一点。",
        "retired": "　　  批次 {lot}，账户 {account}，用途 {purpose}，编号 {first:,}–{last:,}",
    },
    "en": {
        "no_key": "A proof needs the registry's public key: tanhui verify {path} --key 'name+id+key'.\n"
        "Copy the key from where the registry publishes it, not from whoever gave you the file: it stands on the page "
        "Verify of the site, and signs the checkpoint of every block.",
        "bad": "fails  {why}",
        "not_signed": "This key did not sign the checkpoint, and no hand-over signed in full leads from it to the one "
        "that did. The key was miscopied, or the file was changed; after a change of keys download the proof again: "
        "it holds the hand-overs.",
        "not_in_tree": "These records are not in the history that was signed. The file was changed.",
        "no_policy": "The policy of witnesses cannot be read: {why}",
        "not_final": "Not enough witnesses: {needed} are needed, and these signatures hold: {signed}.",
        "witnessed": "holds  Witnesses: {signed}",
        "unread": "This is no intact proof. Download it again.",
        "signed": "holds  Signature: the checkpoint was signed by {name}, over {size:,} records",
        "handed_over": "holds  Keys: {count} hand-overs lead from this key to the present one",
        "included": "holds  Path: the {leaves} records of this act are in the signed history, block {height:,}",
        "booked": "holds  Booked: {act}, {quantity} t, {when}",
        "refused": "This act was refused at the time: {outcome}. That alone is proven.",
        "retired": "       lot {lot}, account {account}, purpose {purpose}, serials {first:,}–{last:,}",
    },
}
IN_CHINESE: Mapping[str, str] = {
    "open_account": "开户",
    "issue": "制发",
    "transfer": "流转",
    "retire": "注销",
    "event": "会议活动",
    "enterprise": "企业抵消",
    "voluntary": "自愿",
    "judicial": "司法",
    "compliance": "履约",
}
GOOD, BAD, WRONG_USE = 0, 1, 2
LONGEST_PROOF = 50_000_000  # bytes; a real one has a few thousand, that of a balance as much for each lot


def is_proof(path: Path) -> bool:
    """Say whether a file is a proof rather than an audit file: it is JSON, and an audit file is not."""
    with path.open("rb") as file:
        return file.read(64).lstrip()[:1] == b"{"


def verify_proof(path: Path, options: argparse.Namespace) -> int:
    """Check a proof against the public key and print what it proves."""
    words = WORDS[options.language]
    if options.key is None:
        print(words["no_key"].format(path=path))
        return WRONG_USE
    try:
        policy = _policy(options)
    except (OSError, ValueError) as fault:
        print(words["no_policy"].format(why=fault))
        return WRONG_USE
    try:
        proven = _proven(path.read_bytes()[:LONGEST_PROOF].decode(), policy, options)
    except BadSignature:
        return _fail("not_signed", options)
    except BadProof:
        return _fail("not_in_tree", options)
    except (Malformed, UnicodeDecodeError):
        return _fail("unread", options)
    return _answer(proven, policy, options)


class _Proven(NamedTuple):
    """What a proof comes to: its signed note and hand-overs, the lines about it, and the same for programs."""

    note: str
    hand_overs: Sequence[str]
    lines: Sequence[str]
    document: Mapping[str, object]


def _proven(text: str, policy: Policy, options: argparse.Namespace) -> _Proven:
    """Check a proof of either kind. Raises BadSignature, BadProof or Malformed."""
    key = VerifyingKey.parse(options.key)
    if is_balance(text):
        balance = BalanceProof.from_json(text)
        held = read_balance(balance, key, witnessed=_witnessed(balance.checkpoint, policy))
        lines, document = balance_lines(held, options.language), balance_document(held)
        return _Proven(balance.checkpoint, balance.hand_overs, lines, document)
    receipt = Receipt.from_json(text)
    reading = read_receipt(receipt, key, witnessed=_witnessed(receipt.checkpoint, policy))
    lines, document = _lines(reading, len(receipt.leaves), options), as_document(reading)
    return _Proven(receipt.checkpoint, receipt.hand_overs, lines, document)


def _witnessed(note: str, policy: Policy) -> bool:
    """Say whether enough witnesses have co-signed, where a policy names some."""
    return bool(policy.needed) and policy.met_by([one.key for one in cosignatures(note, policy.keys)])


def _answer(proven: _Proven, policy: Policy, options: argparse.Namespace) -> int:
    """Hold the signatures of the witnesses against the policy, and say what is proven."""
    words = WORDS[options.language]
    signed = cosignatures(proven.note, policy.keys)
    facts = {"needed": policy.needed, "signed": ", ".join(one.key.name for one in signed) or 0}
    if not policy.met_by([one.key for one in signed]):
        return _fail("not_final", options, **facts)
    if proven.hand_overs:
        print(words["handed_over"].format(count=_hand_overs_after(options.key, proven.hand_overs)))
    for line in proven.lines:
        print(line)
    if signed:
        print(words["witnessed"].format(**facts))
    _write(options, {"ok": True, **proven.document, "witnesses": [one.key.name for one in signed]})
    return GOOD


def _hand_overs_after(key: str, notes: Sequence[str]) -> int:
    """Return how many hand-overs lead on from a key of the chain."""
    told = [str(read_link(note).hand_over.old) for note in notes]
    return len(told) - told.index(key) if key in told else 0


def _policy(options: argparse.Namespace) -> Policy:
    return parse_policy(Path(options.policy).read_text(encoding="utf-8")) if options.policy else Policy()


def as_document(reading: Reading) -> dict[str, object]:
    """Return what a proof proves, for programs."""
    serials = [entry.movement.serials for entry in reading.entries if entry.movement.serials]
    return {
        "act": reading.command.act.name,
        **act_fields(reading.command.act),
        "outcome": reading.outcome,
        "at_ms": reading.command.at_ms,
        "height": reading.height,
        "size": reading.checkpoint.size,
        "serials": [list(numbers) for numbers in serials],
    }


def _lines(reading: Reading, leaves: int, options: argparse.Namespace) -> list[str]:
    words = WORDS[options.language]
    act = reading.command.act
    when = clock.from_ms(reading.command.at_ms).astimezone(clock.LOCAL)
    name = options.key.partition("+")[0]
    said = [
        words["signed"].format(name=name, size=reading.checkpoint.size),
        words["included"].format(leaves=leaves, height=reading.height),
    ]
    if reading.outcome != DONE:
        return [*said, words["refused"].format(outcome=reading.outcome)]
    moved = tonnes(sum(entry.movement.quantity_mg for entry in reading.entries))
    said.append(words["booked"].format(act=_named(act.name, options), quantity=moved, when=f"{when:%Y-%m-%d %H:%M:%S}"))
    numbers = reading.entries[0].movement.serials if reading.entries else None
    if isinstance(act, Retire) and numbers:
        facts = {"lot": act.lot, "account": act.account, "purpose": _named(act.purpose, options)}
        said.append(words["retired"].format(first=numbers[0], last=numbers[1], **facts))
    return said


def _named(code: str, options: argparse.Namespace) -> str:
    return IN_CHINESE.get(code, code) if options.language == "zh" else code


def _fail(code: str, options: argparse.Namespace, **facts: object) -> int:
    words = WORDS[options.language]
    print(words["bad"].format(why=words[code].format(**facts)))
    _write(options, {"ok": False, "fault": code})
    return BAD


def _write(options: argparse.Namespace, document: Mapping[str, object]) -> None:
    if options.json:
        content = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
        Path(options.json).write_text(content, encoding="utf-8")
