"""Read a method from the bytes of its files: method.toml and CSV tables beside it.

The hash covers every byte of every file, so a changed coefficient or a changed source is another method.
"""

import hashlib
import tomllib
from collections.abc import Mapping
from typing import Any

from tanhui.core.carbon.method.cells import CONFIDENCES, read_tables
from tanhui.core.carbon.method.faults import Flaw, MethodFault, flaw
from tanhui.core.carbon.method.head import HEAD, Head, read_head
from tanhui.core.carbon.method.model import Method
from tanhui.core.carbon.method.tables import check_links, read_deduction, read_rows

__all__ = ["CONFIDENCES", "MethodFault", "method_hash", "parse_method"]


def parse_method(files: Mapping[str, bytes]) -> Method:
    """The method in `files` (file name to content). Raises MethodFault with every fault of every file."""
    flaws: list[Flaw] = []
    head = read_head(_toml(files), flaws)
    tables = read_tables(files, flaws)
    required = ("parameters.csv", "deduction.csv", *(("formulas.csv",) if head.format > 1 else ()))
    flaws += [flaw("file_missing", name) for name in required if name not in files]
    rows = read_rows(tables, flaws)
    deduction = read_deduction(head.deduction_rule, head.deduction_of, tables.get("deduction.csv", ()), flaws)
    if head.format > 1 and not flaws:
        flaws += check_links(head, rows)
    if flaws:
        raise MethodFault(flaws)
    return Method(hash=method_hash(files), deduction=deduction, **_values(head), **rows._asdict())


def method_hash(files: Mapping[str, bytes]) -> str:
    """SHA-256 over the names, lengths and contents of the files, sorted by name."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name}\0{len(files[name])}\0".encode())
        digest.update(files[name])
    return digest.hexdigest()


def _toml(files: Mapping[str, bytes]) -> dict[str, object]:
    if HEAD not in files:
        raise MethodFault([flaw("file_missing", HEAD)])
    try:
        return tomllib.loads(files[HEAD].decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise MethodFault([flaw("file_unreadable", HEAD, cause=str(error))]) from error


def _values(head: Head) -> dict[str, Any]:
    """The fields of the head that are fields of the method."""
    return {name: value for name, value in head._asdict().items() if not name.startswith("deduction_")}
