"""The readings of this context."""

from tanhui.land.queries.region import EcosystemSum, counties, ecosystem_sums, ground, region, zones

__all__ = ["EcosystemSum", "counties", "ecosystem_sums", "ground", "region", "zones"]
