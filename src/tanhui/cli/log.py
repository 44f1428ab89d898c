"""`tanhui log`: who witnesses our log, how many must co-sign, and the loop that asks them."""

import argparse
import sys
from collections.abc import Mapping
from threading import Event, Thread

from django.utils import translation

from tanhui.cli.commands import prepare
from tanhui.cli.words import django_language
from tanhui.core.ledger import Malformed
from tanhui.core.ledger.cosignature import WitnessKey
from tanhui.core.ledger.policy import Policy, Witness, k_of_n
from tanhui.kit.lifeline import end_with_parent, when_ended
from tanhui.registry.log.offering import keep_offering, offer_once
from tanhui.registry.log.queries import finality, standings
from tanhui.registry.log.services import Round
from tanhui.registry.log.settings import current_policy, policy_file, require_plain, write_policy
from tanhui.registry.writer.signing import public_key

WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "key": "账本公钥　{key}",
        "none": "没有设见证：0/0。每一块写下就算定局，只凭登记机构自己的签名。",
        "policy": "见证规则　{needed}/{all}　{path}",
        "final": "最新第 {newest:,} 块，已定局到第 {final:,} 块",
        "witness": "{name}　签到第 {height:,} 块，差 {behind:,} 块　{url}",
        "never": "{name}　还没有签过　{url}",
        "use": "用法：tanhui log add 名称 公钥 网址 · remove 名称 · quorum 几家",
        "bad": "没有改：{why}",
        "round": "检查点 {size:,}　已签 {signed}　没签 {troubled}",
        "idle": "没有要送签的。",
    },
    "en": {
        "key": "key of the log {key}",
        "none": "No witnesses: 0 of 0. Every block counts as final once written, on the registry's signature alone.",
        "policy": "policy         {needed} of {all}  {path}",
        "final": "newest block {newest:,}, final up to block {final:,}",
        "witness": "{name}  co-signed block {height:,}, {behind:,} behind  {url}",
        "never": "{name}  has not co-signed yet  {url}",
        "use": "Use: tanhui log add NAME KEY URL · remove NAME · quorum HOW-MANY",
        "bad": "Nothing was changed: {why}",
        "round": "checkpoint {size:,}  signed {signed}  not {troubled}",
        "idle": "Nothing to offer.",
    },
}
DONE, REFUSED, WRONG_USE = 0, 1, 2


def log(options: argparse.Namespace) -> int:
    """Do what is asked about the log."""
    acts = {"show": _show, "add": _add, "remove": _remove, "quorum": _quorum, "offer": _offer}
    with translation.override(django_language(options.language)):
        return acts[options.action](options)


def _show(options: argparse.Namespace) -> int:
    prepare()
    words, found = WORDS[options.language], finality()
    print(words["key"].format(key=public_key()))
    if not found.policy.witnesses:
        print(words["none"])
        return DONE
    many = {"needed": found.policy.needed, "all": len(found.policy.witnesses), "path": policy_file()}
    print(words["policy"].format(**many))
    heights = [block.height if block else 0 for block in (found.newest, found.final)]
    print(words["final"].format(newest=heights[0], final=heights[1]))
    for one in standings(found.policy, found.newest):
        facts = {"name": one.witness.name, "url": one.witness.url, "height": one.height, "behind": one.blocks_behind}
        print(words["witness" if one.height else "never"].format(**facts))
    return DONE


def _add(options: argparse.Namespace) -> int:
    """Add a witness. How many must sign stays as it is, so nothing that is final stops being it."""
    match options.names:
        case [name, key, url]:
            pass
        case _:
            return _say_use(options)
    policy = require_plain(current_policy())
    try:
        return _write(k_of_n((*policy.witnesses, Witness(name, WitnessKey.parse(key), url)), policy.needed), options)
    except Malformed as fault:
        return _say_bad(options, fault)


def _remove(options: argparse.Namespace) -> int:
    policy = require_plain(current_policy())
    left = [one for one in policy.witnesses if one.name not in options.names]
    if len(options.names) != 1 or len(left) == len(policy.witnesses):
        return _say_use(options)
    try:
        return _write(k_of_n(left, policy.needed), options)
    except Malformed as fault:
        return _say_bad(options, fault)


def _quorum(options: argparse.Namespace) -> int:
    if len(options.names) != 1 or not options.names[0].isdecimal():
        return _say_use(options)
    try:
        return _write(k_of_n(require_plain(current_policy()).witnesses, int(options.names[0])), options)
    except Malformed as fault:
        return _say_bad(options, fault)


def _write(policy: Policy, options: argparse.Namespace) -> int:
    write_policy(policy)
    many = {"needed": policy.needed, "all": len(policy.witnesses), "path": policy_file()}
    print(WORDS[options.language]["policy"].format(**many))
    return DONE


def _offer(options: argparse.Namespace) -> int:
    prepare()
    if options.once:
        done = offer_once()
        if done is None:
            print(WORDS[options.language]["idle"])
            return DONE
        _tell(done, options)
        return REFUSED if done.troubled else DONE
    over = Event()
    when_ended(over.set)
    if options.with_parent:
        Thread(target=end_with_parent, daemon=True).start()
    keep_offering(over, (lambda _done: None) if options.with_parent else lambda done: _tell(done, options))
    return DONE


def _tell(done: Round, options: argparse.Namespace) -> None:
    troubled = "、".join(f"{name}（{code}）" for name, code in done.troubled)
    signed = "、".join(done.signed)
    said = WORDS[options.language]["round"].format(size=done.size, signed=signed or 0, troubled=troubled or 0)
    print(said, flush=True)


def _say_use(options: argparse.Namespace) -> int:
    print(WORDS[options.language]["use"], file=sys.stderr)
    return WRONG_USE


def _say_bad(options: argparse.Namespace, why: Exception) -> int:
    print(WORDS[options.language]["bad"].format(why=why), file=sys.stderr)
    return WRONG_USE
