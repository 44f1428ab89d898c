"""Read a decision table from the bytes of its files: table.toml and the CSV files beside it.

The hash covers every byte of every file, so a changed boundary or a changed source is another table.
"""

import csv
import hashlib
import io
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from tanhui.core.triage.judge import KINDS
from tanhui.core.triage.model import (
    Condition,
    Fact,
    Group,
    Parameter,
    Route,
    Table,
    TableFault,
    Test,
    Word,
)
from tanhui.core.triage.values import FactFault, read_value

CONFIDENCES = ("found", "memory-high", "memory-med", "memory-low", "design")
FACT_KINDS = ("word", "yes_no", "number", "date")
GIVERS = ("person", "parcel", "register")
FILES = ("table.toml", "facts.csv", "conditions.csv", "parameters.csv", "land_classes.csv")

Row = Mapping[str, str]


def parse_table(files: Mapping[str, bytes]) -> Table:
    """Return the table in `files` (file name to content). Raises TableFault."""
    for name in FILES:
        if name not in files:
            raise TableFault(f"{name} is missing")
    try:
        head = tomllib.loads(files["table.toml"].decode())
        tables = {name: _rows(name, content) for name, content in files.items() if name.endswith(".csv")}
        return _table(head, tables, table_hash(files))
    except TableFault:
        raise
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, csv.Error) as error:
        raise TableFault(f"a file cannot be read: {error}") from error
    except KeyError as error:
        raise TableFault(f"a file lacks {error}") from error
    except ValueError as error:
        raise TableFault(str(error)) from error


def table_hash(files: Mapping[str, bytes]) -> str:
    """SHA-256 over the names, lengths and contents of the files, sorted by name."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name}\0{len(files[name])}\0".encode())
        digest.update(files[name])
    return digest.hexdigest()


def _rows(name: str, content: bytes) -> list[dict[str, str]]:
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    for row in rows:
        if None in row or None in row.values():
            raise TableFault(f"{name}: a row has more or fewer cells than the header: {row}")
        if row["confidence"] not in CONFIDENCES or not row["source"]:
            raise TableFault(f"{name}: every row names its source and its confidence: {row}")
    return rows


def _table(head: Mapping[str, Any], tables: Mapping[str, list[dict[str, str]]], digest: str) -> Table:
    facts = {row["fact"]: _fact(row) for row in tables["facts.csv"]}
    parameters = {row["name"]: _parameter(row) for row in tables["parameters.csv"]}
    groups = {name: Group(name, str(told["title_zh"]), str(told["title_en"])) for name, told in head["groups"].items()}
    conditions = tuple(_condition(row, facts, parameters) for row in tables["conditions.csv"])
    _check_names(conditions, groups)
    land_class = facts["land_class"]
    classes = {row["code"]: str(read_value(land_class, row["land_class"])) for row in tables["land_classes.csv"]}
    return Table(
        id=_text(head, "id"),
        version=_text(head, "version"),
        hash=digest,
        title_zh=_text(head, "title_zh"),
        title_en=_text(head, "title_en"),
        summary_zh=_text(head, "summary_zh"),
        summary_en=_text(head, "summary_en"),
        rules_zh=_texts(head["rules_zh"]),
        rules_en=_texts(head["rules_en"]),
        lineage=_texts(head["lineage"]),
        full_text_at_hand=bool(head["full_text_at_hand"]),
        facts=facts,
        conditions=conditions,
        groups=groups,
        parameters=parameters,
        land_classes=classes,
    )


def _text(head: Mapping[str, Any], key: str) -> str:
    value = head[key]
    if not isinstance(value, str) or not value:
        raise TableFault(f"table.toml: {key} is not a text")
    return value


def _texts(value: Sequence[object]) -> tuple[str, ...]:
    return tuple(str(entry) for entry in value)


def _fact(row: Row) -> Fact:
    if row["kind"] not in FACT_KINDS or row["given_by"] not in GIVERS:
        raise TableFault(f"facts.csv: unknown kind or giver: {row}")
    words = tuple(Word(*word.split(":")) for word in row["words"].split("|") if word)
    if (row["kind"] == "word") != bool(words):
        raise TableFault(f"facts.csv: a fact of words lists them, and no other does: {row}")
    return Fact(
        *(row["fact"], row["kind"], row["unit"], words, row["label_zh"], row["label_en"]),
        *(row["document_zh"], row["document_en"], row["given_by"], row["source"], row["confidence"]),
    )


def _parameter(row: Row) -> Parameter:
    names = ("name", "value", "unit", "text_zh", "text_en", "source", "confidence")
    return Parameter(*(row[name] for name in names))


def _condition(row: Row, facts: Mapping[str, Fact], parameters: Mapping[str, Parameter]) -> Condition:
    def put_in(cell: str) -> str:
        return parameters[cell[1:]].value if cell.startswith("$") else cell

    test = _test(Test(row["fact"], put_in(row["test"]), put_in(row["value"])), facts)
    when = None
    if row["when_fact"]:
        when = _test(Test(row["when_fact"], put_in(row["when_test"]), put_in(row["when_value"])), facts)
    return Condition(
        *(row["condition"], Route(row["route"]), row["group"], test, when, row["text_zh"], row["text_en"]),
        *(row["example_met"], row["example_failed"], row["source"], row["confidence"]),
    )


def _test(test: Test, facts: Mapping[str, Fact]) -> Test:
    """Return the test, once it is sure that its fact can be asked this way. Raises TableFault or KeyError."""
    fact = facts[test.fact]
    if fact.kind not in KINDS[test.test]:
        raise TableFault(f"conditions.csv: {test.fact} is of kind {fact.kind} and cannot be asked “{test.test}”")
    if "years" in test.test and not test.wanted.isdecimal():
        raise TableFault(f"conditions.csv: {test.test} wants whole years, not {test.wanted!r}")
    if "years" not in test.test and test.test != "not_after_assessment":
        try:
            for wanted in test.wanted.split("|") if test.test == "is" else [test.wanted]:
                read_value(fact, wanted)
        except FactFault as fault:
            raise TableFault(f"conditions.csv: {fault}") from fault
    return test


def _check_names(conditions: Sequence[Condition], groups: Mapping[str, Group]) -> None:
    names = [condition.name for condition in conditions]
    if len(names) != len(set(names)):
        raise TableFault("conditions.csv: a name stands twice")
    if strangers := {condition.group for condition in conditions} - {"", *groups}:
        raise TableFault(f"conditions.csv: unknown group {sorted(strangers)}")
    if missing := [route for route in Route if not any(condition.route == route for condition in conditions)]:
        raise TableFault(f"conditions.csv: no condition for {missing}")
