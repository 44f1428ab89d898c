"""A method laid out for reading: its tables, each row with unit, range, source and how sure it is."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tanhui.core.carbon.method import IN_FORCE, Method, MethodTable, load_method, method_tables, shipped_methods
from tanhui.core.carbon.method.layout import Row as Line
from tanhui.core.carbon.method.model import WEAK
from tanhui.monitoring.readout.wording import DF_RULES, word
from tanhui.site.method_words import DEDUCTIONS, GROUPS, SOIL_RULES, TABLES
from tanhui.site.templatetags.words import ECOSYSTEMS, POOLS

Row = dict[str, Any]
Files = Mapping[str, bytes]
LONGEST_OPEN = 8
"""Rows of a table that a page shows unasked."""
PLAIN_TABLES = ("method.toml", "formulas.csv")
"""Tables that a page shows in its own way."""


def method_row(found: Method, files: Files) -> Row:
    """Return what the list of methods shows of one."""
    rows = [row for table in table_rows(files) for row in table["rows"]]
    weak = sum(row["confidence"] in WEAK and not row["disabled"] for row in rows)
    return {
        "id": found.id,
        "version": found.version,
        "trial": found.status != IN_FORCE,
        "tickets": found.tickets,
        "title_zh": found.title_zh,
        "title_en": found.title_en,
        "summary_zh": found.summary_zh,
        "summary_en": found.summary_en,
        "ecosystems": [name for name, rule in found.ecosystems.items() if rule.issued],
        "hash": found.hash,
        "parameters": len(rows),
        "weak": weak,
    }


def method_context(found: Method, files: Files) -> Row:
    """Return what the page of a method shows."""
    tables = {table["file"]: table for table in table_rows(files)}
    row = method_row(found, files)
    lineage = "; ".join(found.lineage)
    known = {name for _words, names in GROUPS for name in names}
    groups = [(words, [tables[name] for name in names if name in tables]) for words, names in GROUPS]
    return {
        "method": {
            **row,
            "scope_zh": found.scope_zh,
            "scope_en": found.scope_en,
            "lineage_zh": lineage,
            "lineage_en": lineage,
            "rules": _rules(found),
            "versions": versions_of(found.id),
        },
        "formulas": [_formula(line) for line in _lines(files, "formulas.csv")],
        "groups": [{"words": words, "tables": listed} for words, listed in groups if listed],
        "others": [table for name, table in tables.items() if name not in known],
        "weak_count": row["weak"],
        "parameter_count": row["parameters"],
        "files": [{"name": name, "bytes": len(content)} for name, content in files.items()],
    }


def versions_of(method_id: str) -> list[Row]:
    """Return all shipped versions of a method, the latest first."""
    names = [version for name, version in shipped_methods() if name == method_id]
    loaded = [load_method(method_id, version) for version in reversed(names)]
    return [{"version": found.version, "trial": found.status != IN_FORCE} for found in loaded]


def _rules(found: Method) -> list[Row]:
    comma = _("、")
    pools = {
        str(ECOSYSTEMS.get(name, name)): comma.join(str(POOLS[pool]) for pool in rule.pools)
        for name, rule in found.ecosystems.items()
    }
    buffer_ppm = found.value("buffer_ppm")
    rules = [
        (_("碳库"), "; ".join(f"{name}: {listed}" for name, listed in pools.items())),
        (_("土壤"), str(SOIL_RULES[found.soil.decides])),
        (_("精度"), _("双侧 %(percent)s%% 的区间") % {"percent": f"{float(found.value('confidence_level')) * 100:g}"}),
        (_("自由度"), word(DF_RULES, found.df_rule)),
        (_("扣减规则"), f"{found.deduction.rule}: {DEDUCTIONS[found.deduction.of]}"),
        (_("缓冲池"), f"{float(buffer_ppm) / 10_000:g}%"),
        (_("取整"), _("向下取到整吨")),
        (_("制票"), _("可以") if found.tickets else _("不制票，只监测、只报告")),
    ]
    return [{"words": words, "value": value} for words, value in rules]


def _formula(line: Line) -> Row:
    english = (get_language() or "").startswith("en")
    words = line["words_en"] if english else line["words_zh"]
    return {"name": line["name"], "expression": line["expression"], "words": words, **_provenance(line)}


def _provenance(line: Line) -> Row:
    return {"source": line.get("source", ""), "confidence": line.get("confidence", "")}


def _lines(files: Files, name: str) -> Sequence[Line]:
    return [line for table in method_tables(files) if table.file == name for line in table.rows.values()]


def table_rows(files: Files) -> list[Row]:
    """Return every table but the head and the formulas, its rows ready to be shown."""
    return [_shown_table(table) for table in method_tables(files) if table.file not in PLAIN_TABLES]


def _shown_table(table: MethodTable) -> Row:
    """A table, and whether it is so long that a page folds it."""
    rows = [_row(table.file, name, line) for name, line in table.rows.items()]
    return {
        "file": table.file,
        "words": TABLES.get(table.file, table.file),
        "rows": rows,
        "weak": sum(row["confidence"] in WEAK and not row["disabled"] for row in rows),
        "disabled": sum(bool(row["disabled"]) for row in rows),
        "folded": len(rows) > LONGEST_OPEN,
    }


def _row(file: str, name: str, line: Line) -> Row:
    """Return one row of any table: what it is called, what it says, and where that comes from."""
    disabled = line.get("enabled") == "no"
    return {
        "name": _name(file, name, line),
        "value": _VALUES.get(file, _plain)(line),
        "unit": line.get("unit", ""),
        "range": _range(file, line),
        "note": "" if disabled else line.get("note", ""),
        "disabled": (line.get("note", "") or _("不使用")) if disabled else "",
        **_provenance(line),
    }


def _name(file: str, name: str, line: Line) -> str:
    if file == "deduction.csv":
        return f"≤ {line['to_percent']}%" if line["to_percent"] else _("更大")
    if file in {"expansion.csv", "root_ratios.csv"}:
        return f"{line['group']} ≤ {line['to']}" if line["to"] else f"{line['group']}, {_('更大')}"
    return name


def _range(file: str, line: Line) -> str:
    if file == "equations.csv":
        return f"D {line['dbh_low_cm']}–{line['dbh_high_cm']}, H {line['height_low_m']}–{line['height_high_m']}"
    low, high = line.get("low", ""), line.get("high", "")
    return f"{low}–{high}" if file != "bounds.csv" and (low or high) else ""


def _plain(line: Line) -> str:
    return line.get("value") or line.get("carbon_fraction") or ""


def _equation(line: Line) -> str:
    variable = {"d2h": "D²H", "d": "D", "volume": "V", "crown": "C"}.get(line["variable"], "")
    if not line["b"]:
        return _("印得认不出")
    shapes = {
        "power": f"{line['a']}·({variable})^{line['b']}",
        "exp": f"e^({line['a']} + {line['b']}·ln {variable})",
        "linear": f"{line['a']}·{variable} + {line['b']}".replace("+ -", "− "),
    }
    return shapes.get(line["form"], f"{line['b']} ×")


def _volume(line: Line) -> str:
    if line.get("group"):
        return f"{line['group']} · CF {line['carbon_fraction']}"
    return f"BEF {line['bef']} · R {line['root_ratio']} · D {line['density_t_m3']} · CF {line['carbon_fraction']}"


def _species(line: Line) -> str:
    fraction = f"CF {line['carbon_fraction']}" if line.get("carbon_fraction") else ""
    borrowed = f"→ {line['equation']}" if line["equation"] != line["species"] else ""
    return " ".join(filter(None, (fraction, borrowed))) or "—"


def _deduction(line: Line) -> str:
    return f"{line['share_percent']}%" if line["share_percent"] else _("不制发，先补样地")


_VALUES: Mapping[str, Callable[[Line], str]] = {
    "equations.csv": _equation,
    "shrub_equations.csv": _equation,
    "volume.csv": _volume,
    "species.csv": _species,
    "shrub_species.csv": _species,
    "deduction.csv": _deduction,
    "factors.csv": lambda line: f"{line['value']} ± {line['error_percent']}%",
    "bounds.csv": lambda line: f"{line['low']}–{line['high']}",
    "litter_factors.csv": lambda line: f"{line['a']}·e^({line['b']}·B)",
}
"""How the value of a row reads, by table; elsewhere it is the value."""
