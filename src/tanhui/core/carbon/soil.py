"""Soil organic carbon of a profile: to a fixed depth, and to an equal mass of soil.

Stock of a layer: bulk density (g/cm3) × organic carbon (g/kg) × thickness (cm) × (1 − gravel) / 10, in tC/ha.
The fixed depth is the one that every round of the plot reaches without a gap; layers are cut at it in
proportion. Where bulk density changed, equal depth compares different soil; the stock at equal mass cuts each
profile, from the surface, at the mass of the lightest round. Which of the two decides is a rule of the method;
the other is computed beside it.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import NamedTuple

from tanhui.core.carbon.codes import Note, note
from tanhui.core.carbon.density import Densities, Visited, density
from tanhui.core.carbon.method.model import EQUAL_MASS, SoilRule
from tanhui.core.carbon.survey import Survey


class Layer(NamedTuple):
    """A layer of a profile; errors are standard errors where the source prints them."""

    top_cm: Fraction
    bottom_cm: Fraction
    bulk_density_g_cm3: Fraction
    soc_g_kg: Fraction
    fine_share: Fraction
    bd_error: Fraction | None
    soc_error: Fraction | None

    @property
    def mass_t_ha(self) -> Fraction:
        return self.bulk_density_g_cm3 * (self.bottom_cm - self.top_cm) * 100 * self.fine_share

    @property
    def carbon_t_ha(self) -> Fraction:
        return self.mass_t_ha * self.soc_g_kg / 1000

    @property
    def variance(self) -> Fraction | None:
        """Variance of the stock from printed errors of content and, where printed, of bulk density."""
        if self.soc_error is None or not self.soc_g_kg:
            return None
        relative = (self.soc_error / self.soc_g_kg) ** 2
        if self.bd_error is not None:
            relative += (self.bd_error / self.bulk_density_g_cm3) ** 2
        return self.carbon_t_ha**2 * relative


Profile = tuple[Layer, ...]


class SoilStocks(NamedTuple):
    """Densities by the rule that decides, stocks by the other rule by plot and round, and notes."""

    deciding: Densities
    beside: dict[tuple[str, int], Fraction]
    notes: list[Note]


def soil_stocks(survey: Survey, plots: frozenset[str], rounds: tuple[int, ...], rule: SoilRule) -> SoilStocks:
    """Soil stocks of every visit to `plots` in `rounds` with a usable profile."""
    profiles, notes = _profiles(survey, plots, rounds)
    by_plot: dict[str, dict[int, Profile]] = {}
    for (plot, round_number), profile in profiles.items():
        by_plot.setdefault(plot, {})[round_number] = profile
    stocks = SoilStocks({}, {}, notes)
    cut = 0
    for plot, found in sorted(by_plot.items()):
        depth_cm = min(profile[-1].bottom_cm for profile in found.values())
        depth_cm = depth_cm if rule.depth_cm is None else min(depth_cm, rule.depth_cm)
        cut += any(profile[-1].bottom_cm > depth_cm for profile in found.values())
        _add_plot(stocks, plot, {number: cut_at_depth(profile, depth_cm) for number, profile in found.items()}, rule)
    if cut:
        notes.append(note("soil_depth_cut", plots=cut))
    return stocks


def _add_plot(stocks: SoilStocks, plot: str, profiles: Mapping[int, Profile], rule: SoilRule) -> None:
    lightest = min(sum((layer.mass_t_ha for layer in profile), Fraction(0)) for profile in profiles.values())
    for round_number, profile in profiles.items():
        at_mass = cut_at_mass(profile, lightest)
        by_mass = rule.decides == EQUAL_MASS
        deciding, beside = (at_mass, profile) if by_mass else (profile, at_mass)
        coverage = f"0-{float(profile[-1].bottom_cm):g} cm"
        coverage = f"{float(lightest):g} t/ha of soil within {coverage}" if by_mass else coverage
        stocks.deciding[Visited(plot, round_number, "soil")] = density(
            carbon_t_ha(deciding), coverage, variance=_variance(deciding)
        )
        stocks.beside[plot, round_number] = carbon_t_ha(beside)


def carbon_t_ha(profile: Iterable[Layer]) -> Fraction:
    return sum((layer.carbon_t_ha for layer in profile), Fraction(0))


def _variance(profile: Profile) -> Fraction | None:
    """Layers vary independently; one layer without an error leaves the profile without one."""
    variances = [layer.variance for layer in profile]
    known = [variance for variance in variances if variance is not None]
    return sum(known, Fraction(0)) if len(known) == len(variances) else None


def cut_at_depth(profile: Profile, depth_cm: Fraction) -> Profile:
    """The layers down to `depth_cm`, the last one cut in proportion."""
    kept = (layer for layer in profile if layer.top_cm < depth_cm)
    return tuple(layer._replace(bottom_cm=min(layer.bottom_cm, depth_cm)) for layer in kept)


def cut_at_mass(profile: Profile, mass_t_ha: Fraction) -> Profile:
    """The layers from the surface until they hold `mass_t_ha` of fine soil, the last one cut in proportion."""
    kept: list[Layer] = []
    left = mass_t_ha
    for layer in profile:
        if left <= 0:
            break
        share = min(Fraction(1), left / layer.mass_t_ha) if layer.mass_t_ha else Fraction(1)
        kept.append(layer._replace(bottom_cm=layer.top_cm + (layer.bottom_cm - layer.top_cm) * share))
        left -= layer.mass_t_ha
    return tuple(kept)


def _profiles(
    survey: Survey, plots: frozenset[str], rounds: tuple[int, ...]
) -> tuple[dict[tuple[str, int], Profile], list[Note]]:
    """Layers by visit from the surface down to the first gap or layer that was not fully measured."""
    table = survey.table("soil.csv")
    names = ("top_cm", "bottom_cm", "bulk_density_g_cm3", "soc_g_kg", "gravel_fraction", "bd_error", "soc_error")
    measured: dict[tuple[str, int], list[tuple[Fraction | None, ...]]] = {}
    for place, row in zip(table.visits(), zip(*(table.exact(name) for name in names), strict=True), strict=True):
        if place[0] in plots and place[1] in rounds:
            measured.setdefault(place, []).append(row)
    profiles = {place: _usable(rows) for place, rows in measured.items()}
    without_gravel = sum(row[4] is None for rows in measured.values() for row in rows)
    notes = [note("gravel_not_measured", layers=without_gravel)] if without_gravel else []
    broken = sorted({place[0] for place, rows in measured.items() if len(profiles[place]) < len(rows)})
    if broken:
        notes.append(note("soil_profile_incomplete", plots=len(broken), names=", ".join(broken[:10])))
    return {place: profile for place, profile in profiles.items() if profile}, notes


def _usable(rows: list[tuple[Fraction | None, ...]]) -> Profile:
    kept: list[Layer] = []
    reached = Fraction(0)
    by_top = sorted(rows, key=lambda row: row[0] or Fraction(0))
    for top, bottom, bulk_density, soc, gravel, bd_error, soc_error in by_top:
        if top != reached or bottom is None or bulk_density is None or soc is None:
            break
        fine = 1 - (gravel if gravel is not None else Fraction(0))
        kept.append(Layer(reached, bottom, bulk_density, soc, fine, bd_error, soc_error))
        reached = bottom
    return tuple(kept)
