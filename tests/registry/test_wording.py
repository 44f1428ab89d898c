"""Every code that the core can give has its sentence, and the sentence can be filled from what comes with the code."""

import re

import pytest

from core.audit.audit_samples import KEY, with_cell, with_rows
from tanhui.core.audit import AUDIT_FAULT_CODES, CHECK_CODES, audit_bytes, verify_audit
from tanhui.core.ledger import REFUSAL_CODES
from tanhui.registry.wording import AUDIT_FAULTS, CHECKS, REFUSALS


@pytest.mark.parametrize(
    ("sentences", "codes"), [(REFUSALS, REFUSAL_CODES), (CHECKS, CHECK_CODES), (AUDIT_FAULTS, AUDIT_FAULT_CODES)]
)
def test_every_code_has_its_sentence_and_no_sentence_is_left_over(sentences: dict[str, str], codes: tuple[str, ...]):
    assert set(sentences) == set(codes)
    assert [code for code in codes if re.search(r"!|！|您|请勿|抱歉", str(sentences[code]))] == []


def test_the_sentences_of_faults_can_be_filled():
    book = with_cell("holding", 0, "quantity_mg", 5)
    book = with_cell("leaf", 3, "content", b"\x00", book)
    book = with_rows("survey_row", lambda rows: rows[1:], book)
    report = verify_audit(audit_bytes(book, KEY.sign))
    filled = [str(AUDIT_FAULTS[fault.code]) % fault.words() for fault in report.faults]
    assert len(filled) == len(report.faults) > 3
    assert not any("%(" in sentence for sentence in filled)
