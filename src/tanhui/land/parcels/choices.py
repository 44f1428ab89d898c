"""What a person may choose about a file of parcels before it is checked."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from tanhui.core.geometry.systems import known_systems


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """Empty, 0 or None: as the file says.

    `mapping` names for a column of ours the field of the file that fills it. `replaces` says what the import puts an
    end to: `codes`, the parcels whose codes come again; `counties`, all parcels of the counties that the file is about.
    """

    layer: str = ""
    epsg: int = 0
    encoding: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)
    ecosystem: str = ""
    zone: str = ""
    survey_year: int | None = None
    replaces: str = "codes"

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        """Read choices as they are kept; unknown words are left out, an unknown system is none."""
        known = {name: told[name] for name in cls.__slots__ if name in told}
        chosen = cls(**known)
        if chosen.epsg and chosen.epsg not in set(known_systems()):
            return cls(**{**known, "epsg": 0})
        return chosen

    def told(self) -> dict[str, Any]:
        return {**asdict(self), "mapping": dict(self.mapping)}
