"""Run the feature texts: a sentence is an act or a claim about the books, and no sentence is without meaning.

A scenario begins with four open accounts (林场, 二号林场, 钢厂, 缓冲池) and a lot of 1000 mg, of which 100 are in
the buffer. 假如 and 并且 before 当 must be done; 当 is the act in question; 那么 says what came of it.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from core.ledger import every_act as do
from core.ledger.ledger_samples import BUFFER, BUYER, HASH, OWNER, SECOND, command, issue, origin, retire, transfer
from tanhui.core.ledger import (
    MINT_ACCOUNT,
    Act,
    Book,
    CloseAccount,
    CloseDay,
    Holding,
    Linked,
    Malformed,
    OpenAccount,
    Reverse,
    State,
    apply,
)
from tanhui.core.ledger.days import begin_of

WHO = {"林场": OWNER, "二号林场": SECOND, "钢厂": BUYER, "缓冲池": BUFFER, "牧场": "acc-pasture"}
BOOKS = {
    "可用": "live", "占用": "held", "质押": "pledged", "冻结": "frozen", "缓冲": "buffer", "储备": "reserve",
    "注销": "retired", "撤销": "revoked",
}  # fmt: skip
N, W = r"(\d+) 毫克", r"(林场|二号林场|钢厂|缓冲池|牧场)"

ACTS: dict[str, Callable[..., Act]] = {
    "给账本自己开户": lambda: OpenAccount(MINT_ACCOUNT, "owner", HASH),
    f"给{W}开一个银行类的账户": lambda who: OpenAccount(WHO[who], "bank", HASH),
    "给二号缓冲池开户": lambda: OpenAccount("acc-buffer-2", "buffer", HASH),
    f"林场流转没有制发过的批次 {N}给{W}": lambda n, to: transfer(int(n), target=WHO[to], lot="lot-9"),
    "用同一个批次号制发另一个项目": lambda: issue("lot-1", origin=origin("project-2")),
    "制发批次二，缓冲和整批一样多": lambda: issue("lot-2", 10, 10, origin=origin("project-2")),
    f"林场为聚会注销 {N}": lambda n: retire(int(n), purpose="party"),
    f"林场为聚会占用 {N}": lambda n: do.hold(int(n), purpose="party"),
    f"在{W}的账户里撤回这笔挂牌": lambda who: do.void(account=WHO[who]),
    f"逆转 {N}，用二号缓冲池，由林场补足": lambda n: Reverse("lot-1", "acc-buffer-2", OWNER, "lot-1", int(n), HASH),
    f"给{W}开户": lambda who: OpenAccount(WHO[who], "owner", HASH),
    f"{W}销户": lambda who: CloseAccount(WHO[who]),
    f"制发批次二，共 {N}": lambda n: issue("lot-2", int(n), 10, origin=origin("project-2")),
    "用另一个批次号再制发同一个监测期": lambda: issue("lot-2"),
    f"{W}流转 {N}给{W}": lambda who, n, to: transfer(int(n), WHO[who], WHO[to]),
    r"林场分发给 (\d+) 户，各 1 毫克": lambda n: do.distribute(*((f"acc-{place}", 1) for place in range(int(n)))),
    f"林场分发：{W} {N}，{W} {N}": lambda a, n, b, m: do.distribute((WHO[a], int(n)), (WHO[b], int(m))),
    f"林场挂牌占用 {N}，第 (\\d+) 毫秒到期": lambda n, at: do.hold(int(n), until_ms=int(at)),
    f"林场为质押占用 {N}": lambda n: do.hold(int(n), purpose="pledge"),
    f"挂牌成交 {N}给{W}": lambda n, to: do.post(int(n), WHO[to]),
    "挂牌撤回": do.void,
    "挂牌到期": do.expire,
    f"林场质押 {N}给{W}": lambda n, to: do.pledge(int(n), pledgee=WHO[to]),
    f"解押 {N}": lambda n: do.release(int(n)),
    f"处置 {N}归{W}": lambda n, to: do.foreclose(int(n), WHO[to]),
    f"监督部门冻结{W}的账户": lambda who: do.freeze(account=WHO[who]),
    f"监督部门冻结林场的 {N}": lambda n: do.freeze(int(n), "lot-1"),
    f"监督部门解冻{W}的账户": lambda who: do.unfreeze(account=WHO[who]),
    "监督部门解冻林场的那部分": lambda: do.unfreeze("lot-1"),
    f"{W}注销 {N}": lambda who, n: retire(int(n), WHO[who]),
    f"从{W}撤销 {N}": lambda who, n: do.revoke(int(n), WHO[who]),
    f"逆转 {N}，由{W}补足": lambda n, who: do.reverse(int(n), WHO[who]),
    f"逆转 {N}，没有人补足": lambda n: do.reverse(int(n), None, None),
    f"后一轮复测，应为 {N}，由{W}补足": lambda n, who: do.correct(int(n), WHO[who]),
    f"林场转出外区 {N}": lambda n: do.set_out(int(n)),
    "外区确认已收": do.confirm_out,
    "外区退回": do.return_out,
    f"外区转入钢厂 {N}": lambda n: do.arrive(int(n)),
    "外区的同一笔再转入一次": lambda: do.arrive(5, "e-9", "lot-9"),
    "外区确认已注销": do.confirm_in,
    "退回外区的转入": do.return_in,
    r"结第 (\d+) 天": lambda day: CloseDay(int(day), 1, 0, 0, HASH),
}
BALANCE = re.compile(f"{W}(?:的(批次二|外区批次))?{'|'.join(BOOKS).join('()')} {N}")
UNWRITABLE = "unwritable"
AGAIN, BY_OWNER = "用前一个指令的编号：", "业主自己下令："
LOTS = {None: "lot-1", "批次二": "lot-2", "外区批次": "lot-in"}


class Scenario(NamedTuple):
    feature: str
    name: str
    steps: tuple[tuple[str, str], ...]


def scenarios(folder: Path) -> Iterator[Scenario]:
    for path in sorted(folder.glob("*.feature")):
        name, steps = "", []
        for line in [*map(str.strip, path.read_text("utf-8").splitlines()), "场景：end"]:
            if line.startswith("场景："):
                if steps:
                    yield Scenario(path.stem, name, tuple(steps))
                name, steps = line.removeprefix("场景："), []
            elif line and not line.startswith(("功能：", "#")):
                word, _, sentence = line.partition(" ")
                assert word in {"假如", "当", "那么", "并且"}, f"{path.name}: {line}"
                steps.append((word, sentence))


def act_of(sentence: str) -> Act:
    if sentence.startswith("一并："):
        return Linked(tuple(map(act_of, sentence.removeprefix("一并：").split("；"))))
    for pattern, build in ACTS.items():
        if found := re.fullmatch(pattern, sentence):
            return build(*found.groups())
    raise AssertionError(f"no act says: {sentence}")


def run(scenario: Scenario) -> Act:
    """Run a scenario, and return the act that it is about."""
    state: State = do.after(*do.START).closing
    number, code, tried, said = 100, "done", None, "假如"
    time_ms = 1000
    for word, sentence in scenario.steps:
        said = said if word == "并且" else word
        if later := re.fullmatch(r"到了第 (\d+) (毫秒|天)", sentence):
            time_ms = int(later[1]) if later[2] == "毫秒" else begin_of(int(later[1]))
        elif said == "那么":
            check_claim(sentence, code, state)
        else:
            again, by_owner, plain = said_of(sentence)
            number, act = number + (not again), act_or_nothing(plain)
            if act is None:
                code = UNWRITABLE
                continue
            ordered = command(number, act, "owner") if by_owner else do.ordered(number, act)
            block = apply([ordered], state, state.height + 1, time_ms)
            state, code, tried = block.closing, block.outcomes[0].code, act
            assert said == "当" or code == "done", f"{sentence}: {code}"
    assert tried is not None
    return tried


def said_of(sentence: str) -> tuple[bool, bool, str]:
    """Return whether a sentence uses the id of the command before, whether the owner orders it, and what it is."""
    plain = sentence.removeprefix(AGAIN).removeprefix(BY_OWNER)
    return sentence.startswith(AGAIN), BY_OWNER in sentence, plain


def act_or_nothing(sentence: str) -> Act | None:
    """Return the act of a sentence; None where it is none that could be written as a command."""
    try:
        return act_of(sentence)
    except Malformed:
        return None


def check_claim(sentence: str, code: str, state: State) -> None:
    if sentence == "办成":
        assert code == "done", code
    elif sentence == "写不成指令":
        assert code == UNWRITABLE, code
    elif refused := re.fullmatch(r"拒绝（(\w+)）", sentence):
        assert code == refused[1]
    else:
        found = BALANCE.fullmatch(sentence)
        assert found, f"no claim says: {sentence}"
        who, lot, book, amount = found.groups()
        assert state.balance_mg(Holding(WHO[who], LOTS[lot], Book(BOOKS[book]))) == int(amount), sentence
