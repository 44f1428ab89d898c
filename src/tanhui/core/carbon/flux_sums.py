"""Greenhouse gases of a flux balance as CO2 equivalents."""

from fractions import Fraction

from tanhui.core.carbon.stocks import Stocks
from tanhui.core.units import KG_PER_T


def flux_co2e(stocks: Stocks, gas: str, flux_kg_ha: Fraction | None) -> Fraction | None:
    """CO2e of a flux; None where the method has no warming potential for the gas."""
    name = f"gwp_{gas.lower()}"
    if flux_kg_ha is None or (gas != "CO2" and name not in stocks.method.parameters):
        return None
    potential = Fraction(1) if gas == "CO2" else stocks.method.value(name)
    return flux_kg_ha / KG_PER_T * potential
