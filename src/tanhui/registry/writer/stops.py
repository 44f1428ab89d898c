"""Whether writing is stopped: a check has found that journal and tables differ, and nobody has lifted the stop yet."""

from django.db import connection

from tanhui.registry.models import WritingStop
from tanhui.registry.writer.queue import CHANNEL_OF_QUEUE


def standing_stop() -> WritingStop | None:
    """Return the stop that stands, with what the check found."""
    return WritingStop.objects.select_related("check_found").filter(lifted=False).first()


def stopped() -> bool:
    return WritingStop.objects.filter(lifted=False).exists()


def wake_writer() -> None:
    """Tell the writer to look into the queue again, once the caller's transaction stands."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL_OF_QUEUE])
