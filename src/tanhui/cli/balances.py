"""What the proof of a balance says, line by line and for programs."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from tanhui.core.ledger.balance import BalanceReading
from tanhui.kit.text import tonnes

WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "signed": "成立  签名：检查点由 {name} 签过，共 {size:,} 条记录",
        "closed": "成立  日结：{day} 日终，到第 {height:,} 块，{holdings:,} 个余额，记在第 {at:,} 块",
        "held": "成立  余额：账户 {account}，批次 {lot}，{book} {quantity} t；这一栏全部账户合计 {total} t",
    },
    "en": {
        "signed": "holds  Signature: the checkpoint was signed by {name}, over {size:,} records",
        "closed": "holds  Day: the end of {day}, block {height:,}, {holdings:,} holdings, written in block {at:,}",
        "held": "holds  Balance: account {account}, lot {lot}, {quantity} t {book}; all accounts together {total} t",
    },
}
BOOKS: Mapping[str, str] = {
    "live": "可流通",
    "held": "挂牌中",
    "pledged": "质押",
    "frozen": "冻结",
    "buffer": "缓冲池",
    "reserve": "碳币备付",
    "retired": "已注销",
    "revoked": "已撤销",
    "mint": "制发",
}


def balance_lines(reading: BalanceReading, language: str) -> Sequence[str]:
    """Return one line for the signature, one for the day, one for each balance."""
    words, end = WORDS[language], reading.end
    checkpoint = reading.checkpoint
    lines = [
        words["signed"].format(name=checkpoint.origin, size=checkpoint.size),
        words["closed"].format(day=_day(end.day), height=end.height, holdings=end.holdings, at=reading.height),
    ]
    for one in reading.balances:
        book = BOOKS[one.pile.book] if language == "zh" else one.pile.book
        facts = {"account": reading.account, "lot": one.pile.lot, "book": book}
        total = tonnes(one.pile.total_mg)
        lines.append(words["held"].format(quantity=tonnes(one.quantity_mg), total=total, **facts))
    return lines


def balance_document(reading: BalanceReading) -> Mapping[str, object]:
    """Return what is proven, for programs."""
    return {
        "account": reading.account,
        "day": _day(reading.end.day),
        "day_height": reading.end.height,
        "height": reading.height,
        "size": reading.checkpoint.size,
        "balances": [
            {
                "lot": one.pile.lot,
                "book": one.pile.book,
                "quantity_mg": one.quantity_mg,
                "total_mg": one.pile.total_mg,
                "holdings": one.pile.holdings,
            }
            for one in reading.balances
        ],
    }


def _day(day: int) -> str:
    return (date(1970, 1, 1) + timedelta(days=day)).isoformat()
