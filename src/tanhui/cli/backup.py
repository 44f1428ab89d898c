"""`tanhui backup` and `tanhui restore`: the database put aside, and put back as it was at a time.

The keys are never in a backup: whoever has both can write a new past. A restore begins with the keys in their place.
"""

import argparse
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from threading import Event, Thread

from tanhui.kit import backup as backups
from tanhui.kit import clock
from tanhui.kit.home import home
from tanhui.kit.lifeline import end_with_parent, when_ended

CHECKPOINT = "checkpoint"
"""The newest checkpoint that was known when changes were last fetched."""

LOOK_S = 2.0
DONE, FAULTY, WRONG_USE = 0, 1, 2
WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "made": "备份好了：{folder}，可以恢复到 {at} 或者以后的时刻。",
        "keys": "钥匙不在备份里。{keys} 另外存，和备份不放在一处。",
        "base": "{at}  {folder}",
        "none": "{folder} 里没有备份。",
        "following": "正在跟着记下每一处改动，Ctrl-C 结束。",
        "no_keys": "先把 keys 文件夹放进 {home}，再恢复：没有它，账本接不下去。什么都没有恢复。",
        "bad_time": "时刻看不懂：{time}。写成 2027-03-01T14:30:00+08:00。",
        "restored": "恢复好了：从 {base} 起，{to}。",
        "latest": "到备份里最后一处改动",
        "to": "到 {time}",
        "unknown": "备份里没有检查点 {path}，不知道给出去的到了哪里。"
        "记账以前，和拿着后面那些回执、证书、账本文件的各家对过：tanhui verify --continues 文件",
        "stop": "账本比给出去的短，或者不是同一本，已停止记账。和拿着后面那些回执、证书、账本文件的各家，"
        "还有见证的各家，一家一家对过，再决定怎么接：tanhui ledger lift --by 监督人员 --reason 理由",
    },
    "en": {
        "made": "Backed up: {folder}. One can go back to {at} or to any later moment.",
        "keys": "The keys are not in the backup. Keep {keys} elsewhere, and never in the same place.",
        "base": "{at}  {folder}",
        "none": "There is no backup in {folder}.",
        "following": "Keeping each change as it is made. Ctrl-C ends it.",
        "no_keys": "Put the folder keys into {home} first: without it the ledger cannot go on. Nothing was restored.",
        "bad_time": "This is no time: {time}. Write 2027-03-01T14:30:00+08:00.",
        "restored": "Restored: from {base}, {to}.",
        "latest": "up to the last change that the backup has",
        "to": "up to {time}",
        "unknown": "There is no checkpoint {path} with the backups, so nobody knows how far others have it. Before "
        "anything is booked, hold it against what they have: tanhui verify --continues FILE",
        "stop": "The ledger is shorter than what was given out, or another one: writing is stopped. Compare it with "
        "everybody who holds later receipts, certificates or audit files, and with the witnesses, before you decide "
        "how to go on: tanhui ledger lift --by SUPERVISOR --reason WHY",
    },
}


def backup(options: argparse.Namespace) -> int:
    """Make a backup, keep on with it, or say what there is."""
    acts = {"now": _now, "follow": _follow, "list": _list}
    return acts[options.action](Path(options.folder).resolve(), options)


def _now(folder: Path, options: argparse.Namespace) -> int:
    words = WORDS[options.language]
    made = backups.back_up(home=home(), folder=folder, now=clock.now)
    _settings()
    _keep_checkpoint(folder)
    print(words["made"].format(folder=made.folder, at=_local(made.at)))
    print(words["keys"].format(keys=home() / "keys"))
    return DONE


def _follow(folder: Path, options: argparse.Namespace) -> int:
    over = Event()
    when_ended(over.set)
    if options.with_parent:
        Thread(target=end_with_parent, daemon=True).start()
    _settings()
    child = backups.following(home=home(), folder=folder)
    try:
        print(WORDS[options.language]["following"], flush=True)
        while not over.wait(LOOK_S) and child.poll() is None:
            _keep_checkpoint(folder)
    finally:
        child.terminate()
        child.wait()
    return DONE if over.is_set() else FAULTY


def _list(folder: Path, options: argparse.Namespace) -> int:
    words, found = WORDS[options.language], backups.bases(folder)
    for base in found:
        print(words["base"].format(at=_local(base.at), folder=base.folder))
    if not found:
        print(words["none"].format(folder=folder))
    return DONE if found else FAULTY


def restore(options: argparse.Namespace) -> int:
    """Put the database back into a home that has its keys and no database; hold it against what is known; verify it.

    Returns 0 when all holds and the ledger goes on from what was given out, 1 when it does not.
    """
    words, folder, place = WORDS[options.language], Path(options.folder).resolve(), home()
    to = _read_time(options.to)
    if options.to and to is None:
        print(words["bad_time"].format(time=options.to), file=sys.stderr)
        return WRONG_USE
    if not list((place / "keys").glob("*.seed")):
        print(words["no_keys"].format(home=place), file=sys.stderr)
        return WRONG_USE
    base = backups.restore(home=place, folder=folder, to=to)
    reached = words["to"].format(time=_local(to)) if to else words["latest"]
    print(words["restored"].format(base=_local(base.at), to=reached))
    _settings()
    return max(_hold(folder, options), _verify(options))


def _hold(folder: Path, options: argparse.Namespace) -> int:
    """Hold the restored ledger against the checkpoint that lies with the backups."""
    from tanhui.cli.commands import prepare
    from tanhui.cli.continues import continuation_line
    from tanhui.registry.services.restoring import hold_against

    prepare(restoring=True)
    path = folder / CHECKPOINT
    if not path.exists():
        backups.finish(home())
        return _nothing_to_hold_against(path, options.language)
    found = hold_against(note=path.read_text(encoding="utf-8"), at=clock.now())
    backups.finish(home())
    print(continuation_line(found, path, options.language))
    if not found.ok:
        print(WORDS[options.language]["stop"])
    return DONE if found.ok else FAULTY


def _nothing_to_hold_against(path: Path, language: str) -> int:
    from tanhui.registry.services.restoring import newest_checkpoint

    if newest_checkpoint() is None:
        return DONE
    print(WORDS[language]["unknown"].format(path=path))
    return FAULTY


def _verify(options: argparse.Namespace) -> int:
    from tanhui.cli.verify import verify

    asked = argparse.Namespace(file=None, key=None, policy=None, json=None, continues=[], language=options.language)
    return verify(asked)


def _keep_checkpoint(folder: Path) -> None:
    """Write the newest checkpoint beside the backups, whole or not at all; later, where the database is away."""
    from django.db import Error, connection

    from tanhui.registry.services.restoring import newest_checkpoint

    path = folder / CHECKPOINT
    try:
        note = newest_checkpoint()
    except Error:
        connection.close()
        return
    if note is not None and not (path.exists() and path.read_text(encoding="utf-8") == note):
        part = path.with_name(f"{CHECKPOINT}.part")
        part.write_text(note, encoding="utf-8")
        part.replace(path)


def _settings() -> None:
    from tanhui.cli import django_setup

    django_setup()


def _read_time(text: str | None) -> datetime | None:
    """Read a time; without a zone it is local."""
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=clock.LOCAL)


def _local(moment: datetime) -> str:
    return f"{moment.astimezone(clock.LOCAL):%Y-%m-%d %H:%M:%S%z}"
