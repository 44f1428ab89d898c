"""Who may do which act of land."""

from collections.abc import Mapping

from tanhui.land.models import Holds
from tanhui.people.models import Role

ROLES: Mapping[str, tuple[str, ...]] = {
    "import_parcels": (Role.OPERATOR,),
    "import_places": (Role.OPERATOR,),
    "open_works": (Role.OPERATOR, Role.ANALYST),
    "correct_works": (Role.OPERATOR, Role.ANALYST),
    "close_works": (Role.OPERATOR,),
    "import_works": (Role.OPERATOR, Role.ANALYST),
}


def import_roles(holds: str) -> tuple[str, ...]:
    """Who may bring in a file of parcels; of zones and counties."""
    return ROLES["import_parcels" if holds == Holds.PARCELS else "import_places"]
