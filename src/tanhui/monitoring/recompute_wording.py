"""Sentences for what the check of a recompute file finds, by code. Parameters: where, claimed, computed."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tanhui.core.recompute import DamagedFile, Recomputed, RecomputeFault, unpack
from tanhui.monitoring.readout.names import Names, strata_names
from tanhui.monitoring.readout.partial import removal_said

RECOMPUTE_FAULTS: Mapping[str, str | Promise] = {
    "container_damaged": _("文件的目录坏了，打不开 %(where)s"),
    "member_missing": _("缺少 %(where)s"),
    "manifest_unreadable": _("清单 manifest.json 读不懂"),
    "file_missing": _("清单里有、文件里没有：%(where)s"),
    "file_unexpected": _("文件里有、清单里没有：%(where)s"),
    "file_changed": _("被改过：%(where)s"),
    "line_changed": _("这一行被改过：%(where)s"),
    "manifest_changed": _("清单 manifest.json 被改过"),
    "container_altered": _("第 %(where)s 个字节起，文件的外壳被改过"),
    "document_unreadable": _("计划或结果读不懂：%(where)s"),
    "not_computable": _("算不了：%(where)s"),
    "number_differs": _("%(where)s：声称 %(claimed)s，算得 %(computed)s"),
}


def recompute_sentence(fault: RecomputeFault) -> str:
    """Return what is wrong, in the reader's language."""
    return str(RECOMPUTE_FAULTS[fault.code]) % fault._asdict()


def removal_in(content: bytes, document: Mapping[str, Any]) -> str:
    """The removal of a recompute file in words, its strata by the names that its survey gives them."""
    try:
        names = strata_names(unpack(content)[0].survey["strata.csv"])
    except DamagedFile:
        names = {}
    return removal_said(document, Names({"stratum": names}))


def counted_values(document: object) -> int:
    """Return how many single values a document has."""
    if isinstance(document, dict):
        return sum(map(counted_values, document.values()))
    if isinstance(document, list):
        return sum(map(counted_values, document))
    return 1


def is_intact(found: Recomputed) -> bool:
    """Whether the file is as it was packed, whatever the numbers say."""
    return not any(fault.code != "number_differs" for fault in found.faults)
