"""Read quantities and prices that people type. Exact: no float is ever made of a quantity."""

import re

from django.utils.translation import gettext as _

from tanhui.kit.problems import Problem

MG_DIGITS = 9
FEN_DIGITS = 2
MOST_DIGITS = 10
_TONNES = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?", re.ASCII)


def read_mg(text: str) -> int:
    """Read tonnes such as `1,360.000` into whole milligrams.

    Raises the problem `bad_quantity` for anything that is not a plain positive decimal with at most nine places.
    """
    plain = text.replace(" ", "").replace("\u00a0", "").strip()
    found = _TONNES.fullmatch(plain)
    whole, part = (found[1].replace(",", ""), found[2] or "") if found else ("", "")
    if len(whole) > MOST_DIGITS:
        message = _("数量“%(text)s”太大了：没有哪一批有这么多吨。") % {"text": text[:40]}
        raise Problem("bad_quantity", message, field="quantity_t")
    if not found or len(part) > MG_DIGITS or not int(whole + part or "0"):
        message = _("数量“%(text)s”看不懂：写吨数，比如 42.680，小数最多九位，要大于 0。") % {"text": text[:40]}
        raise Problem("bad_quantity", message, field="quantity_t")
    return int(whole) * 1_000_000_000 + int(part.ljust(MG_DIGITS, "0") or "0")


def read_price_fen(text: str) -> int:
    """Read yuan such as `38.00` into fen. Raises `bad_price`."""
    plain = text.strip()
    found = _TONNES.fullmatch(plain)
    whole, part = (found[1].replace(",", ""), found[2] or "") if found else ("", "")
    if not found or len(part) > FEN_DIGITS or len(whole) > MOST_DIGITS:
        message = _("单价“%(text)s”看不懂：写元，比如 38.00，小数最多两位。") % {"text": text[:40]}
        raise Problem("bad_price", message, field="price")
    return int(whole) * 100 + int(part.ljust(FEN_DIGITS, "0") or "0")
