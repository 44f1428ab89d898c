"""`tanhui ledger`: serve as the one writer, say how it stands, check it, close a day, lift a stop, change its key."""

import argparse
import json
import sys
from collections.abc import Mapping
from threading import Thread

from django.conf import settings
from django.utils import translation

from tanhui.cli.commands import prepare
from tanhui.cli.ledger_key import ledger_key
from tanhui.cli.verify import report_lines, side_lines
from tanhui.cli.words import django_language
from tanhui.kit import clock, postgres
from tanhui.kit.lifeline import end_with_parent, when_ended
from tanhui.people.queries import person
from tanhui.registry.queries.checks import alarm, last_check
from tanhui.registry.queries.days import day_words
from tanhui.registry.services.checking import check_ledger, lift_stop
from tanhui.registry.services.closing_days import close_day
from tanhui.registry.services.follow_ups import left_behind
from tanhui.registry.writer.serving import Writer
from tanhui.registry.writer.status import status

WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "stopped": "记账已停：指令排队等着，查账照常。改好以后：tanhui ledger lift --by 监督人员 --reason 理由",
        "estimates": "核算：重算了 {computed} 项；{remembered} 项一周内用同样的数据、方法和程序算过，沿用结果。",
        "lifted": "已恢复记账。",
        "closed": "已结 {day} 的账：到第 {height:,} 块，{holdings:,} 个余额，{piles:,} 栏。",
        "nothing": "没有要结的：前一天已经结过，或者账本那时还没开始，或者账表还没跟上。",
        "who": "没有用户 {name}。",
        "use": "恢复记账要写明谁、为什么：tanhui ledger lift --by 用户名 --reason 理由",
    },
    "en": {
        "stopped": "Writing is stopped: commands wait, reading goes on. "
        "Once mended: tanhui ledger lift --by SUPERVISOR --reason WHY",
        "estimates": "Estimates: {computed} computed anew; {remembered} had been within a week, from the same data by "
        "the same method and code.",
        "lifted": "Writing goes on.",
        "closed": "{day} is closed: up to block {height:,}, {holdings:,} holdings in {piles:,} piles.",
        "nothing": "Nothing to close: the day before is closed, the ledger had not begun, or the tables are behind.",
        "who": "There is no user {name}.",
        "use": "Say who lifts the stop, and why: tanhui ledger lift --by USER --reason WHY",
    },
}
DONE, FAULTY, WRONG_USE = 0, 1, 2


def ledger(options: argparse.Namespace) -> int:
    """Serve until told to stop; print the status; check everything; close a day; lift a stop; see to the key."""
    if not options.with_parent:  # who starts it as a child has done so
        prepare()
    acts = {
        "serve": _serve,
        "status": _status,
        "check": _check,
        "close-day": _close_day,
        "lift": _lift,
        "key": ledger_key,
    }
    with translation.override(django_language(options.language)):
        return acts[options.action](options)


def _serve(options: argparse.Namespace) -> int:
    writer = Writer(idle_work=left_behind)
    when_ended(writer.stop)
    if options.with_parent:
        Thread(target=end_with_parent, daemon=True).start()
    writer.serve_always(lambda: postgres.bring_back(settings.HOME))
    return DONE


def _status(_options: argparse.Namespace) -> int:
    last, standing = last_check(), alarm()
    told: dict[str, object] = dict(status()._asdict())
    told["checked_at"] = last.at.isoformat() if last else None
    told["stopped_at"] = standing.at.isoformat() if standing else None
    told["faults"] = [dict(fault) for fault in standing.faults] if standing else []
    print(json.dumps(told, ensure_ascii=False))
    return DONE


def _check(options: argparse.Namespace) -> int:
    found = check_ledger(at=clock.now())
    for line in (*report_lines(found.report, options.language), *side_lines(found.side, options.language)):
        print(line)
    words = WORDS[options.language]
    print(words["estimates"].format(computed=found.estimates.computed, remembered=found.estimates.remembered))
    if not found.kept.fault_count:
        return DONE
    print(WORDS[options.language]["stopped"])
    return FAULTY


def _close_day(options: argparse.Namespace) -> int:
    words, end = WORDS[options.language], close_day(at=clock.now())
    if end is None:
        print(words["nothing"])
        return DONE
    facts = {"height": end.height, "holdings": end.holdings, "piles": end.piles}
    print(words["closed"].format(day=day_words(end.day), **facts))
    return DONE


def _lift(options: argparse.Namespace) -> int:
    if not (options.by and options.reason):
        print(WORDS[options.language]["use"], file=sys.stderr)
        return WRONG_USE
    by = person(options.by)
    if by is None:
        print(WORDS[options.language]["who"].format(name=options.by), file=sys.stderr)
        return WRONG_USE
    lift_stop(by=by, reason=options.reason, at=clock.now())
    print(WORDS[options.language]["lifted"])
    return DONE
