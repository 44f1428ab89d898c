"""The suite of this ledger, as the settings name it: hashes and signatures, from the first block on for ever."""

from django.conf import settings

from tanhui.core.ledger import SUITES, Suite


def suite() -> Suite:
    """Return the suite of this ledger."""
    return SUITES[settings.SUITE]
