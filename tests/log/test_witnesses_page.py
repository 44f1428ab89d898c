"""The page of witnesses: who signs, what is final, what went wrong; alarms stay, strangers' words are never ours."""

import pytest
from django.test import Client
from django.urls import reverse

from logs import KeptLog
from tanhui.core.ledger.cosignature import WitnessSigner
from tanhui.core.ledger.note import split_note
from tanhui.core.ledger.policy import Policy, Witness, k_of_n
from tanhui.kit import clock
from tanhui.registry.log.models import Cosignature, Fault
from tanhui.registry.log.queries import ALARMS
from tanhui.registry.log.wording import FAULT_WORDS
from tanhui.registry.writer.journal import last_block

SIGNERS = {name: WitnessSigner(f"{name}.test", name.encode().ljust(32)) for name in ("bank", "insurer")}
WITNESSES = [Witness(name, one.public, f"http://{name}") for name, one in SIGNERS.items()]


def said(language: str = "en") -> str:
    answer = Client().get(reverse("witnesses"), headers={"accept-language": language})
    assert answer.status_code == 200
    return answer.content.decode()


def sign(name: str) -> None:
    block, key, now = last_block(), SIGNERS[name].public, clock.now()
    line = SIGNERS[name].cosign(split_note(block.checkpoint)[0], 1_760_000_000)
    row = {"vkey": str(key), "name": name, "size": block.size, "line": line}
    Cosignature.objects.create(**row, signed_at=now, received_at=now)


def fault(code: str, **params) -> None:
    key = str(SIGNERS["bank"].public)
    Fault.objects.create(vkey=key, name="bank", code=code, size=9, params=params, at=clock.now())


@pytest.fixture
def log(standing) -> KeptLog:
    return KeptLog()


def test_without_witnesses_it_says_so(log):
    assert "还没有记过账" in said("zh-hans")
    log.grow(5)
    assert "0 of 0" in said()
    assert "on the registry's signature alone" in said().replace("&#x27;", "'")
    assert "0/0" in said("zh-hans")


def test_it_says_who_signed_and_what_is_final(log, policy_file):
    policy_file(k_of_n(WITNESSES, 2))
    log.grow(5)
    assert "2 of 2 must sign" in said()
    assert "no block yet" in said()
    assert said().count("never signed") == 2
    sign("bank")
    sign("insurer")
    assert said().count("up to date") == 2
    assert "no block yet" not in said()
    log.grow(9)
    sign("bank")
    page = said()
    assert (page.count("up to date"), page.count(">behind<"), page.count("<dt>Blocks waiting</dt><dd>1</dd>")) == (
        1,
        1,
        1,
    )


@pytest.mark.parametrize("code", FAULT_WORDS)
def test_every_fault_is_told_and_alarms_stay(log, policy_file, code):
    policy_file(k_of_n(WITNESSES, 1))
    log.grow(5)
    fault(code, said="<b>all is well</b>")
    page = said()
    assert code in page
    assert "<b>all" not in page
    assert "<q" in page
    assert ('role="alert"' in page) == (code in ALARMS)
    sign("bank")
    policy_file(Policy())
    assert ('role="alert"' in said()) == (code in ALARMS)


def test_what_members_say_is_shown_in_the_readers_language_with_its_codes(log, policy_file):
    policy_file(k_of_n(WITNESSES, 1))
    log.grow(5)
    fault("rule_refused", said="leaf 9 in block 2, leaf: the log has nothing, the rules give the header of block 3")
    assert "leaf 9 in block 2" in said()
    chinese = said("zh-hans")
    assert "第 2 块第 9 条，不是规则给出的（leaf）：账本上是 没有，规则给出的是 第 3 块的块头" in chinese
    assert "leaf 9 in block 2" not in chinese


def test_all_alarms_have_words():
    assert set(FAULT_WORDS) >= ALARMS


def test_a_policy_that_cannot_be_read_is_said(log, settings):
    settings.WITNESSES.write_text("quorum nobody-knows\n")
    answer = Client().get(reverse("witnesses"), headers={"accept-language": "en"})
    assert answer.status_code == 409
    assert "policy_unreadable" in answer.content.decode()


def test_the_books_lead_to_it(log):
    log.grow(5)
    assert reverse("witnesses") in Client().get(reverse("books")).content.decode()
