"""The facts of a work as people type them, read and checked: every fault at once, with what to do about it."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import override

from tanhui.land.models import Ecosystem, WorksKind, WorksState
from tanhui.land.parcels.ground import Ground

EARLIEST_YEAR, LATEST_YEAR = 1950, 2100
UNITS_M2: Mapping[str, Decimal] = {"mu": Decimal(10_000) / 15, "ha": Decimal(10_000), "m2": Decimal(1)}
MOST_M2 = 10**13
FEN_PER_YUAN, KG_PER_T = 100, 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class WorksFacts:
    """What is told of a work; counties and zones by their keys. None or empty: not told."""

    name_zh: str
    name_en: str = ""
    kind: str
    ecosystem: str
    state: str = WorksState.DONE
    begun_year: int
    done_year: int | None = None
    area_m2: int | None = None
    funder_zh: str = ""
    funder_en: str = ""
    county: str | None = None
    zone: str | None = None
    parcel_codes: tuple[str, ...] = ()
    cost_fen: int | None = None
    expected_kg: int | None = None
    expected_until_year: int | None = None
    source: str
    confidence: str = "published"

    def document(self) -> dict[str, Any]:
        return {**asdict(self), "parcel_codes": list(self.parcel_codes)}


class WorksFault(NamedTuple):
    """A field that cannot be taken: its code, and a sentence with what to do."""

    field: str
    code: str
    sentence: str


def _names(choices: type[TextChoices]) -> dict[str, str]:
    """Return what choices are called in every language: a table is in one of them, whichever its reader speaks."""
    named: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            named |= {str(label): value for value, label in choices.choices}
    return named


class _Reader:
    """Reads one field after the other and collects what is wrong."""

    def __init__(self, told: Mapping[str, str], ground: Ground) -> None:
        self.told, self.ground, self.faults = told, ground, list[WorksFault]()

    def text(self, field: str, most: int = 120) -> str:
        return self.told.get(field, "").strip()[:most]

    def needed(self, field: str, sentence: str) -> str:
        found = self.text(field, 2000)
        if not found:
            self.faults.append(WorksFault(field, f"{field}_missing", sentence))
        return found

    def choice(self, field: str, choices: type[TextChoices], sentence: str) -> str:
        found = self.text(field)
        named = _names(choices) | {value: value for value in choices.values}
        if found not in named:
            self.faults.append(WorksFault(field, f"{field}_unknown", sentence % {"told": found}))
        return str(named.get(found, ""))

    def codes(self, field: str) -> tuple[str, ...]:
        """Codes between blanks or commas of either kind, each once."""
        return tuple(dict.fromkeys(self.text(field, 20_000).replace("，", " ").replace(",", " ").split()))

    def year(self, field: str, *, needed: bool = False) -> int | None:
        found = self.text(field)[:4]
        if not found and not needed:
            return None
        year = int(found) if found.isdecimal() else 0
        if not EARLIEST_YEAR <= year <= LATEST_YEAR:
            text = _("年份“%(told)s”看不懂：写四位数，比如 2021。") % {"told": self.text(field)}
            self.faults.append(WorksFault(field, "bad_year", text))
        return year

    def amount(self, field: str, size: Decimal) -> int | None:
        found = self.text(field).replace(",", "")
        if not found:
            return None
        try:
            value = Decimal(found)
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite() or not 0 < value * size < MOST_M2:
            text = _("数“%(told)s”看不懂：写一个大于 0 的数。") % {"told": self.text(field)}
            self.faults.append(WorksFault(field, "bad_number", text))
            return None
        return int((value * size).to_integral_value())

    def key(self, field: str, known: Mapping[str, str], sentence: str) -> str | None:
        found = self.text(field)
        if found and found not in known:
            self.faults.append(WorksFault(field, f"{field}_unknown", sentence % {"told": found}))
        return known.get(found)


def read_facts(told: Mapping[str, str], ground: Ground) -> tuple[WorksFacts, list[WorksFault]]:
    """Read the facts of a form or a row. With faults the facts are not to be used."""
    read = _Reader(told, ground)
    unit = UNITS_M2.get(read.text("area_unit") or "mu", UNITS_M2["mu"])
    facts = WorksFacts(
        name_zh=read.needed("name_zh", _("工程要有一个名字。"))[:120],
        name_en=read.text("name_en", 160),
        kind=read.choice("kind", WorksKind, _("工程类型“%(told)s”不在单子里。")),
        ecosystem=read.choice("ecosystem", Ecosystem, _("生态系统“%(told)s”不在单子里：森林、灌丛、草原、湿地。")),
        state=read.choice("state", WorksState, _("状态“%(told)s”不在单子里：计划、在建、完成。")),
        begun_year=read.year("begun_year", needed=True) or 0,
        done_year=read.year("done_year"),
        area_m2=read.amount("area", unit),
        funder_zh=read.text("funder_zh"),
        funder_en=read.text("funder_en", 160),
        county=read.key("county", read.ground.counties, _("没有旗县区“%(told)s”。")),
        zone=read.key("zone", read.ground.zones, _("没有片区“%(told)s”。")),
        parcel_codes=read.codes("parcel_codes"),
        cost_fen=read.amount("cost_yuan", Decimal(FEN_PER_YUAN)),
        expected_kg=read.amount("expected_t", Decimal(KG_PER_T)),
        expected_until_year=read.year("expected_until_year"),
        source=read.needed("source", _("写下依据：文号、报告或网址，别人要能查到。")),
        confidence=read.text("confidence", 20) or "published",
    )
    return facts, [*read.faults, *_together(facts)]


def _together(facts: WorksFacts) -> list[WorksFault]:
    rules: tuple[tuple[bool, str, str, Callable[[], str]], ...] = (
        (
            facts.done_year is not None and 0 < facts.done_year < facts.begun_year,
            "done_year",
            "years_swapped",
            lambda: _("完成年份早于开始年份。"),
        ),
    )
    return [WorksFault(field, code, words()) for wrong, field, code, words in rules if wrong]
