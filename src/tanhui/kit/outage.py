"""When the database itself cannot: its disk is full, or it is away. Said in one sentence, the same at every door.

What was not done was rolled back whole. A form that is sent once more is booked once, since it carries its own number.
"""

from django.db import DatabaseError, InterfaceError, OperationalError
from django.utils.translation import gettext as _

from tanhui.kit.problems import Problem

STATUS = 503
NO_SPACE = ("53100",)
"""SQLSTATE `disk_full`."""
CANNOT_WRITE = ("58030", "25006")
"""`io_error` and `read_only_sql_transaction`: a disk that takes nothing, a server that only reads."""


def outage_of(exception: BaseException | None) -> Problem | None:
    """Return the problem to tell of where an exception means that the database cannot; None for anything else."""
    if not isinstance(exception, DatabaseError | InterfaceError):
        return None
    state = getattr(exception.__cause__, "sqlstate", None) or ""
    if state in NO_SPACE or state in CANNOT_WRITE:
        text = _("存储空间满了，这一步没有做，账没有动。查账照常。")
        return Problem("disk_full", text, remedy=_("告诉管机器的人腾出空间，再做一次。再交一次不会记两次。"))
    if isinstance(exception, OperationalError | InterfaceError):
        text = _("数据库这会儿连不上，这一步没有做完的都已退回，账没有动。")
        return Problem("database_away", text, remedy=_("过一会儿再试。再交一次不会记两次。"))
    return None
