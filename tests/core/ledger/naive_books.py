"""All acts once more, as plainly as they can be said: balances in one dict, what binds them in another.

Written from the sentences of the acts and not from their code. It answers only whether an act is done.
"""

from collections import Counter
from copy import deepcopy

from tanhui.core.ledger import Act, Freeze, Linked


class NotDoneError(Exception):
    """The answer no."""


def need(*conditions: object) -> None:
    if not all(conditions):
        raise NotDoneError


class NaiveBooks:
    def __init__(self) -> None:
        self.now, self.mg, self.kind, self.closed, self.bound = 0, Counter(), {}, set(), {}
        self.stands, self.buffer, self.seasons, self.retired = {}, {}, set(), Counter()

    def order(self, act: Act) -> bool:
        before = deepcopy(self.__dict__)
        try:
            for one in act.acts if isinstance(act, Linked) else (act,):
                getattr(self, one.name)(one)
        except NotDoneError:
            self.__dict__ = before
            return False
        return True

    def open(self, *accounts: str) -> None:
        need(*(self.kind.get(one, "buffer") != "buffer" and one not in self.closed for one in accounts))

    def free(self, account: str, lot: str) -> None:
        stops = [key for key, one in self.bound.items() if one[0] == "stop" and one[1] == account]
        need(not any(self.bound[key][2] in {None, lot} for key in stops))

    def move(self, lot: str, account: str, book: str, to: tuple[str, str], mg: int) -> None:
        need(0 < mg <= 10**18, lot in self.stands, self.mg[account, lot, book] >= mg)
        self.mg[account, lot, book] -= mg
        self.mg[to[0], lot, to[1]] += mg

    def open_account(self, a) -> None:
        need(a.account not in self.kind, a.account != "mint")
        self.kind[a.account] = a.kind

    def close_account(self, a) -> None:
        need(a.account in self.kind, a.account not in self.closed)
        self.free(a.account, None)
        need(not any(mg for (who, _, book), mg in self.mg.items() if who == a.account and book[0:3] not in "retrev"))
        self.closed.add(a.account)

    def bring(self, a, season, buffer_mg: int, place: tuple[str, str]) -> None:
        need(a.lot not in self.stands, season not in self.seasons, 0 < a.quantity_mg <= 10**18)
        self.stands[a.lot], self.buffer[a.lot] = a.quantity_mg, buffer_mg
        self.seasons.add(season)
        self.mg[place[0], a.lot, place[1]] += a.quantity_mg - buffer_mg

    def issue(self, a) -> None:
        need(self.kind.get(a.owner) == "owner", self.kind.get(a.buffer_account) == "buffer")
        need(not {a.owner, a.buffer_account} & self.closed, 0 <= a.buffer_mg < a.quantity_mg)
        self.bring(a, a.origin[:2], a.buffer_mg, (a.owner, "live"))
        self.mg[a.buffer_account, a.lot, "buffer"] += a.buffer_mg

    def transfer(self, a) -> None:
        need(a.source != a.target)
        self.open(a.source, a.target)
        self.free(a.source, a.lot)
        self.move(a.lot, a.source, "live", (a.target, "live"), a.quantity_mg)

    def distribute(self, a) -> None:
        need(len({a.source, *(who for who, _ in a.parts)}) == len(a.parts) + 1)
        self.open(a.source, *(who for who, _ in a.parts))
        self.free(a.source, a.lot)
        for who, mg in a.parts:
            self.move(a.lot, a.source, "live", (who, "live"), mg)

    def bind(self, key: str, sort: str, a, book: str, *more: object) -> None:
        need(key not in self.bound)
        self.open(a.account)
        self.move(a.lot, a.account, "live", (a.account, book), a.quantity_mg)
        self.bound[key] = [sort, a.account, a.lot, book, a.quantity_mg, *more]

    def let(self, key: str, sort: str, a, to: tuple[str, str], mg: int | None = None) -> list:
        one = self.bound.get(key)
        need(one, one and one[0] == sort and one[1:3] == [a.account, a.lot] and one[4])
        mg = one[4] if mg is None else mg
        need(mg <= one[4])
        self.move(a.lot, a.account, one[3], to, mg)
        one[4] -= mg
        return one

    def hold(self, a) -> None:
        need(a.purpose in {"listing", "auction", "pledge", "reserve"}, a.until_ms > self.now)
        self.free(a.account, a.lot)
        self.bind(a.hold, "hold", a, "reserve" if a.purpose == "reserve" else "held", a.until_ms, a.purpose)

    def post(self, a) -> None:
        need(a.target != a.account)
        self.open(a.target)
        self.free(a.account, a.lot)
        one = self.let(a.hold, "hold", a, (a.target, "live"), a.quantity_mg)
        need(one[5] > self.now, one[6] != "pledge")

    def void(self, a) -> None:
        self.let(a.hold, "hold", a, (a.account, "live"))

    def expire(self, a) -> None:
        need(self.let(a.hold, "hold", a, (a.account, "live"))[5] <= self.now)

    def pledge(self, a) -> None:
        need(a.account != a.pledgee)
        self.open(a.pledgee)
        self.free(a.account, a.lot)
        self.bind(a.pledge, "pledge", a, "pledged")

    def release(self, a) -> None:
        self.let(a.pledge, "pledge", a, (a.account, "live"), a.quantity_mg)

    def foreclose(self, a) -> None:
        need(a.target != a.account)
        self.open(a.target)
        self.free(a.account, a.lot)
        self.let(a.pledge, "pledge", a, (a.target, "live"), a.quantity_mg)

    def freeze(self, a: Freeze) -> None:
        if a.quantity_mg is not None:
            self.bind(a.freeze, "freeze", a, "frozen")
            return
        self.open(a.account)
        need(a.freeze not in self.bound, a.lot is None or a.lot in self.stands)
        self.bound[a.freeze] = ["stop", a.account, a.lot]

    def unfreeze(self, a) -> None:
        one = self.bound.get(a.freeze)
        if not (one and one[0] == "stop"):
            self.let(a.freeze, "freeze", a, (a.account, "live"))
            return
        need(one[1:] == [a.account, a.lot])
        self.bound[a.freeze] = ["lifted", None, None]

    def retire(self, a) -> None:
        need(a.purpose in {"event", "enterprise", "voluntary", "judicial", "compliance"})
        self.open(a.account)
        self.free(a.account, a.lot)
        self.move(a.lot, a.account, "live", (a.account, "retired"), a.quantity_mg)
        self.retired[a.lot] += a.quantity_mg

    def revoke(self, a) -> None:
        self.open(a.account)
        self.free(a.account, a.lot)
        self.move(a.lot, a.account, "live", (a.account, "revoked"), a.quantity_mg)
        self.lessen(a.lot, a.quantity_mg)

    def lessen(self, lot: str, mg: int) -> None:
        need(self.stands[lot] >= mg)
        self.stands[lot] -= mg

    def take_back(self, a, mg: int) -> None:
        need(self.kind.get(a.buffer_account) == "buffer", a.buffer_account not in self.closed)
        have = self.mg[a.buffer_account, a.lot, "buffer"]
        need(have == self.buffer[a.lot])
        self.lessen(a.lot, mg)
        if first := min(have, mg):
            self.move(a.lot, a.buffer_account, "buffer", (a.buffer_account, "revoked"), first)
            self.buffer[a.lot] -= first
        if rest := mg - first:
            need(a.absorber)
            self.open(a.absorber)
            self.free(a.absorber, a.absorber_lot)
            self.move(a.absorber_lot, a.absorber, "live", (a.absorber, "revoked"), rest)

    def reverse(self, a) -> None:
        need(a.lot in self.stands, 0 < a.quantity_mg <= 10**18)
        self.take_back(a, a.quantity_mg)

    def correct(self, a) -> None:
        need(a.lot in self.stands)
        need(0 <= a.issuable_mg < self.stands[a.lot])
        self.take_back(a, self.stands[a.lot] - a.issuable_mg)

    def correspond_out(self, a) -> None:
        self.free(a.account, a.lot)
        self.bind(a.entry, "out", a, "held")

    def correspond_in(self, a) -> None:
        self.open(a.account)
        need(a.entry not in self.bound)
        self.bring(a, (a.region, a.foreign_entry), 0, (a.account, "held"))
        self.bound[a.entry] = ["in", a.account, a.lot, "held", a.quantity_mg]

    def correspond_confirm(self, a) -> None:
        need(a.direction in {"out", "in"})
        if a.direction == "out":
            self.free(a.account, a.lot)
        left = self.bound.get(a.entry, [0] * 5)[4:5]
        self.let(a.entry, a.direction, a, (a.account, "live" if a.direction == "in" else "retired"))
        self.retired[a.lot] += left[0] if a.direction == "out" else 0

    def correspond_return(self, a) -> None:
        need(a.direction in {"out", "in"})
        left = self.bound.get(a.entry, [0] * 5)[4:5]
        self.let(a.entry, a.direction, a, (a.account, "live" if a.direction == "out" else "revoked"))
        if a.direction == "in":
            self.lessen(a.lot, left[0])
