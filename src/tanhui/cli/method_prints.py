"""How `tanhui method` speaks: a method, differences and dry runs as lines of text."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TextIO

from django.utils.translation import gettext as _

from tanhui.certification.sentences import spoken
from tanhui.cli.method_list import standing
from tanhui.core.carbon.codes import Note
from tanhui.core.carbon.method import Difference, Method
from tanhui.core.carbon.rehearsal import Rehearsal, Shift
from tanhui.site.method_words import KINDS, TABLES, TOTALS
from tanhui.site.pages.method_tables import method_context, table_rows
from tanhui.site.templatetags.tanhui import number, signed
from tanhui.site.templatetags.words import confidence_word, is_weak, pool_word

INDENT = "  "


def lines(said: Iterable[object], file: TextIO | None = None) -> None:
    for line in said:
        print(line, file=file or sys.stdout)


def method(found: Method, files: Mapping[str, bytes], language: str) -> None:
    """A method from its title to its last row."""
    shown = method_context(found, files)
    own = shown["method"]
    print(f"{own[f'title_{language}']}  {found.id}@{found.version}{standing(found)}")
    print(f"{found.hash}\n\n{own[f'summary_{language}']}")
    for rule in own["rules"]:
        print(f"{INDENT}{rule['words']}: {rule['value']}")
    for formula in shown["formulas"]:
        print(f"\n{INDENT}{formula['expression']}\n{INDENT}{formula['words']}\n{INDENT}{_grounds(formula)}")
    for table in table_rows(files):
        print(f"\n{table['words']}  {table['file']}")
        for row in table["rows"]:
            print(f"{INDENT}{row['name']}: {row['value']} {row['unit']}".rstrip() + _range(row))
            print(f"{INDENT * 2}{_grounds(row)}")
            if row["disabled"] or row["note"]:
                print(f"{INDENT * 2}{_('停用：') if row['disabled'] else ''}{row['disabled'] or row['note']}")


def _range(row: Mapping[str, str]) -> str:
    return f"  [{row['range']}]" if row["range"] else ""


def _grounds(row: Mapping[str, str]) -> str:
    """Source and mark; a weak one stands out."""
    mark = confidence_word(row["confidence"])
    return f"{'! ' if is_weak(row['confidence']) else ''}{mark}: {row['source']}"


def differences(found: Sequence[Difference]) -> None:
    """Rows that differ, table by table."""
    table = ""
    for row in found:
        if row.file != table:
            table = row.file
            print(f"\n{TABLES.get(table, table)}  {table}")
        print(f"{INDENT}{KINDS[row.kind]}  {row.row}")
        for cell in row.cells:
            print(f"{INDENT * 2}{cell.column}: {cell.before or '—'} → {cell.after or '—'}")
    if not found:
        print(_("没有不同"))


def rehearsal(name: str, result: Rehearsal) -> None:
    """A dry run: totals, what came and went, and every plot that changes."""
    before, after = result.before.stocks.method, result.after.stocks.method
    print(f"{name}: {before.id}@{before.version} → {after.id}@{after.version}")
    for key, (words, unit) in TOTALS.items():
        print(f"{INDENT}{words}: {_shift(result.totals[key], 2)} {unit}")
    lines(_notes(result.reasons))
    lines(_notes(result.flags))
    changed = result.changed_plots
    counted = _("%(all)s 个数里变了 %(changed)s 个") % {"all": len(result.plots), "changed": len(changed)}
    print(f"{INDENT}{_('逐样地')}, tC/ha: {counted}")
    for shift in changed:
        at = shift.visited
        print(f"{INDENT * 2}{at.plot}  {at.round}  {pool_word(at.pool)}  {_shift(shift.carbon_t_ha, 3)}")
    print()


def _shift(shift: Shift, places: int) -> str:
    """Before, after and difference; one figure where nothing changes."""
    first, second = (number(None if value is None else float(value), places) for value in shift)
    if not shift.changed:
        return first
    return f"{first} → {second}  ({signed(shift.difference, places)})"


def _notes(notes: tuple[tuple[Note, ...], tuple[Note, ...]]) -> Iterable[str]:
    came, went = notes
    yield from (f"{INDENT}{_('多了：')}{spoken(note)['sentence']}  [{note.code}]" for note in came)
    yield from (f"{INDENT}{_('没了：')}{spoken(note)['sentence']}  [{note.code}]" for note in went)
