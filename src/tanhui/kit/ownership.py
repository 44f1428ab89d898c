"""Sign in to the database as its owner for a moment: to make tables, and for nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection


@contextmanager
def as_owner() -> Iterator[bool]:
    """Use the owner's sign-in on this thread's connection while the block lasts. False where there is no other."""
    owner = getattr(settings, "OWNER", None)
    if owner is None:
        yield False
        return
    kept = {name: connection.settings_dict[name] for name in owner}
    connection.close()
    connection.settings_dict.update(owner)
    try:
        yield True
    finally:
        connection.close()
        connection.settings_dict.update(kept)
