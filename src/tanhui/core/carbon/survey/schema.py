"""The tables of the survey format: their columns, keys, words and physical limits.

This is the format description of the project as a value: the reader, the digest and the Excel templates all
go by it. Limits are physical (no tree is thicker than 4 m), not statistical; a suspicious value inside the
limits is a warning and not an error.
"""

import math
from dataclasses import dataclass

ECOSYSTEMS = ("forest", "shrubland", "grassland", "wetland")
POOLS = ("tree", "shrub", "herb", "litter", "deadwood", "soil")
TREE_STATUSES = ("live", "dead", "removed", "ingrowth", "missing")
LIVE_STATUSES = ("", "live", "ingrowth")
VISIT_STATUSES = ("measured", "inaccessible", "lost")
GASES = ("CO2", "CH4", "N2O")
PAIR_KINDS = ("repeat", "space_for_time")
ORIGINS = ("natural", "plantation")
CLIMATES = ("cool_temperate_dry", "cool_temperate_moist", "warm_temperate_dry", "warm_temperate_moist")
SOIL_CLASSES = ("high_activity_clay", "low_activity_clay", "sandy", "wetland")
LAND_USES = ("grassland",)
MANAGEMENTS = ("nominal", "moderately_degraded", "high_intensity_grazing", "severely_degraded", "improved")
INPUTS = ("medium", "high")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. `kind` is text, number, round, year, date or word (one of `words`)."""

    name: str
    kind: str = "text"
    required: bool = False
    filled: bool = False
    low: float = -math.inf
    high: float = math.inf
    above_low: bool = False
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TableSchema:
    """A file of the format: its columns, and the columns that together name a row."""

    file: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    required: bool = False

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)


def _name(name: str) -> Column:
    return Column(name, required=True, filled=True)


def _text(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name) for name in names)


def _number(name: str, low: float = 0.0, high: float = math.inf, *, above_low: bool = False) -> Column:
    return Column(name, "number", low=low, high=high, above_low=above_low)


def _amounts(*names: str) -> tuple[Column, ...]:
    return tuple(_number(name) for name in names)


def _word(name: str, words: tuple[str, ...], *, filled: bool = False) -> Column:
    return Column(name, "word", required=filled, filled=filled, words=words)


_ROUND = Column("round", "round", required=True, filled=True)
_PLOT_ROUND = (_name("plot"), _ROUND)
_FREE = -math.inf

STRATA = TableSchema(
    "strata.csv",
    ("stratum",),
    (
        _name("stratum"),
        _word("ecosystem", ECOSYSTEMS, filled=True),
        Column("area_ha", "number", required=True, low=0.0, high=2e10),
        _number("weight", high=1.0),
        *_text("estimation_unit", "note"),
        _number("auxiliary_mean", _FREE),
        _number("auxiliary_n", 0.0, above_low=True),
    ),
    required=True,
)
PLOTS = TableSchema(
    "plots.csv",
    ("plot",),
    (
        _name("plot"),
        _name("stratum"),
        _number("lon", -180.0, 180.0),
        _number("lat", -90.0, 90.0),
        _number("plot_area_m2", above_low=True),
        _number("slope_deg", 0.0, 90.0),
        _number("forest_fraction", 0.0, 1.0),
        *_text("note", "zone", "county", "owner"),
        _number("auxiliary", _FREE),
    ),
    required=True,
)
VISITS = TableSchema(
    "visits.csv",
    ("plot", "round"),
    (
        *_PLOT_ROUND,
        Column("year", "year", low=1900, high=2200),
        Column("date", "date"),
        _word("status", VISIT_STATUSES),
    ),
    required=True,
)
TREES = TableSchema(
    "trees.csv",
    ("plot", "round", "tree"),
    (
        *_PLOT_ROUND,
        _name("tree"),
        *_text("species"),
        _number("dbh_cm", 0.0, 400.0, above_low=True),
        _number("height_m", 0.0, 120.0, above_low=True),
        _word("status", TREE_STATUSES),
        _number("trees_per_ha", 0.0, 1_000_000.0, above_low=True),
        _number("aboveground_biomass_kg", 0.0, 1_000_000.0),
    ),
)
STANDS = TableSchema(
    "stands.csv",
    ("plot", "round", "species"),
    (
        *_PLOT_ROUND,
        Column("species", required=True),
        _word("origin", ORIGINS),
        _number("age_a", 0.0, 5000.0),
        _number("stems_per_ha"),
        _number("mean_dbh_cm", 0.0, 400.0, above_low=True),
        _number("mean_height_m", 0.0, 120.0, above_low=True),
        _number("volume_m3_ha", 0.0, 5000.0),
    ),
)
SHRUBS = TableSchema(
    "shrubs.csv",
    ("plot", "round", "species"),
    (
        *_PLOT_ROUND,
        Column("species", required=True),
        *_amounts("age_a", "plants_per_ha", "mean_height_m", "crown_area_m2"),
        *_amounts("stem_dry_g_m2", "branch_dry_g_m2", "leaf_dry_g_m2", "above_dry_g_m2", "root_dry_g_m2"),
        *_amounts("stem_dry_g_plant", "branch_dry_g_plant", "leaf_dry_g_plant", "root_dry_g_plant"),
        *_amounts("total_dry_g_plant"),
    ),
)
SHRUB_PLANTS = TableSchema(
    "shrub_plants.csv",
    ("plot", "round", "plant"),
    (
        *_PLOT_ROUND,
        _name("plant"),
        Column("species", required=True),
        *(_number("crown_d1_m", 0.0, 50.0), _number("crown_d2_m", 0.0, 50.0), _number("crown_area_m2", 0.0, 2000.0)),
        _number("height_m", 0.0, 30.0),
        _number("plants_per_ha", 0.0, 10_000_000.0, above_low=True),
    ),
)
HERBS = TableSchema(
    "herbs.csv",
    ("plot", "round", "top_cm", "bottom_cm"),
    (
        *_PLOT_ROUND,
        *_amounts("top_cm", "bottom_cm", "aboveground_dry_g_m2", "belowground_dry_g_m2", "error"),
    ),
)
LITTER = TableSchema("litter.csv", ("plot", "round"), (*_PLOT_ROUND, *_amounts("litter_dry_g_m2", "error")))
DEADWOOD = TableSchema("deadwood.csv", ("plot", "round"), (*_PLOT_ROUND, *_amounts("deadwood_dry_g_m2", "error")))
SOIL = TableSchema(
    "soil.csv",
    ("plot", "round", "top_cm"),
    (
        *_PLOT_ROUND,
        Column("top_cm", "number", required=True, filled=True, low=0.0, high=2000.0),
        Column("bottom_cm", "number", required=True, filled=True, low=0.0, high=2000.0, above_low=True),
        _number("bulk_density_g_cm3", 0.0, 3.0, above_low=True),
        _number("soc_g_kg", 0.0, 600.0),
        _number("gravel_fraction", 0.0, 1.0),
        *_amounts("bd_error", "soc_error"),
    ),
)
POOLS_TABLE = TableSchema(
    "pools.csv",
    ("plot", "round", "pool"),
    (
        *_PLOT_ROUND,
        _word("pool", POOLS, filled=True),
        Column("carbon_t_ha", "number", required=True, low=0.0, high=10_000.0),
        *_amounts("se"),
    ),
)
FLUXES = TableSchema(
    "fluxes.csv",
    ("plot", "year", "gas"),
    (
        _name("plot"),
        Column("year", "year", required=True, filled=True, low=1900, high=2200),
        _word("gas", GASES, filled=True),
        Column("flux_kg_ha_a", "number", required=True, low=_FREE),
        *_amounts("se"),
        *_text("period"),
    ),
)
PAIRS = TableSchema(
    "pairs.csv",
    ("pair",),
    (
        *(_name("pair"), _name("from_plot"), Column("from_round", "round", required=True, filled=True)),
        *(_name("to_plot"), Column("to_round", "round", required=True, filled=True)),
        _number("years", 0.0, 1000.0, above_low=True),
        _word("kind", PAIR_KINDS, filled=True),
    ),
)
STRATA_TOTALS = TableSchema(
    "strata_totals.csv",
    ("stratum", "round"),
    (_name("stratum"), _ROUND, *_amounts("area_ha", "volume_m3", "carbon_t")),
)
PARAMETERS = TableSchema(
    "parameters.csv",
    ("stratum", "species"),
    (
        *(_name("stratum"), Column("species", required=True)),
        *(_number("a", _FREE), _number("b", _FREE), _number("carbon_fraction", 0.0, 1.0)),
    ),
)

MANAGEMENT = TableSchema(
    "management.csv",
    ("stratum", "round", "climate", "soil", "land_use", "management", "input"),
    (
        *(_name("stratum"), _ROUND),
        *(_word("climate", CLIMATES, filled=True), _word("soil", SOIL_CLASSES, filled=True)),
        *(_word("land_use", LAND_USES, filled=True), _word("management", MANAGEMENTS, filled=True)),
        _word("input", INPUTS),
        Column("area_ha", "number", required=True, filled=True, low=0.0, high=2e10),
    ),
)

TABLES = (
    *(STRATA, PLOTS, VISITS, TREES, STANDS, SHRUBS, SHRUB_PLANTS, HERBS, LITTER, DEADWOOD, SOIL),
    *(POOLS_TABLE, FLUXES, PAIRS, STRATA_TOTALS, PARAMETERS, MANAGEMENT),
)
FILES = tuple(table.file for table in TABLES)
NEVER_IMPORTED = ("expected.csv",)
