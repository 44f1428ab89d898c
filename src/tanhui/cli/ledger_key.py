"""`tanhui ledger key`: show which keys sign, change the key, let the old one go, replace one that is lost."""

import argparse
import sys
from collections.abc import Mapping

from django.conf import settings

from tanhui.core.ledger import VerifyingKey
from tanhui.kit import clock
from tanhui.people.models import Person
from tanhui.people.queries import person
from tanhui.registry.models import HandOver
from tanhui.registry.services.keys import replace_key, retire_key, rotate_key
from tanhui.registry.writer import signing

WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "present": "现在签名　{key}",
        "leaving": "还一起签　{key}",
        "first": "从第一条记录起，没有换过。",
        "handed": "第 {number} 次交接　{size:,} 条记录以后，{at:%Y-%m-%d %H:%M:%S}，{by}：{reason}{lost}",
        "lost": "（旧的没有签）",
        "old": "　　从　{key}",
        "new": "　　到　{key}",
        "missing": "账本的密钥不在手里，不能签名。",
        "rotated": "换好了：{size:,} 条记录以后由新的一把签，旧的还一起签。交接书公开在 /log/handover/{number}。\n"
        "现在：备份 keys 文件夹；把新公钥发给每家见证，等他们加上；再让旧的退下：\n"
        "tanhui ledger key retire --by 监督人员 --reason 理由 [--destroy]",
        "replaced": "换好了，只有新的一把签了名。在别处公布新公钥和最后的检查点，见证各家人工换上。",
        "retired": "旧的退下了，放在 {path}。",
        "destroyed": "旧的退下了，已经销毁。备份里的也要销毁。",
        "who": "没有用户 {name}。",
        "use": "要写明谁、为什么：tanhui ledger key {what} --by 用户名 --reason 理由{more}",
        "more": " --old 丢了的公钥",
    },
    "en": {
        "present": "signs now         {key}",
        "leaving": "still signs along {key}",
        "first": "Since the first record; it never changed.",
        "handed": "hand-over {number}  after {size:,} records, {at:%Y-%m-%d %H:%M:%S}, {by}: {reason}{lost}",
        "lost": " (the old key did not sign)",
        "old": "     from {key}",
        "new": "     to   {key}",
        "missing": "The key of the ledger is not at hand; nothing can be signed.",
        "rotated": "Done: the new key signs from {size:,} records on; the old one signs along. The hand-over is public "
        "under /log/handover/{number}.\nNow back up the folder keys, send the new public key to every witness, wait "
        "until they have added it, and let the old one go:\n"
        "tanhui ledger key retire --by SUPERVISOR --reason WHY [--destroy]",
        "replaced": "Done; the new key alone has signed. Publish it and the last checkpoint elsewhere; "
        "witnesses change by hand.",
        "retired": "The old key signs no more. It lies in {path}.",
        "destroyed": "The old key signs no more; it was destroyed. Destroy it in the backups too.",
        "who": "There is no user {name}.",
        "use": "Say who and why: tanhui ledger key {what} --by USER --reason WHY{more}",
        "more": " --old LOST-KEY",
    },
}
DONE, FAULTY, WRONG_USE = 0, 1, 2


def ledger_key(options: argparse.Namespace) -> int:
    """Show the keys, or change them in the name of a supervisor."""
    words, what = WORDS[options.language], options.what or "show"
    if what == "show":
        return _show(words)
    if not (options.by and options.reason and (options.old or what != "replace")):
        more = words["more"] if what == "replace" else ""
        print(words["use"].format(what=what, more=more), file=sys.stderr)
        return WRONG_USE
    by = person(options.by)
    if by is None:
        print(words["who"].format(name=options.by), file=sys.stderr)
        return WRONG_USE
    _change(what, options, by)
    return DONE


def _change(what: str, options: argparse.Namespace, by: Person) -> None:
    words, at = WORDS[options.language], clock.now()
    if what == "rotate":
        made = rotate_key(by=by, reason=options.reason, at=at)
        print(words["present"].format(key=made.new_vkey))
        print(words["rotated"].format(size=made.size, number=made.number))
    elif what == "replace":
        made = replace_key(lost=options.old, by=by, reason=options.reason, at=at)
        print(words["present"].format(key=made.new_vkey))
        print(words["replaced"])
    else:
        path = retire_key(by=by, reason=options.reason, at=at, destroyed=options.destroy)
        print(words["destroyed" if options.destroy else "retired"].format(path=path))


def _show(words: Mapping[str, str]) -> int:
    last = signing.last_hand_over()
    key = signing.secret_of(VerifyingKey.parse(last.new_vkey)) if last else signing.signing_key()
    leaving = signing.leaving_key()
    print(words["present"].format(key=key.public if key else last.new_vkey if last else settings.REGISTRY_NAME))
    if leaving:
        print(words["leaving"].format(key=leaving.public))
    for line in _hand_overs(words) or [words["first"]]:
        print(line)
    if key is None:
        print(words["missing"])
    return DONE if key else FAULTY


def _hand_overs(words: Mapping[str, str]) -> list[str]:
    """Return the lines about each hand-over, the latest first."""
    lines: list[str] = []
    links = signing.key_chain().links if HandOver.objects.exists() else ()
    for number, link in reversed(list(enumerate(links, 1))):
        told = link.hand_over
        facts = {"size": told.checkpoint.size, "by": told.by, "reason": told.reason}
        at = clock.from_ms(told.at_ms).astimezone(clock.LOCAL)
        lost = "" if link.by_old else words["lost"]
        lines.append(words["handed"].format(number=number, at=at, lost=lost, **facts))
        lines += [words["old"].format(key=told.old), words["new"].format(key=told.new)]
    return lines
