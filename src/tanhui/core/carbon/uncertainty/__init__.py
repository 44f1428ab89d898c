"""How sure a result is beyond the choice of plots: measurements, equations, parameters; in closed form and by draws.

`rates` says how large errors are, `items` takes a survey apart into what carries them, `analytic` gives the variance
of each source, `montecarlo` draws all of them together.
"""

from tanhui.core.carbon.uncertainty.analytic import Contributions, contributions
from tanhui.core.carbon.uncertainty.items import blocks_of
from tanhui.core.carbon.uncertainty.model import KINDS, SAMPLING, Block, Item, Model, Shared, block_of, model_of
from tanhui.core.carbon.uncertainty.montecarlo import Draws, DrawsFault, Run, drawn
from tanhui.core.carbon.uncertainty.rates import Rate, Rates, log_sd, rates_of, shipped_rates

__all__ = [
    "KINDS",
    "SAMPLING",
    "Block",
    "Contributions",
    "Draws",
    "DrawsFault",
    "Item",
    "Model",
    "Rate",
    "Rates",
    "Run",
    "Shared",
    "block_of",
    "blocks_of",
    "contributions",
    "drawn",
    "log_sd",
    "model_of",
    "rates_of",
    "shipped_rates",
]
