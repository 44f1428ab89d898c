import io
import shutil
from pathlib import Path

import pytest
from pypdf import PdfReader

from tanhui.kit import pdf
from tanhui.kit.pdf import FONT_FILES, FONTS, PACKAGE, compile_pdf
from tanhui.kit.problems import Problem

TEMPLATE = """#let facts = json(bytes(sys.inputs.facts))
#set document(date: none)
#set text(font: "Noto Sans SC")
#facts.say
"""


@pytest.fixture
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A template of its own folder, with that folder as the root and the project's fonts."""
    monkeypatch.setattr(pdf, "PACKAGE", tmp_path)
    path = tmp_path / "say.typ"
    path.write_text(TEMPLATE, encoding="utf-8")
    return path


def text_of(content: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def test_chinese_is_set_and_can_be_read_back(template: Path):
    assert "碳汇 42.680" in text_of(compile_pdf(template, {"say": "碳汇 42.680"}))


def test_the_same_facts_give_the_same_bytes(template: Path):
    first = compile_pdf(template, {"say": "一吨", "b": 1, "a": 2})
    again = compile_pdf(template, {"a": 2, "b": 1, "say": "一吨"})
    assert first == again
    assert compile_pdf(template, {"say": "二吨"}) != first


def test_no_date_is_written(template: Path):
    content = compile_pdf(template, {"say": "一吨"})
    assert "/CreationDate" not in (PdfReader(io.BytesIO(content)).metadata or {})
    assert b"CreateDate" not in content


def test_facts_are_text_and_never_run(template: Path):
    attack = '#panic() *bold* $x$ #read("/etc/passwd") </svg>'
    shown = text_of(compile_pdf(template, {"say": attack}))
    assert "#panic() *bold* $x$" in shown
    assert "#read(" in shown


def test_missing_fonts_say_what_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, template: Path):
    shutil.copy(FONTS / FONT_FILES[0], tmp_path)
    monkeypatch.setattr(pdf, "FONTS", tmp_path)
    with pytest.raises(Problem) as caught:
        compile_pdf(template, {"say": "一吨"})
    assert caught.value.code == "fonts_missing"
    assert "make setup" in caught.value.remedy
    assert FONT_FILES[1] in caught.value.message
    assert FONT_FILES[0] not in caught.value.message


def test_the_package_is_the_root_of_its_templates():
    assert (PACKAGE / "kit" / "papers" / "look.typ").is_file()
