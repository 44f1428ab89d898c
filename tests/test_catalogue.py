"""The two languages: every Chinese sentence has an English one, with the same blanks in it."""

import importlib.util
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CHINESE = re.compile(r"[\u4e00-\u9fff]")
BLANK = re.compile(r"%\((\w+)\)")


def catalogue_tool():
    described = importlib.util.spec_from_file_location("catalogue", ROOT / "tools/catalogue.py")
    module = importlib.util.module_from_spec(described)
    described.loader.exec_module(module)
    return module


def english():
    return [entry for entry in catalogue_tool().english() if entry.id]


def test_every_sentence_has_an_english_one():
    assert catalogue_tool().missing() == []


def test_every_english_sentence_is_used():
    used = {sentence for _path, _line, sentence in catalogue_tool().sentences()}
    known = {entry.id if isinstance(entry.id, str) else entry.id[0] for entry in english()}
    assert known - used == set()


def test_english_sentences_keep_the_blanks_and_hold_no_chinese():
    for entry in english():
        source = entry.id if isinstance(entry.id, str) else entry.id[0]
        for text in [entry.string] if isinstance(entry.string, str) else entry.string:
            assert set(BLANK.findall(text)) <= set(BLANK.findall(source)), source
            assert text == "中文" or not CHINESE.search(text), text


def test_templates_speak_only_through_the_catalogue():
    """Chinese in a template stands inside a translation tag, or it would stay Chinese on an English page."""
    tool = catalogue_tool()
    stray = []
    for path in sorted((ROOT / "src/tanhui/site/templates").rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        # The seal is a picture of four characters, in every language.
        text = re.sub(r'<svg class="sealmark".*?</svg>', "", text, flags=re.DOTALL)
        for pattern in (
            r"\{% comment %\}.*?\{% endcomment %\}",
            r"\{#.*?#\}",
            r"\{% blocktranslate.*?%\}.*?\{% endblocktranslate %\}",
            r"\{%.*?%\}",
            r"\{\{.*?\}\}",
        ):
            text = re.sub(pattern, "", text, flags=re.DOTALL)
        stray += [f"{path.name}: {line.strip()[:80]}" for line in text.splitlines() if CHINESE.search(line)]
    assert stray == []
    assert tool.SOURCE.is_dir()


def test_no_sentence_stands_in_two_catalogues():
    known = [entry.id if isinstance(entry.id, str) else entry.id[0] for entry in english()]
    assert sorted({sentence for sentence in known if known.count(sentence) > 1}) == []
