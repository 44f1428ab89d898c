"""A change of stock, A₂d₂ − A₁d₁, taken apart into that of area and that of density.

Exactly: (A₂ − A₁)·d₁ through area, A₁·(d₂ − d₁) through density, and (A₂ − A₁)(d₂ − d₁) through both at once. The
third term belongs to neither. It is shown by itself; where a figure in two parts is wanted, each takes half of it, so
that area counts at the mean density and density on the mean area. Nothing is lost: the parts add up to the change
exactly.
"""

from fractions import Fraction
from typing import NamedTuple


class Effects(NamedTuple):
    """Parts of a change, in the unit of the stock. `area` and `density` are without the part of both."""

    area: Fraction
    density: Fraction
    both: Fraction

    @property
    def change(self) -> Fraction:
        return self.area + self.density + self.both

    @property
    def area_half(self) -> Fraction:
        """The area effect with half of what comes through both."""
        return self.area + self.both / 2

    @property
    def density_half(self) -> Fraction:
        return self.density + self.both / 2


def effects(areas_ha: tuple[Fraction, Fraction], stocks: tuple[Fraction, Fraction]) -> Effects:
    """Effects from areas and stocks of two rounds. Land without area in a round takes the other round's density.

    New land then is all area effect, and so is land that is gone.
    """
    first, second = (stock / area if area else None for area, stock in zip(areas_ha, stocks, strict=True))
    if first is None and second is None:
        return Effects(Fraction(0), Fraction(0), Fraction(0))
    before = first if first is not None else second
    after = second if second is not None else first
    assert before is not None
    assert after is not None
    growth, rise = areas_ha[1] - areas_ha[0], after - before
    return Effects(growth * before, areas_ha[0] * rise, growth * rise)
