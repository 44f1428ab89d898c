"""The acts of this context."""

from tanhui.land.services.load_region import REGIONS, load_region

__all__ = ["REGIONS", "load_region"]
