"""What the page Verify answers to the proof of a balance."""

from typing import Any

from django.utils.translation import gettext as _

from tanhui.core.ledger import BadProof, BadSignature, Malformed
from tanhui.core.ledger.balance import BalanceProof, read_balance
from tanhui.kit.text import tonnes
from tanhui.registry.queries.days import day_words
from tanhui.registry.wording import BOOK_WORDS
from tanhui.registry.writer.signing import key_for


def balance_answer(content: bytes) -> dict[str, Any]:
    """Check a proof of a balance with the registry's key and say what it proves, lot by lot."""
    try:
        proof = BalanceProof.from_json(content.decode())
        reading = read_balance(proof, key_for(proof.checkpoint))
    except (Malformed, BadSignature, BadProof, UnicodeDecodeError) as fault:
        return {
            "kind": "proof",
            "ok": False,
            "title": _("余额证明不成立"),
            "checks": [{"code": "proof", "ok": False, "sentence": _("证明文件与签过名的账本对不上")}],
            "faults": [{"code": type(fault).__name__, "where": "", "sentence": str(fault)}],
        }
    facts = {"account": reading.account, "day": day_words(reading.end.day)}
    proven = [
        _("批次 %(lot)s，%(book)s %(quantity)s t；这一栏全部账户合计 %(total)s t")
        % {
            "lot": one.pile.lot,
            "book": BOOK_WORDS.get(one.pile.book, one.pile.book),
            "quantity": tonnes(one.quantity_mg),
            "total": tonnes(one.pile.total_mg),
        }
        for one in reading.balances
    ]
    return {
        "kind": "proof",
        "ok": True,
        "title": _("成立：账户 %(account)s 在 %(day)s 日终时的余额") % facts,
        "checks": [{"code": "balance", "ok": True, "sentence": sentence} for sentence in proven],
        "faults": [],
    }
