"""The documents are true of the code: links, commands, settings, columns, codes, labels and paths in them exist."""

import argparse
import re
from pathlib import Path

import pytest

from tanhui.cli import _parser
from tanhui.core.carbon.method import shipped_methods
from tanhui.core.carbon.survey import FAULT_CODES, TABLES
from tanhui.monitoring.intake.findings import INTAKE_CODES

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
DECISIONS = sorted((ROOT / "docs/decisions").glob("[0-9]*.md"))
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"^```.*?^```|^ {4,}\S.*$|`[^`\n]+`", re.MULTILINE | re.DOTALL)


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def code_of(path: Path) -> str:
    """Everything that a page sets as code, line by line."""
    return "\n".join(CODE.findall(text_of(path)))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def slugs(path: Path) -> set[str]:
    """The anchors of a page's headings, as they are made of them on the web."""
    headings = re.findall(r"^#+ (.+)$", text_of(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def test_there_are_pages():
    assert {"README.md", "README.en.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"} <= set(map(named, PAGES))


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_somewhere(page):
    broken = []
    for link in LINK.findall(text_of(page)):
        if re.match(r"[a-z]+:", link):
            continue
        target, _, anchor = link.partition("#")
        path = (page.parent / target).resolve() if target else page
        if not path.exists() or (anchor and anchor not in slugs(path)):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_named_paths_exist(page):
    found = re.findall(r"(?:src|tests|tools|docs)/[\w./-]+", code_of(page).replace("src/tanhui/core/…", ""))
    assert [path for path in found if not (ROOT / path.rstrip("./")).exists()] == []


def test_named_targets_of_make_exist():
    targets = set(re.findall(r"^([a-z]+):", text_of(ROOT / "Makefile"), re.MULTILINE))
    variables = set(re.findall(r"^([A-Z_]+) \?=", text_of(ROOT / "Makefile"), re.MULTILINE)) | {"LANG_UI"}
    for page in PAGES:
        code = code_of(page)
        assert set(re.findall(r"\bmake ([a-z]+)", code)) <= targets, named(page)
        assert set(re.findall(r"\bmake [a-z]+ ([A-Z_]+)=", code)) <= variables, named(page)


def commands() -> dict[str, argparse.ArgumentParser]:
    (action,) = [action for action in _parser()._actions if isinstance(action, argparse._SubParsersAction)]
    return dict(action.choices)


def test_named_commands_and_options_exist():
    known = {
        name: {word for action in found._actions for word in action.option_strings}
        for name, found in commands().items()
    }
    for page in PAGES:
        for line in code_of(page).splitlines():
            for command, rest in re.findall(r"(?<![\w/.-])(?:\.venv/bin/)?tanhui ([a-z]+)([^`&|]*)", line):
                assert command in {*known, "manage"}, f"{named(page)}: {line}"
                options = set(re.findall(r"--[a-z-]+", rest))
                assert command == "manage" or options <= known[command], f"{named(page)}: {line}"


def test_every_command_is_named_somewhere():
    spoken = "\n".join(map(code_of, PAGES))
    assert [name for name in commands() if f"tanhui {name}" not in spoken] == []


def test_actions_of_the_database_are_the_named_ones():
    (action,) = [action for action in commands()["database"]._actions if action.dest == "action"]
    assert action.choices is not None
    assert set(re.findall(r"tanhui database (\w+)", code_of(ROOT / "docs/operations.md"))) == set(action.choices)


def test_decisions_are_numbered_without_a_gap():
    numbers = [int(path.name[:4]) for path in DECISIONS]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) >= 10


@pytest.mark.parametrize("page", DECISIONS, ids=named)
def test_a_decision_has_context_decision_and_consequences(page):
    text = text_of(page)
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]
    assert text.startswith(f"# {page.name[:4]} ")
    assert re.search(r"^\d{4}-\d{2}-\d{2}$", text, re.MULTILINE)
    assert len(text.splitlines()) <= 70
    assert page.name in text_of(ROOT / "docs/decisions/README.md")


@pytest.mark.parametrize("method", shipped_methods(), ids="@".join)
def test_every_shipped_method_has_a_page_that_names_its_version(method):
    name, version = method
    assert f"Version {version}." in text_of(ROOT / f"docs/methods/{name}.md")
    assert re.search(rf"\[{name}\]\({name}\.md\) \| {re.escape(version)} \|", text_of(ROOT / "docs/methods/README.md"))
    assert f"`{name}` {version}" in text_of(ROOT / "CHANGELOG.md")


