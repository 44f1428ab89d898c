"""The house stays small and plainly named: sizes, names, openings, assertions."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted(path for path in (ROOT / "src").rglob("*.py") if "migrations" not in path.parts)
TOOLS = sorted((ROOT / "tools").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
LONGEST_FUNCTION, LONGEST_FILE, LONGEST_TEST_FILE, MOST_POSITIONAL = 40, 300, 500, 5
BANNED_WORDS = frozenset(
    {"manager", "handler", "processor", "helper", "util", "utils", "data", "info", "base", "common"}
)
ASSERTING = re.compile(r"^(assert|check|expect|verify|raises|warns)")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(path: Path) -> Iterator[Function]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def where(path: Path, line: int = 0) -> str:
    return f"{path.relative_to(ROOT)}:{line}"


def test_functions_are_short():
    long = [
        f"{where(path, node.lineno)} {node.name}: {size} lines"
        for path in [*SOURCES, *TOOLS, *TESTS]
        for node in functions(path)
        if (size := (node.end_lineno or 0) - node.lineno + 1) > LONGEST_FUNCTION
    ]
    assert long == []


def test_files_are_short():
    long = [
        f"{where(path)} {lines} lines"
        for limit, paths in ((LONGEST_FILE, [*SOURCES, *TOOLS]), (LONGEST_TEST_FILE, TESTS))
        for path in paths
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > limit
    ]
    assert long == []


def test_functions_take_few_positional_arguments():
    many = [
        f"{where(path, node.lineno)} {node.name}"
        for path in [*SOURCES, *TOOLS]
        for node in functions(path)
        if len([a for a in node.args.posonlyargs + node.args.args if a.arg not in {"self", "cls"}]) > MOST_POSITIONAL
    ]
    assert many == []


def test_names_say_what_a_thing_is():
    vague = [where(path) for path in SOURCES if BANNED_WORDS & set(path.stem.lower().split("_"))]
    vague += [
        f"{where(path, node.lineno)} {node.name}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef | Function) and BANNED_WORDS & set(words_of(node.name))
    ]
    # Django names these, and everybody who knows Django looks for them.
    assert [name for name in vague if not name.endswith(("PersonManager", "get_context_data"))] == []


def words_of(name: str) -> list[str]:
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower().split("_")


def test_modules_open_with_what_they_are_for():
    silent = [
        where(path)
        for path in [*SOURCES, *TOOLS]
        if path.read_text(encoding="utf-8").strip()
        and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []


def test_tests_assert_something():
    idle = [
        f"{where(path, node.lineno)} {node.name}"
        for path in TESTS
        for node in functions(path)
        if node.name.startswith("test_") and not asserts(node)
    ]
    assert idle == []


def asserts(node: Function) -> bool:
    if any(isinstance(part, ast.Assert) for part in ast.walk(node)):
        return True
    calls = (part.func for part in ast.walk(node) if isinstance(part, ast.Call))
    return any(ASSERTING.match(getattr(call, "attr", getattr(call, "id", ""))) for call in calls)


def test_exceptions_are_not_swallowed():
    broad = [
        where(path, node.lineno)
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"}))
    ]
    assert broad == []


@pytest.mark.parametrize("ending", [".ttf", ".woff2", ".mo", ".min.js", ".sqlite", ".whl", ".pdf"])
def test_no_built_or_foreign_file_is_committed(ending):
    kept = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    assert [name for name in kept if name.endswith(ending)] == []


def test_suppressions_say_why():
    mute = [
        where(path, number)
        for path in [*SOURCES, *TOOLS]
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"#\s*(noqa|type: ignore)", line)
        and not re.search(r"(noqa: [A-Z0-9, ]+|ignore\[[a-z-, ]+\]).{8,}", line)
    ]
    assert mute == []
