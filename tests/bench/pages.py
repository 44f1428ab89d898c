"""Every page that reads the ledger, by address and reader, and how long the server takes for it."""

from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any, NamedTuple


class Timed(NamedTuple):
    """How long a page took, once warm: median and worst of some turns, and the first one, which warmed it.

    `busy_ms` is the median of what this program and its session in the database computed: the same time without the
    waiting for a machine that others use too.
    """

    median_ms: float
    worst_ms: float
    first_ms: float
    busy_ms: float
    size_bytes: int
    status: int


def timed(url: str, reader: str, turns: int) -> Timed:
    """Ask for a page so many times as somebody, after a first time that warms it up."""
    from django.test import Client

    from tanhui.people.models import Person

    client = Client(headers={"host": "localhost"})
    if reader:
        client.force_login(Person.objects.get(username=reader))
    begun = perf_counter()
    answer = client.get(url)
    size_bytes = len(_content(answer))
    first_ms = (perf_counter() - begun) * 1000
    times, busy = [], []
    for _turn in range(turns):
        begun, computed = perf_counter(), _computed_s()
        _content(client.get(url))
        busy.append((_computed_s() - computed) * 1000)
        times.append((perf_counter() - begun) * 1000)
    return Timed(median(times), max(times), first_ms, median(busy), size_bytes, answer.status_code)


def _computed_s() -> float:
    """Seconds on a processor so far, of this program and of its session in the database."""
    from django.db import connection

    connection.ensure_connection()
    session = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    return process_time() + int(session.read_text().split()[0]) / 10**9


def _content(answer: Any) -> bytes:
    return bytes(answer.getvalue() if answer.streaming else answer.content)


def addresses() -> Iterator[tuple[str, str, str]]:
    """Yield name, address and reader of each page, in the large ledger at hand."""
    yield from _public()
    yield from _search()
    yield from _workplace()


def _public() -> Iterator[tuple[str, str, str]]:
    from django.urls import reverse

    from tanhui.registry.models import Block, Entry, Retirement
    from tanhui.registry.queries.holders import small_of

    wide, narrow = "BT-L-2030-0000", "BT-L-2030-0007"
    last = Block.objects.order_by("-height")[0]
    long_block = Block.objects.filter(size__gt=last.size // 2).order_by("height")[0]
    held = small_of(wide, "", "")[1000]
    middle = Entry.objects.filter(lot=wide).order_by("-index")[1000].index
    used = Retirement.objects.defer("certificate").order_by("-id")[0]
    yield from ((name, reverse(name), "") for name in ("home", "books", "blocks", "witnesses", "verify", "books_now"))
    yield "books_csv", reverse("books_csv"), ""
    yield "blocks_before", f"{reverse('blocks')}?before={last.height // 2}", ""
    yield "lot_wide", reverse("lot", args=[wide]), ""
    yield "lot_wide_before", f"{reverse('lot', args=[wide])}?before={middle}", ""
    yield (
        "lot_wide_holders",
        f"{reverse('lot', args=[wide])}?holders={held.quantity_mg}~{held.account}~{held.book}&serials=20000000",
        "",
    )
    yield "lot_narrow", reverse("lot", args=[narrow]), ""
    yield "lot_json", reverse("lot_json", args=[wide]), ""
    yield "block_long", reverse("block", args=[long_block.height]), ""
    yield "block_long_after", f"{reverse('block', args=[long_block.height])}?after={long_block.size - 500}", ""
    yield "block_last", reverse("block", args=[last.height]), ""
    yield "certificate", reverse("certificate", args=[used.number]), ""
    yield "certificate_proof", reverse("certificate_proof", args=[used.number]), ""
    yield "verify_found", f"{reverse('verify')}?number={used.number}", ""
    yield "verify_missing", f"{reverse('verify')}?number={used.number[:-1]}x", ""


def _search() -> Iterator[tuple[str, str, str]]:
    from django.urls import reverse
    from django.utils.http import urlencode

    from tanhui.registry.models import Act, Block, Lot, Retirement

    wide, last = "BT-L-2030-0000", Block.objects.order_by("-height")[0]
    used = Retirement.objects.defer("certificate").order_by("-id")[0]
    texts = {
        "lot": wide,
        "certificate": used.number,
        "command": Act.objects.order_by("-index")[0].command_hex,
        "root": last.root_hex,
        "evidence": Lot.objects.get(lot=wide).survey_hash_hex,
        "method": Lot.objects.get(lot=wide).method_hash_hex,
        "serial": f"{wide}#{used.serial_last}",
        "serial_free": f"{wide}#{10**15}",
        "nothing": "f" * 64,
        "height": str(last.height),
        "account": "BT-A-001000",
    }
    for name, text in texts.items():
        yield f"search_{name}", f"{reverse('search')}?{urlencode({'q': text})}", ""


def _workplace() -> Iterator[tuple[str, str, str]]:
    from django.urls import reverse

    from tanhui.registry.models import Order

    large, small = "BT-A-9000000", "BT-A-001000"
    order = Order.objects.filter(kind="retire").order_by("-id")[0].number
    yield "statement_large", reverse("account", args=[large]), "batu"
    yield "statement_small", reverse("account", args=[small]), "batu"
    yield "statement_json", reverse("account_json", args=[large]), "batu"
    yield "accounts", reverse("accounts"), "batu"
    yield "accounts_found", f"{reverse('accounts')}?q=林业合作", "batu"
    yield from ((f"desk_{who}", reverse("desk"), who) for who in ("batu", "zhaogang", "gaojie"))
    yield "orders", reverse("orders"), "batu"
    yield "order", reverse("order", args=[order]), "batu"
    for what, text in (("lots", "2030"), ("accounts", "达茂"), ("pledge", "昆都仑"), ("accounts", "BT-A-1")):
        yield f"look_{what}_{text}", f"{reverse('look', args=[what])}?field={text}", "batu"
    for kind in ("transfer", "retire", "pledge", "release", "reverse", "hold", "void"):
        yield f"order_new_{kind}", reverse("order_new", args=[kind]), "batu"
    yield "order_new_typed", f"{reverse('order_new', args=['transfer'])}?lot=BT-L-2030-0000&source={large}", "batu"
    yield from ((f"order_new_{kind}", reverse("order_new", args=[kind]), "gaojie") for kind in ("freeze", "unfreeze"))
