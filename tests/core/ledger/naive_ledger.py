"""The same rules once more, as plainly as they can be said: the model that the ledger is tested against.

It has no blocks, no bytes and no proofs. It was written from the rules' own sentences, not from the code.
"""

from tanhui.core.ledger import Command, Issue, OpenAccount, Retire, Transfer

KINDS = {"owner", "buyer", "buffer", "registry", "organiser"}
PURPOSES = {"event", "enterprise", "voluntary", "judicial", "compliance"}


class NaiveLedger:
    def __init__(self) -> None:
        self.kind, self.live, self.buffer, self.retired, self.issued, self.used = {}, {}, {}, {}, {}, {}
        self.serials, self.seen = [], {}

    def order(self, command: Command) -> str:
        if command.id in self.seen:
            first, answer = self.seen[command.id]
            return answer if first == command else "id_reused_with_other_content"
        act = command.act
        answer = getattr(self, act.name)(act) if command.role == "operator" else "wrong_role"
        self.seen[command.id] = (command, answer or "done")
        return answer or "done"

    def open_account(self, act: OpenAccount) -> str | None:
        if act.account == "mint":
            return "reserved_account"
        if act.kind not in KINDS:
            return "bad_account_kind"
        if act.account in self.kind:
            return "account_exists"
        self.kind[act.account] = act.kind
        return None

    def issue(self, act: Issue) -> str | None:
        season = (act.origin.project, act.origin.period)
        if bad := self.bad_quantity(act.quantity_mg):
            return bad
        if not 0 <= act.buffer_mg < act.quantity_mg:
            return "bad_buffer_share"
        for account, kind in ((act.owner, "owner"), (act.buffer_account, "buffer")):
            if self.kind.get(account) != kind:
                return "wrong_account_kind" if account in self.kind else "unknown_account"
        if act.lot in self.issued or season in self.used:
            return "lot_exists" if act.lot in self.issued else "origin_already_issued"
        self.issued[act.lot], self.used[season] = act.quantity_mg, act.lot
        self.live[act.owner, act.lot] = act.quantity_mg - act.buffer_mg
        self.buffer[act.buffer_account, act.lot] = act.buffer_mg
        return None

    def transfer(self, act: Transfer) -> str | None:
        if bad := self.bad_quantity(act.quantity_mg):
            return bad
        if act.source == act.target:
            return "same_account"
        if bad := self.bad_accounts(act.source, act.target) or self.bad_amount(act.source, act):
            return bad
        self.live[act.source, act.lot] -= act.quantity_mg
        self.live[act.target, act.lot] = self.live.get((act.target, act.lot), 0) + act.quantity_mg
        return None

    def retire(self, act: Retire) -> str | None:
        if bad := self.bad_quantity(act.quantity_mg):
            return bad
        if act.purpose not in PURPOSES:
            return "bad_purpose"
        if bad := self.bad_accounts(act.account) or self.bad_amount(act.account, act):
            return bad
        first = 1 + sum(last - start + 1 for lot, start, last in self.serials if lot == act.lot)
        self.serials.append((act.lot, first, first + act.quantity_mg - 1))
        self.live[act.account, act.lot] -= act.quantity_mg
        self.retired[act.account, act.lot] = self.retired.get((act.account, act.lot), 0) + act.quantity_mg
        return None

    def bad_quantity(self, quantity_mg: int) -> str | None:
        return "not_positive" if quantity_mg < 1 else "too_large" if quantity_mg > 10**18 else None

    def bad_accounts(self, *accounts: str) -> str | None:
        for account in accounts:
            if self.kind.get(account) in {"buffer", None}:
                return "wrong_account_kind" if account in self.kind else "unknown_account"
        return None

    def bad_amount(self, account: str, act: Transfer | Retire) -> str | None:
        if act.lot not in self.issued:
            return "unknown_lot"
        if self.live.get((account, act.lot), 0) < act.quantity_mg:
            return "insufficient_balance"
        return None
