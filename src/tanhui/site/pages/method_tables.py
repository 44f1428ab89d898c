"""A method laid out for reading: its files as tables, each row with unit, range, source and how sure it is."""

import csv
import io
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from tanhui.core.carbon.method import Method, method_files, shipped_methods

Row = dict[str, Any]
WEAK = frozenset({"memory-med", "memory-low"})


def method_row(found: Method) -> Row:
    """Return what the list of methods shows of one."""
    rows = [row for table in _tables(found) for row in table["rows"]]
    return {
        "id": found.id,
        "version": found.version,
        "title_zh": found.title_zh,
        "title_en": found.title_en,
        "summary_zh": found.summary_zh,
        "summary_en": found.summary_en,
        "ecosystems": [name for name, rule in found.ecosystems.items() if rule.issued],
        "hash": found.hash,
        "parameters": len(rows),
        "weak": sum(row["confidence"] in WEAK for row in rows),
    }


def method_context(found: Method) -> Row:
    """Return what the page of a method shows."""
    tables = _tables(found)
    row = method_row(found)
    lineage = "; ".join(found.lineage)
    files = method_files(found.id, found.version)
    return {
        "method": {
            **row,
            "lineage_zh": lineage,
            "lineage_en": lineage,
            "rules": _rules(found),
            "versions": [version for name, version in shipped_methods() if name == found.id],
        },
        "tables": tables,
        "weak_count": row["weak"],
        "parameter_count": row["parameters"],
        "files": [{"name": name, "bytes": len(content)} for name, content in files.items()],
    }


def _rules(found: Method) -> list[Row]:
    pools = {name: ", ".join(rule.pools) for name, rule in found.ecosystems.items()}
    buffer_ppm = found.value("buffer_ppm")
    return [
        {"words": _("碳库"), "value": "; ".join(f"{name}: {listed}" for name, listed in pools.items()), "source": ""},
        {"words": _("扣减规则"), "value": found.deduction.rule, "source": ""},
        {"words": _("缓冲池"), "value": f"{float(buffer_ppm) / 10_000:g}%", "source": ""},
        {"words": _("取整"), "value": _("向下取到整吨"), "source": ""},
    ]


def _tables(found: Method) -> list[Row]:
    titles = {
        "parameters.csv": _("参数"),
        "deduction.csv": _("不确定性扣减"),
        "equations.csv": _("生物量方程"),
        "species.csv": _("树种与含碳率"),
        "volume.csv": _("蓄积量换算"),
    }
    files = method_files(found.id, found.version)
    return [
        {"name": name, "words": titles.get(name, name), "rows": [_row(line) for line in _lines(content)]}
        for name, content in files.items()
        if name.endswith(".csv")
    ]


def _lines(content: bytes) -> list[Mapping[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def _row(line: Mapping[str, str]) -> Row:
    """Return one row of any table: what it is called, what it says, and where that comes from."""
    low, high = line.get("low", ""), line.get("high", "")
    return {
        "name": _name(line),
        "value": _value(line),
        "unit": line.get("unit", ""),
        "range": f"{low}–{high}" if low or high else "",
        "source": line.get("source", ""),
        "confidence": line.get("confidence", ""),
        "disabled": line.get("note", "") or _("不使用") if line.get("enabled") == "no" else "",
    }


def _name(line: Mapping[str, str]) -> str:
    if "organ" in line:
        return f"{line['species']} · {line['organ']}"
    if "to_percent" in line:
        return f"≤ {line['to_percent']}%" if line["to_percent"] else _("更大")
    return line.get("name") or line.get("species") or ""


def _value(line: Mapping[str, str]) -> str:
    if "organ" in line:
        variable = {"d2h": "D²H", "d": "D"}.get(line["variable"], "")
        shapes = {
            "power": f"{line['a']}·({variable})^{line['b']}",
            "exp": f"e^({line['a']} + {line['b']}·ln {variable})",
        }
        return shapes.get(line["form"], f"{line['b']} ×")
    if "bef" in line:
        return f"BEF {line['bef']} · R {line['root_ratio']} · D {line['density_t_m3']} · CF {line['carbon_fraction']}"
    if "to_percent" in line:
        return f"{line['share_percent']}%" if line["share_percent"] else _("不制发，先补样地")
    return line.get("value") or line.get("carbon_fraction") or ""
