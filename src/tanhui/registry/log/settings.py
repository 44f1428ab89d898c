"""Which witnesses this registry asks, and how many must co-sign: a file, read anew each time."""

import os
import tempfile
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from tanhui.core.ledger import Malformed
from tanhui.core.ledger.policy import Policy, k_of_n, parse_policy, spell
from tanhui.kit.problems import Problem


def policy_file() -> Path:
    return Path(settings.WITNESSES)


def current_policy() -> Policy:
    """Return the policy of this installation; without a file it asks for nobody. Raises `policy_unreadable`."""
    try:
        text = policy_file().read_text(encoding="utf-8")
    except FileNotFoundError:
        return Policy()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror or "" if isinstance(error, OSError) else "UTF-8"
        raise _unreadable(why) from error
    try:
        return parse_policy(text)
    except Malformed as fault:
        raise _unreadable(str(fault)) from fault


def write_policy(policy: Policy) -> None:
    """Write the policy, whole or not at all."""
    path = policy_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as part:
        part.write(spell(policy))
        part.flush()
        os.fsync(part.fileno())
    Path(part.name).replace(path)


def require_plain(policy: Policy) -> Policy:
    """Return a policy of so many of all. Raises Problem for one with groups of its own: that is edited by hand."""
    try:
        plain = k_of_n(policy.witnesses, policy.needed)
    except Malformed as fault:
        raise _unreadable(str(fault)) from fault
    if policy.quorum not in {"none", *(plain.groups or {})} or (policy.groups or {}) != (plain.groups or {}):
        raise Problem(
            "policy_with_groups",
            _("见证规则里有自己写的分组，不能用命令改。"),
            remedy=_("直接改文件：%(path)s") % {"path": policy_file()},
        )
    return plain


def _unreadable(why: str) -> Problem:
    """The problem as anybody may read it: the public pages say it too, so it names the file without its folder."""
    return Problem(
        "policy_unreadable",
        _("见证规则读不了：%(why)s") % {"why": why},
        remedy=_("改好这个文件：%(path)s") % {"path": policy_file().name},
    )
