"""Read a method from the bytes of its files: method.toml and CSV tables beside it.

The hash covers every byte of every file, so a changed coefficient or a changed source is another method.
"""

import csv
import hashlib
import io
import tomllib
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import TypeVar

from tanhui.core.carbon.method.model import (
    DeductionRule,
    DeductionStep,
    EcosystemRule,
    Equation,
    Method,
    Parameter,
    Species,
    VolumeFactors,
    folded,
)

CONFIDENCES = ("found", "memory-high", "memory-med", "memory-low", "design")
TREE_ROUTES = ("published", "equation", "volume", "none")

Row = Mapping[str, str]
T = TypeVar("T")


class MethodFault(ValueError):  # noqa: N818 - the same word as for surveys
    """A method file that cannot be used; says which file and why."""


def parse_method(files: Mapping[str, bytes]) -> Method:
    """The method in `files` (file name to content). Raises MethodFault."""
    if "method.toml" not in files:
        raise MethodFault("method.toml is missing")
    try:
        head = tomllib.loads(files["method.toml"].decode())
        tables = {name: _rows(name, content) for name, content in files.items() if name.endswith(".csv")}
        return _method(head, tables, method_hash(files))
    except MethodFault:
        raise
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, csv.Error) as error:
        raise MethodFault(f"a method file cannot be read: {error}") from error
    except KeyError as error:
        raise MethodFault(f"a method file lacks {error}") from error
    except ValueError as error:
        raise MethodFault(str(error)) from error


def method_hash(files: Mapping[str, bytes]) -> str:
    """SHA-256 over the names, lengths and contents of the files, sorted by name."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name}\0{len(files[name])}\0".encode())
        digest.update(files[name])
    return digest.hexdigest()


def _rows(name: str, content: bytes) -> list[dict[str, str]]:
    reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
    rows = list(reader)
    for row in rows:
        if None in row or None in row.values():
            raise MethodFault(f"{name}: a row has more or fewer cells than the header: {row}")
        if row["confidence"] not in CONFIDENCES or not row["source"]:
            raise MethodFault(f"{name}: every row names its source and its confidence: {row}")
    return rows


def _method(head: Mapping[str, object], tables: Mapping[str, list[dict[str, str]]], digest: str) -> Method:
    if head["tree_route"] not in TREE_ROUTES:
        raise MethodFault(f"tree_route {head['tree_route']} is not one of {TREE_ROUTES}")
    parameters = {row["name"]: _parameter(row) for row in tables["parameters.csv"]}
    return Method(
        id=_text(head, "id"),
        version=_text(head, "version"),
        hash=digest,
        title_zh=_text(head, "title_zh"),
        title_en=_text(head, "title_en"),
        summary_zh=_text(head, "summary_zh"),
        summary_en=_text(head, "summary_en"),
        lineage=_texts(head["lineage"]),
        full_text_at_hand=bool(head["full_text_at_hand"]),
        tree_route=_text(head, "tree_route"),
        sources=_texts(head["sources"]),
        printed_error=bool(head["printed_error"]),
        stated_totals=bool(head["stated_totals"]),
        ecosystems={name: _ecosystem(_mapping(rule)) for name, rule in _mapping(head["ecosystems"]).items()},
        deduction=_deduction(_mapping(head["deduction"]), tables["deduction.csv"]),
        parameters=parameters,
        species=_by_name(tables.get("species.csv", []), _species),
        equations=_equations(tables.get("equations.csv", [])),
        volumes=_by_name(tables.get("volume.csv", []), _volume),
    )


def _text(head: Mapping[str, object], key: str) -> str:
    value = head[key]
    if not isinstance(value, str) or not value:
        raise MethodFault(f"method.toml: {key} is not a text")
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise MethodFault(f"method.toml: {value!r} is not a list")
    return tuple(str(entry) for entry in value)


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise MethodFault(f"method.toml: {value!r} is not a table")
    return value


def _ecosystem(rule: Mapping[str, object]) -> EcosystemRule:
    return EcosystemRule(bool(rule["issued"]), _texts(rule["required"]), _texts(rule["reported"]))


def _parameter(row: Row) -> Parameter:
    value = Fraction(row["value"])
    if not Fraction(row["low"]) <= value <= Fraction(row["high"]):
        raise MethodFault(f"parameters.csv: {row['name']} is outside its own range")
    return Parameter(row["name"], value, row["unit"], row["low"], row["high"], row["source"], row["confidence"])


def _deduction(head: Mapping[str, object], rows: Iterable[Row]) -> DeductionRule:
    steps = tuple(
        DeductionStep(_optional(row["to_percent"]), row["inclusive"] == "yes", _optional(row["share_percent"]))
        for row in rows
    )
    ends = [step.to_percent for step in steps[:-1] if step.to_percent is not None]
    if not steps or steps[-1].to_percent is not None or ends != sorted(ends) or len(ends) != len(steps) - 1:
        raise MethodFault("deduction.csv: steps rise, and only the last has no upper end")
    if head["of"] not in {"half_width", "change"}:
        raise MethodFault(f"method.toml: a share of {head['of']} cannot be deducted")
    return DeductionRule(_text(head, "rule"), _text(head, "of"), steps)


def _optional(cell: str) -> Fraction | None:
    return Fraction(cell) if cell else None


def _equations(rows: Iterable[Row]) -> dict[str, tuple[Equation, ...]]:
    found: dict[str, tuple[Equation, ...]] = {}
    for row in rows:
        if row["form"] not in {"power", "exp", "ratio"} or row["variable"] not in {"d2h", "d", "above"}:
            raise MethodFault(f"equations.csv: unknown form or variable: {row}")
        equation = Equation(
            *(row["species"], row["organ"], row["form"], row["variable"], row["a"], row["b"]),
            (float(row["dbh_low_cm"]), float(row["dbh_high_cm"])),
            (float(row["height_low_m"]), float(row["height_high_m"])),
            row["enabled"] == "yes",
            *(row["source"], row["confidence"], row["note"]),
        )
        found[row["species"]] = (*found.get(row["species"], ()), equation)
    return found


def _by_name(rows: Iterable[Row], read: Callable[[Row], T]) -> dict[str, T]:
    """Rows by every name they may be called by; a name may stand for one row only."""
    found: dict[str, T] = {}
    for row in rows:
        for name in (row["species"], *filter(None, row["aliases"].split("|"))):
            if folded(name) in found:
                raise MethodFault(f"species name {name} stands twice")
            found[folded(name)] = read(row)
    return found


def _species(row: Row) -> Species:
    fraction = Fraction(row["carbon_fraction"])
    surrogate = row["surrogate"] == "yes"
    return Species(row["species"], row["equation"], surrogate, fraction, row["source"], row["confidence"])


def _volume(row: Row) -> VolumeFactors:
    return VolumeFactors(
        species=row["species"],
        bef=Fraction(row["bef"]),
        root_ratio=Fraction(row["root_ratio"]),
        density_t_m3=Fraction(row["density_t_m3"]),
        carbon_fraction=Fraction(row["carbon_fraction"]),
        source=row["source"],
        confidence=row["confidence"],
    )
