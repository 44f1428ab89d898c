"""The document that an order rests on, and the rows that every order names: lot, account, what is bound."""

import hashlib
from typing import NamedTuple

from django.utils.translation import gettext as _

from tanhui.core.ledger import Book, Holding
from tanhui.kit.problems import NotFoundProblem, Problem
from tanhui.registry.models import Account, Encumbrance, Lot
from tanhui.registry.queries.lots import issue_act
from tanhui.registry.services.words import LONGEST_BASIS

LARGEST_PAPER = 10 * 1024 * 1024


class Basis(NamedTuple):
    """Number of the document and who issued it. Both are public; the ledger has their hash."""

    document: str
    authority: str

    def complete(self) -> "Basis":
        """Return the words trimmed. Raises `document_missing`, `authority_missing`, `text_too_long`."""
        said = Basis(self.document.strip(), self.authority.strip())
        if not said.document:
            raise Problem("document_missing", _("写明文号：这一笔凭哪一份文件。"), field="document")
        if not said.authority:
            raise Problem("authority_missing", _("写明文件由谁出具。"), field="authority")
        for field, text in said._asdict().items():
            if len(text) > LONGEST_BASIS:
                raise Problem("text_too_long", _("这一格最多 %(most)s 个字。") % {"most": LONGEST_BASIS}, field=field)
        return said


class SentPaper(NamedTuple):
    """A document as it was sent."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    def require(self) -> "SentPaper":
        """Return it with a name that can be kept. Raises `paper_missing`, `paper_too_large`."""
        if not self.content:
            raise Problem("paper_missing", _("要附上文件本身：对方登记机构出具的那一份。"), field="paper")
        if len(self.content) > LARGEST_PAPER:
            raise Problem("paper_too_large", _("文件超过 10 MB，没有收。"), field="paper")
        return self._replace(name=self.name[-LONGEST_BASIS:])


def deal_terms(exchange_certificate: str, price_fen_per_t: int) -> dict[str, object]:
    """Return what is noted of a deal. Money never touches the registry.

    Raises `exchange_certificate_missing`, `bad_price`.
    """
    if not exchange_certificate.strip():
        text = _("要有交易凭证编号：先在交易中心成交，再来登记。")
        raise Problem("exchange_certificate_missing", text, field="exchange_certificate")
    if price_fen_per_t < 0:
        raise Problem("bad_price", _("单价不能小于 0。"), field="price")
    return {"exchange_certificate": exchange_certificate.strip(), "price_fen_per_t": price_fen_per_t}


def require_lot(lot: str, *, field: str = "lot") -> Lot:
    """Return a lot. Raises `unknown_lot`."""
    found = Lot.objects.filter(lot=lot).first()
    if found is None:
        raise NotFoundProblem("unknown_lot", _("没有批次 %(lot)s。") % {"lot": lot}, field=field)
    return found


def require_account(account: str, *, field: str = "source") -> Account:
    """Return an account. Raises `unknown_account`."""
    found = Account.objects.filter(account=account).first()
    if found is None:
        raise NotFoundProblem("unknown_account", _("没有账户 %(account)s。") % {"account": account}, field=field)
    return found


def require_bound(name: str, *, sort: str) -> Encumbrance:
    """Return what binds, by its id and sort. Whether it stands, the ledger says. Raises `unknown_encumbrance`."""
    found = Encumbrance.objects.filter(name=name, sort=sort).first()
    if found is None:
        text = _("没有编号 %(name)s 的这类记录。从列出的里面选一笔。") % {"name": name}
        raise NotFoundProblem("unknown_encumbrance", text, field="encumbrance")
    return found


def buffer_of(lot: Lot) -> Holding:
    """Return where the buffer share of a lot stands: the account that its issue named.

    Raises `lot_from_elsewhere`: what another region issued is insured there.
    """
    if lot.project_id is None:
        text = _("批次 %(lot)s 是外区转入的，没有缓冲份额：碳没有了、重测少了，由外区的登记机构办。")
        remedy = _("查实不该转入的，用撤销。")
        raise Problem("lot_from_elsewhere", text % {"lot": lot.lot}, field="lot", remedy=remedy)
    return Holding(issue_act(lot).terms["buffer_account"], lot.lot, Book.BUFFER)
