"""A column of PostgreSQL's own type `box`, which its GiST index can search: what a geometry reaches over."""

from typing import TYPE_CHECKING, NamedTuple, Self

from django.db import models


class Extent(NamedTuple):
    """The smallest upright rectangle around a geometry, in degrees of EPSG:4490."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def of_box(cls, text: str) -> Self:
        """Read `(east,north),(west,south)`, as PostgreSQL writes a box."""
        east, north, west, south = (float(part) for part in text.replace("(", "").replace(")", "").split(","))
        return cls(west, south, east, north)

    def box(self) -> str:
        return f"({self.east!r},{self.north!r}),({self.west!r},{self.south!r})"


if TYPE_CHECKING:
    _Field = models.Field[Extent, Extent]
else:  # only type checkers may ask a field what it holds
    _Field = models.Field


class BoxField(_Field):
    """Holds an `Extent`. Searched by raw SQL: `extent && box '(…)'`."""

    description = "the upright rectangle around a geometry"

    def db_type(self, connection: object) -> str:  # noqa: ARG002 - one database only
        return "box"

    def from_db_value(self, value: str | None, *_rest: object) -> Extent | None:
        return None if value is None else Extent.of_box(value)

    def get_prep_value(self, value: Extent | None) -> str | None:
        return None if value is None else value.box()
