"""Numbers that people read: of orders, lots, accounts and certificates. Given in order, never twice."""

from django.db import connection

FORMS = {
    "account": "{region}-A-{serial:06d}",
    "order": "{region}-O-{year}-{serial:06d}",
    "lot": "{region}-L-{year}-{serial:04d}",
    "certificate": "{region}-{year}-{serial:06d}",
}


def next_number(kind: str, region_code: str, year: int) -> str:
    """Return the next number of its kind. A transaction that fails afterwards leaves a gap, never a double."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s::regclass)", [f"registry_{kind}_number"])
        (serial,) = cursor.fetchone()
    return FORMS[kind].format(region=region_code, year=year, serial=serial)
