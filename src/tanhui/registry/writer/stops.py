"""Whether writing is stopped: a check has found that journal and tables differ, and nobody has lifted the stop yet."""

from tanhui.registry.models import WritingStop


def standing_stop() -> WritingStop | None:
    """Return the stop that stands, with what the check found."""
    return WritingStop.objects.select_related("check_found").filter(lifted=False).first()


def stopped() -> bool:
    return WritingStop.objects.filter(lifted=False).exists()