def test_no_page_stands_for_a_method_that_is_not_shipped():
    pages = {path.stem for path in (ROOT / "docs/methods").glob("*.md")} - {"README"}
    assert pages == {name for name, _version in shipped_methods()}


@pytest.mark.parametrize("name", ["README.md", "README.en.md"])
def test_the_first_page_fits_one_screen(name):
    assert len(text_of(ROOT / name).splitlines()) <= 80


def test_settings_are_those_of_the_program():
    source = text_of(ROOT / "src/tanhui/site/settings.py")
    described = re.findall(r"^([A-Z_]{6,})\s{2,}\S", source.split('"""')[1], re.MULTILINE)
    table = text_of(ROOT / "docs/operations.md").split("<!-- settings -->")[1].split("\n\n")[1]
    assert re.findall(r"^\| `([A-Z_]+)` \|", table, re.MULTILINE) == described
    read = set(re.findall(r'environ\.get\("([A-Z_]+)"', source))
    assert read | {"TANHUI_HOME", "DATABASE_URL"} == set(described)


def described_tables() -> dict[str, str]:
    rows = re.findall(r"^\| `(\w+\.csv)` \| ([^|]+) \| (.+) \|$", text_of(ROOT / "docs/survey-format.md"), re.MULTILINE)
    return {file: f"{key}\n{columns}" for file, key, columns in rows}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.file)
def test_the_survey_format_is_described_as_it_is_read(table):
    key, columns = described_tables()[table.file].split("\n")
    assert tuple(key.split(", ")) == table.key
    plain = re.sub(r"\([^)]*\)", "", columns)
    named_columns = re.findall(r"(?:^|, )\**([a-z][a-z_0-9]*)", plain.replace("all ≥ 0", ""))
    assert named_columns == [column.name for column in table.columns]
    assert set(re.findall(r"\*\*(\w+)\*\*", columns)) == {column.name for column in table.columns if column.required}
    filled = {column.name for column in table.columns if column.filled}
    assert set(re.findall(r"\*\*(\w+)\*\* \*filled\*", columns)) == filled


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.file)
def test_words_of_the_survey_format_are_the_allowed_ones(table):
    _key, columns = described_tables()[table.file].split("\n")
    for column in table.columns:
        if column.words:
            (said,) = re.findall(rf"{column.name}\**(?: \*filled\*)? \(([^;)]+)", columns)
            assert tuple(said.split(", ")) == column.words, column.name


def test_every_fault_of_a_survey_is_described():
    faults = text_of(ROOT / "docs/survey-format.md").split("## Faults")[1].split("## ")[0]
    assert set(re.findall(r"`([a-z0-9_]+)`", faults)) == set(FAULT_CODES)


def test_every_fault_of_a_workbook_is_described():
    faults = text_of(ROOT / "docs/survey-format.md").split("## Faults of workbooks")[1].split("## ")[0]
    assert set(re.findall(r"^\| (`.+`) \|", faults, re.MULTILINE)) != set()
    assert set(re.findall(r"`([a-z0-9_]+)`", faults)) == set(INTAKE_CODES)


def page_words() -> str:
    """All words that pages can show: of templates and of the code behind them."""
    sources = [*(ROOT / "src/tanhui/site").rglob("*.html"), *(ROOT / "src/tanhui").rglob("*.py")]
    return "\n".join(map(text_of, sources))


def test_labels_in_the_guide_stand_on_the_pages():
    words = page_words()
    for page in sorted((ROOT / "docs/guide").glob("*.md")):
        labels = set(re.findall(r"「([^」]+)」", text_of(page)))
        assert [label for label in labels if label not in words] == [], named(page)


def test_the_guide_speaks_both_languages():
    chinese = {path.name.removesuffix(".zh.md") for path in (ROOT / "docs/guide").glob("*.zh.md")}
    english = {path.name.removesuffix(".en.md") for path in (ROOT / "docs/guide").glob("*.en.md")}
    assert chinese == english != set()


def test_people_in_the_guide_are_those_of_the_demonstration():
    from tanhui.site.demonstration import PEOPLE

    roles = {person.username for person in PEOPLE}
    for language in ("zh", "en"):
        steps = re.findall(
            r"^\| \d [^|]+\|[^|]+\| (\w+) \|", text_of(ROOT / f"docs/guide/registry.{language}.md"), re.MULTILINE
        )
        assert len(steps) == len(set(steps)) == 8
        assert set(steps) <= roles


def test_documents_do_not_speak_of_the_machine_they_were_written_on():
    for page in PAGES:
        assert not re.search(r"/work/|/root/|/tmp/home", text_of(page)), named(page)
