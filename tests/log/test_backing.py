"""Final beside each act: the receipt, the certificate and the lot say how its block stands, and by whom."""

import hashlib

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from logs import KeptLog, sale, season
from tanhui.core.ledger.cosignature import WitnessSigner, cosignatures
from tanhui.core.ledger.note import split_note
from tanhui.core.ledger.policy import Witness, k_of_n
from tanhui.kit import clock
from tanhui.registry.log.backing import backers
from tanhui.registry.log.models import Cosignature
from tanhui.registry.models import Block, Order, Retirement
from tanhui.registry.queries import receipt_of
from tanhui.registry.services import request_transfer
from tanhui.registry.writer.journal import last_block

SIGNERS = {name: WitnessSigner(f"{name}.test", name.encode().ljust(32)) for name in ("bank", "insurer", "city")}
WITNESSES = [Witness(name, one.public, f"http://{name}") for name, one in SIGNERS.items()]
ALONE = ("没有别家见证", "no witnesses")
WAITING = ("等见证", "not final yet")
FINAL = ("已定局", "final")


def sign(name: str, block: Block | None = None) -> None:
    chosen, key, now = block or last_block(), SIGNERS[name].public, clock.now()
    line = SIGNERS[name].cosign(split_note(chosen.checkpoint)[0], 1_760_000_000)
    row = {"vkey": str(key), "name": name, "size": chosen.size, "line": line}
    Cosignature.objects.create(**row, signed_at=now, received_at=now)


def test_a_block_is_backed_by_those_who_signed_it_or_a_later_one(kept_log: KeptLog, policy_file):
    kept_log.add(*season())
    kept_log.add(sale(5))
    kept_log.add(sale(6))
    first, second, third = Block.objects.order_by("height")
    assert backers().of(third)[:5] == ("alone", 0, 0, (), ())
    policy_file(k_of_n(WITNESSES, 2))
    assert backers().of(first) == ("waiting", 2, 3, (), ("bank", "insurer", "city"), None)
    sign("city", second)
    assert backers().of(first) == ("waiting", 2, 3, ("city",), ("bank", "insurer"), None)
    assert backers().of(third).signed == ()
    sign("bank", second)
    assert backers().of(first) == ("final", 2, 3, ("bank", "city"), ("insurer",), 2)
    assert [backers().state_at(block.height) for block in (first, second, third)] == ["final", "final", "waiting"]
    policy_file(k_of_n(WITNESSES, 0))
    assert backers().of(third).state == "alone"


def test_it_is_asked_once_however_many_blocks_there_are(kept_log: KeptLog, policy_file, django_assert_num_queries):
    kept_log.add(*season())
    policy_file(k_of_n(WITNESSES, 1))
    sign("bank")
    for number in range(2, 30):
        kept_log.add(sale(number))
    blocks = list(Block.objects.all())
    with django_assert_num_queries(4):
        behind = backers()
        states = [behind.of(block).state for block in blocks]
    assert states == ["final"] + ["waiting"] * 28


@pytest.fixture
def pages(chain, people):
    """What the pages of the finished chain say, in a language: the receipts, the certificate, the lot."""
    orders = [order.number for order in Order.objects.order_by("id")]
    paths = {f"order {number}": reverse("order", args=[number]) for number in orders}
    paths |= {
        "certificate": reverse("certificate", args=[chain.retirement.number]),
        "lot": reverse("lot", args=[chain.lot.lot]),
    }
    reader = Client()
    reader.force_login(people["wangqiang"])

    def read(language: str) -> dict[str, str]:
        answers = {name: reader.get(path, headers={"accept-language": language}) for name, path in paths.items()}
        assert {answer.status_code for answer in answers.values()} == {200}
        return {name: answer.content.decode() for name, answer in answers.items()}

    return read


@pytest.mark.parametrize(("place", "language"), [(0, "zh-hans"), (1, "en")])
def test_receipt_certificate_and_lot_say_how_their_block_stands(pages, policy_file, place, language):
    badge = '<span class="badge {}">{}</span>'
    alone = pages(language)
    assert len(alone) == 5
    assert [name for name, page in alone.items() if badge.format("weak", ALONE[place]) not in page] == []
    policy_file(k_of_n(WITNESSES, 2))
    sign("city")
    waiting = pages(language)
    assert [name for name, page in waiting.items() if badge.format("wait", WAITING[place]) not in page] == []
    assert waiting["lot"].count(badge.format("wait", WAITING[place])) > 3
    assert all("city" in page and "insurer" in page for page in waiting.values())
    sign("bank")
    final = pages(language)
    assert [name for name, page in final.items() if badge.format("go", FINAL[place]) not in page] == []
    assert not any(WAITING[place] in page for page in final.values())
    assert final["lot"].count(f"<small>{FINAL[place]}</small>") > 2
    assert all("bank" in page and "city" in page for page in final.values())


def test_the_receipt_says_that_its_block_is_not_final_yet(chain, people, policy_file):
    policy_file(k_of_n(WITNESSES, 2))
    order = request_transfer(
        lot=chain.lot.lot,
        source=chain.transfer.source,
        target=chain.transfer.target,
        quantity_mg=1000,
        exchange_certificate="X-1",
        price_fen_per_t=1,
        region_code="BT",
        command_id=bytes(16),
        by=people["wangqiang"],
        reason="理由",
        at=clock.now(),
    )
    checker = Client()
    checker.force_login(people["wuyun"])
    page = reverse("order", args=[order.number])
    assert WAITING[0] not in checker.get(page).content.decode()
    told = checker.post(page, {"act": "approve", "reason": "同意"}).content.decode()
    assert "receipt-page" in told
    assert WAITING[0] in told
    assert "bank、insurer、city 还没签" in told


def test_a_proof_made_after_finality_carries_the_signatures_and_the_pdf_stays(chain, policy_file):
    path = reverse("certificate_pdf", args=[chain.retirement.number])
    command, keys = chain.retirement.order.command_hex, [one.public for one in SIGNERS.values()]
    before = Client().get(path).content
    policy_file(k_of_n(WITNESSES, 2))
    assert cosignatures(receipt_of(command).checkpoint, keys) == ()
    sign("city")
    sign("bank")
    signed = cosignatures(receipt_of(command).checkpoint, keys)
    assert {one.key.name for one in signed} == {"city.test", "bank.test"}
    assert Client().get(path).content == before
    assert hashlib.sha256(before).hexdigest() == Retirement.objects.get().certificate_sha256


def test_a_lot_with_more_acts_costs_no_more_questions_about_it(chain, policy_file):
    policy_file(k_of_n(WITNESSES, 2))
    path = reverse("lot", args=[chain.lot.lot])
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert Client().get(path).status_code == 200
    assert sum("log_cosignature" in query["sql"] for query in asked) == 2
