"""Whether writing is stopped: a check has found that journal and tables differ, and nobody has lifted the stop yet."""

from typing import Final

from tanhui.registry.models import WritingStop
from tanhui.registry.writer.asking import ask

_STOPPED: Final = "SELECT EXISTS (SELECT FROM registry_writingstop WHERE NOT lifted)"


def standing_stop() -> WritingStop | None:
    """Return the stop that stands, with what the check found."""
    return WritingStop.objects.select_related("check_found").filter(lifted=False).first()


def stopped() -> bool:
    return ask(_STOPPED)[0][0] is True
