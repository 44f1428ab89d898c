"""`tanhui prove balance`: write the proof of what an account held, as a file for whoever has the public keys."""

import argparse
from collections.abc import Mapping
from pathlib import Path

from django.utils import translation

from tanhui.cli.commands import prepare
from tanhui.cli.words import django_language
from tanhui.core.ledger.balance import read_balance
from tanhui.registry.queries.days import balance_proof, day_words
from tanhui.registry.writer.signing import public_key

WORDS: Mapping[str, str] = {
    "zh": "{path}：账户 {account} 在 {day} 日终时 {count} 栏余额的证明。任何人可验：tanhui verify {path} --key '{key}'",
    "en": "{path}: proof of {count} balances of account {account} at the end of {day}. "
    "Anybody can check it: tanhui verify {path} --key '{key}'",
}
DONE = 0


def prove(options: argparse.Namespace) -> int:
    """Write the proof and say what it proves. It is checked once before it is handed out."""
    prepare()
    with translation.override(django_language(options.language)):
        proof, key = balance_proof(options.account, options.lot), public_key()
        reading = read_balance(proof, key)
    path = Path(options.out or f"{options.account}.proof.json")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(proof.to_json(), encoding="utf-8")
    facts = {"account": options.account, "day": day_words(reading.end.day), "count": len(reading.balances)}
    print(WORDS[options.language].format(path=path, key=key, **facts))
    return DONE
