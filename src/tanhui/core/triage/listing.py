"""Read a public list of another scheme's projects: rows of cells with the headings that such lists have.

Every fault is named with its row and column; a list with faults is not taken at all. Cells come as text, as a CSV file
has them or as a workbook shows them.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from tanhui.core.geometry.boundary import read_boundary

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "number": ("项目编号", "编号", "projectNum", "projectNo", "number"),
    "name": ("项目名称", "名称", "projectName", "name"),
    "owner": ("项目业主", "业主", "项目业主名称", "申请机构", "ownerName", "owner"),
    "method": ("方法学编号", "方法学", "methodologyNum", "methodology"),
    "province": ("省份", "省", "所在省", "provinceName", "province"),
    "city": ("市", "盟市", "地市", "所在市", "cityName", "city"),
    "county": ("县", "区县", "旗县", "旗县区", "所在县", "countyName", "county"),
    "status": ("状态", "项目状态", "公示类型", "dataType", "status"),
    "yearly": ("预计年减排量", "年均减排量", "预计年减排量（吨）", "expectYearNum"),
    "published": ("公示开始日期", "公示日期", "登记日期", "publicStartDate"),
    "from": ("计入期开始", "计入期起", "监测期开始", "开始日期", "periodFrom"),
    "to": ("计入期结束", "计入期止", "监测期结束", "结束日期", "periodTo"),
    "boundary": ("边界", "项目边界", "边界坐标", "WKT", "GeoJSON", "boundary"),
}
STATUSES: Mapping[str, tuple[str, ...]] = {
    "announced": ("1", "公示项目", "项目公示"),
    "registered": ("2", "已登记项目", "项目登记", "已登记"),
    "removal_announced": ("3", "公示减排量", "减排量公示"),
    "removal_registered": ("4", "已登记减排量", "减排量登记"),
    "issued": ("5", "已签发", "签发"),
}
FAULTS = (
    *("no_heading", "no_rows", "name_missing", "unknown_status", "bad_date", "bad_number", "bad_boundary"),
    *("period_reversed", "twice", "too_long"),
)
LONGEST = {"name": 200, "owner": 200, "method": 60}
COMPACT_DATE = 8


class ListingFault(NamedTuple):
    """What is wrong: a stable code, the line of the file (heading 1), the column as the file heads it, the cell."""

    code: str
    row: int
    column: str
    value: str


class ListingFaults(ValueError):  # noqa: N818 - the same word as for surveys
    """All faults of a list, in the order of the file."""

    def __init__(self, faults: Sequence[ListingFault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = tuple(faults)


class ListedRow(NamedTuple):
    """One project of a list. `key` names it across files: its number, or a hash of name, owner and place."""

    row: int
    key: str
    digest: str
    name: str
    owner: str
    method: str
    place: str
    status: str
    yearly_t: Decimal | None
    published_on: date | None
    period_from: date | None
    period_to: date | None
    geometry: bytes | None
    told: Mapping[str, str]


def read_listing(rows: Sequence[Sequence[str]]) -> list[ListedRow]:
    """Return the projects of a list, whose first row is the heading. Raises ListingFaults with every fault."""
    heading = [cell.strip() for cell in rows[0]] if rows else []
    column = {name: heading.index(word) for name, words in HEADINGS.items() for word in words if word in heading}
    if "name" not in column:
        raise ListingFaults([ListingFault("no_heading", 1, HEADINGS["name"][0], "，".join(heading)[:80])])
    reader = _Reader(heading, column)
    found = [
        reader.read(number, [cell.strip() for cell in row])
        for number, row in enumerate(rows[1:], 2)
        if any(cell.strip() for cell in row)
    ]
    if not found:
        reader.faults.append(ListingFault("no_rows", 1, "", ""))
    reader.name_twice(found)
    if reader.faults:
        raise ListingFaults(sorted(reader.faults, key=lambda fault: fault.row))
    return found


class _Reader:
    """Reads rows under one heading and gathers what is wrong."""

    def __init__(self, heading: Sequence[str], column: Mapping[str, int]) -> None:
        self.heading, self.column = heading, column
        self.faults: list[ListingFault] = []

    def read(self, number: int, cells: Sequence[str]) -> ListedRow:
        said = {name: cells[place] if place < len(cells) else "" for name, place in self.column.items()}
        told = {head: cell for head, cell in zip(self.heading, cells, strict=False) if head and cell}
        if not said["name"]:
            self._fault("name_missing", number, "name", "")
        for name, most in LONGEST.items():
            if len(said.get(name, "")) > most:
                self._fault("too_long", number, name, said[name][:40])
        place = " ".join(said[name] for name in ("province", "city", "county") if said.get(name))
        period_from, period_to = self._day(number, "from", said), self._day(number, "to", said)
        if period_from and period_to and period_from >= period_to:
            self._fault("period_reversed", number, "to", said["to"])
        plain = json.dumps(told, ensure_ascii=False, sort_keys=True)
        return ListedRow(
            row=number,
            key=said.get("number", "")[:64] or _hashed(f"{said['name']}\n{said.get('owner', '')}\n{place}")[:32],
            digest=_hashed(plain),
            name=said["name"],
            owner=said.get("owner", ""),
            method=said.get("method", ""),
            place=place[:120],
            status=self._status(number, said.get("status", "")),
            yearly_t=self._number(number, said.get("yearly", "")),
            published_on=self._day(number, "published", said),
            period_from=period_from,
            period_to=period_to,
            geometry=self._boundary(number, said.get("boundary", "")),
            told=told,
        )

    def name_twice(self, found: Sequence[ListedRow]) -> None:
        seen: set[str] = set()
        for row in found:
            if row.key in seen:
                self._fault("twice", row.row, "number" if "number" in self.column else "name", row.name)
            seen.add(row.key)

    def _fault(self, code: str, row: int, name: str, value: str) -> None:
        place = self.column.get(name)
        self.faults.append(ListingFault(code, row, "" if place is None else self.heading[place], value))

    def _status(self, row: int, cell: str) -> str:
        if not cell:
            return ""
        for status, words in STATUSES.items():
            if cell in words or cell == status:
                return status
        self._fault("unknown_status", row, "status", cell)
        return ""

    def _number(self, row: int, cell: str) -> Decimal | None:
        plain = cell.replace(",", "").replace("，", "")
        if not plain:
            return None
        try:
            value = Decimal(plain)
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite() or not 0 <= value < 10**12:
            self._fault("bad_number", row, "yearly", cell)
            return None
        return value

    def _day(self, row: int, name: str, said: Mapping[str, str]) -> date | None:
        cell = said.get(name, "")
        if not cell:
            return None
        plain = cell.split(" ", maxsplit=1)[0].replace("/", "-").replace("年", "-").replace("月", "-").replace("日", "")
        try:
            if len(plain) == COMPACT_DATE and plain.isdecimal():
                return date(int(plain[:4]), int(plain[4:6]), int(plain[6:]))
            year, month, day = plain.split("-")
            return date(int(year), int(month), int(day))
        except ValueError:
            self._fault("bad_date", row, name, cell)
            return None

    def _boundary(self, row: int, cell: str) -> bytes | None:
        if not cell:
            return None
        try:
            return read_boundary(cell)
        except ValueError:
            self._fault("bad_boundary", row, "boundary", cell[:40])
            return None


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
