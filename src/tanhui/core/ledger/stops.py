"""Which accounts are frozen, and which only in one lot: counted, because two courts may freeze the same."""

from collections import Counter
from collections.abc import Iterable

from tanhui.core.ledger.decision import Encumbrance


class Stops:
    """The freezes without an amount that stand. Lifting one leaves the others in force."""

    def __init__(self, encumbrances: Iterable[Encumbrance] = ()) -> None:
        self._standing: Counter[tuple[str, str | None]] = Counter()
        for one in encumbrances:
            if not one.ended:
                self.take(one)

    def take(self, one: Encumbrance) -> None:
        """Note that an encumbrance began or ended. What binds an amount stops nothing else."""
        if one.book is None:
            self._standing[one.account, one.lot] += -1 if one.ended else 1

    def count(self, account: str, lot: str | None) -> int:
        """Return how many freezes stop this lot of the account, those of the whole account included."""
        if not self._standing:
            return 0
        whole = self._standing[account, None]
        return whole if lot is None else whole + self._standing[account, lot]
