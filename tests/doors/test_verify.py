"""The page where anybody verifies a certificate or a file: what holds, what does not, and that nothing is kept."""

import json
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from addresses import addresses
from paper import Paper, paper
from standing import row_counts
from tanhui.kit.text import tonnes
from tanhui.monitoring.models import RunPaper
from tanhui.registry.models import Retirement

URL = "/verify/"


def looked_up(number: str) -> Paper:
    answer = Client().get(URL, {"number": number})
    assert answer.status_code == 200
    return paper(answer)


def uploaded(name: str, content: bytes, *, status: int = 200) -> str:
    answer = Client().post(URL, {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == status
    return paper(answer).text


def paper_of(finished, name: str) -> bytes:
    return Client().get(addresses(finished)[name]).getvalue()


@pytest.fixture(scope="module")
def ledger(finished) -> bytes:
    """The audit file of the finished chain."""
    return paper_of(finished, "audit_file")


def test_a_certificate_is_found_by_its_number(finished):
    used = Retirement.objects.get()
    page = looked_up(used.number)
    for said in (f"有这张证书：{used.number}", "有效", tonnes(used.quantity_mg), used.name_zh, used.lot_id):
        assert said in page.text, said
    assert reverse("certificate", args=[used.number]) in page.attributes("a", "href")


def test_spaces_and_small_letters_do_not_hide_a_certificate(finished):
    used = Retirement.objects.get()
    assert f"有这张证书：{used.number}" in looked_up(f"  {used.number.lower()} ").text


def test_a_number_with_a_slip_names_the_nearest(finished):
    used = Retirement.objects.get()
    slip = used.number[:-1] + ("8" if used.number.endswith("9") else "9")
    page = looked_up(slip)
    assert f"没有编号为 {slip} 的证书" in page.text
    assert f"最接近的是 {used.number}" in page.text


@pytest.mark.parametrize("number", ["完全不是", "X" * 400, "%", "'; DROP TABLE", "😀", "<b>x</b>"])
def test_a_number_that_is_nothing_is_not_found(finished, number):
    page = looked_up(number)
    assert "没有编号为" in page.text
    assert "最接近的是" not in page.text
    assert "有这张证书" not in page.text


def test_an_honest_ledger_holds(finished, ledger):
    text = uploaded("tanhui-ledger.sqlite", ledger)
    assert "账本文件，每一项都对得上" in text
    assert "全部成立" in text
    assert " 不成立 " not in text


def test_a_ledger_with_a_changed_tree_names_the_file_and_the_line(finished, ledger):
    assert ledger.count(b",480\n") == 1
    text = uploaded("tanhui-ledger.sqlite", ledger.replace(b",480\n", b",481\n"))
    for said in ("账本文件有对不上的地方", "被改过", "trees.csv", "3", "survey_line_changed", "seal_broken"):
        assert said in text, said


@pytest.mark.parametrize("place", [20, 4096, -1])
def test_a_ledger_with_one_other_byte_does_not_hold(finished, ledger, place):
    changed = bytearray(ledger)
    changed[place] ^= 1
    text = uploaded("tanhui-ledger.sqlite", bytes(changed))
    assert "账本文件有对不上的地方" in text
    assert "全部成立" not in text


def test_half_a_ledger_does_not_hold(finished, ledger):
    assert "账本文件有对不上的地方" in uploaded("half.sqlite", ledger[: len(ledger) // 2])


def test_an_honest_certificate_holds_and_a_changed_one_does_not(finished):
    content = paper_of(finished, "certificate_pdf")
    number = Retirement.objects.get().number
    assert f"证书 {number}，有效" in uploaded("any-name.pdf", content)
    for changed in (content + b" ", content[:-1], content.replace(b"%PDF-1", b"%PDF-2", 1)):
        text = uploaded(f"{number}.pdf", changed)
        assert "这里没有出具过这个 PDF" in text
        assert "全部成立" not in text


def test_a_report_that_was_made_here_is_known_in_both_languages(finished):
    number = finished.project.number
    for language in ("", "?language=en"):
        content = Client().get(addresses(finished)["report_pdf"] + language).content
        text = uploaded("report.pdf", content)
        assert f"{number} 第 1 版测算的监测报告" in text
        assert "没有出具过" in uploaded("report.pdf", content + b" ")


def test_a_signed_report_of_monitoring_is_known_by_its_signatures(finished):
    paper = RunPaper.objects.filter(language="zh").select_related("run").first()
    text = uploaded("report.pdf", bytes(paper.content))
    assert f"监测报告 {paper.run.number}，已签名" in text
    assert "陈立 于" in text


def test_an_honest_proof_holds_and_says_how_much(finished):
    text = uploaded("x.proof.json", paper_of(finished, "certificate_proof"))
    assert f"{tonnes(Retirement.objects.get().quantity_mg)} t" in text
    assert "成立：这一笔记在第" in text
    assert "全部成立" in text


def test_a_changed_proof_does_not_hold(finished):
    told = json.loads(paper_of(finished, "certificate_proof"))
    for key, value in told.items():
        text = uploaded("x.proof.json", json.dumps({**told, key: spoiled(value)}).encode())
        assert "证明不成立" in text, key
        assert "全部成立" not in text, key


def spoiled(value):
    """A JSON value with one thing in it changed."""
    if isinstance(value, list):
        return [spoiled(value[0]), *value[1:]]
    if isinstance(value, dict):
        return {key: spoiled(part) for key, part in value.items()}
    if isinstance(value, str):
        return ("B" if value[0] == "A" else "A") + value[1:]
    return value + 1


@pytest.mark.parametrize(
    "content", [b"{}", b"{", b'{"a": 1}', b"{\xff\xfe", b'{"leaves": []}', b"{" * 5000, b'{"a":' + b"[" * 100_000]
)
def test_a_proof_that_is_none_does_not_hold(finished, content):
    assert "证明不成立" in uploaded("x.proof.json", content)


@pytest.mark.parametrize("content", [b"rubbish", b"PK\x03\x04zip", b"\0" * 100, b"SQLite", b"[1]", "碳汇".encode()])
def test_a_file_of_another_kind_is_refused_with_what_would_do(finished, content):
    text = uploaded("x.bin", content, status=422)
    assert "认不出这是什么文件" in text
    assert "unknown_file" in text
    assert ".proof.json" in text


def test_an_empty_file_and_no_file_are_said_to_be_so(finished):
    assert Client().post(URL).status_code == 422
    assert "没有收到文件" in paper(Client().post(URL)).text
    assert uploaded("empty.pdf", b"", status=422)


def test_a_name_is_shown_as_text(finished):
    answer = Client().post(URL, {"file": SimpleUploadedFile("<img src=x>.pdf", b"%PDF")})
    assert b"<img src=x>" not in answer.content


def test_nothing_that_is_uploaded_is_kept(finished, ledger):
    before, files = row_counts(), kept_files()
    uploaded("tanhui-ledger.sqlite", ledger)
    uploaded("x.proof.json", paper_of(finished, "certificate_proof"))
    uploaded("x.pdf", b"%PDF" + b"0" * settings.FILE_UPLOAD_MAX_MEMORY_SIZE)
    assert (row_counts(), kept_files()) == (before, files)


def kept_files() -> set[Path]:
    """What lies in the house beside the database."""
    return {path for path in settings.HOME.rglob("*") if "postgres" not in path.parts}


def test_the_public_key_stands_on_the_page(finished):
    from tanhui.registry.writer.signing import signing_key

    assert str(signing_key().public) in looked_up("x").text
