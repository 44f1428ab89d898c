"""The words of triage, overlap and lists: what codes are called, and sentences about them."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tanhui.land.models import Hold, Scheme
from tanhui.land.queries.overlap import Clash

OUTCOMES = {
    "ccer_reserve": gettext_lazy("CCER 储备"),
    "ticket": gettext_lazy("碳票"),
    "monitoring_only": gettext_lazy("仅监测"),
}
PLACES = {
    "ccer_reserve": gettext_lazy("场内"),
    "ticket": gettext_lazy("场外"),
    "monitoring_only": gettext_lazy("不进市场"),
}
ROUTES = {"ccer": gettext_lazy("CCER 一路"), "ticket": gettext_lazy("碳票一路")}
VERDICTS = {
    "met": gettext_lazy("符合"),
    "failed": gettext_lazy("不符合"),
    "unknown": gettext_lazy("不知道"),
    "not_applicable": gettext_lazy("不适用"),
}
VERDICT_BADGES = {"met": "go", "failed": "due", "unknown": "wait", "not_applicable": "end"}
OUTCOME_BADGES = {"ccer_reserve": "bound", "ticket": "go", "monitoring_only": "wait"}
GIVERS = {
    "person": gettext_lazy("由人填写"),
    "parcel": gettext_lazy("出自小班表"),
    "register": gettext_lazy("登记簿自己知道"),
}
CAUTIONS = {
    "ccer_open": gettext_lazy("CCER 一路没有一条不符合，只是还有不知道的：%(names)s。"),
    "ticket_open": gettext_lazy("碳票一路没有一条不符合，只是还有不知道的：%(names)s。"),
    "weak_rules": gettext_lazy("结果靠下面这些条件，它们的依据还要核：%(names)s。"),
}


def permille(ppm: int) -> str:
    """Return a share in percent, one decimal; a trace of it is never written as nothing."""
    return "<0.1%" if 0 < ppm < 500 else f"{ppm / 10_000:.1f}%"  # noqa: PLR2004 - half of the last digit


def clash_sentence(clash: Clash) -> str:
    """Return one sentence about an overlap: which parcel, with whom, how much, when."""
    facts = {
        "ours": clash.ours,
        "theirs": clash.title or clash.reference,
        "scheme": Scheme(clash.scheme).label,
        "state": Hold(clash.state).label,
        "from": clash.period_from.isoformat(),
        "to": clash.period_to.isoformat(),
        "area": f"{clash.area_m2 or 0:,}",
        "share": permille(clash.share_ours_ppm or 0),
    }
    if clash.area_m2 is None:
        text = _("小班 %(ours)s 在 %(from)s 至 %(to)s 已列在“%(theirs)s”（%(scheme)s，%(state)s）。")
        return text % facts
    text = _(
        "小班 %(ours)s 有 %(area)s m²（%(share)s）在 %(from)s 至 %(to)s 和“%(theirs)s”（%(scheme)s，%(state)s）重叠。"
    )
    return text % facts
