"""`tanhui method list`: which methods there are, from the tables that ship. It needs no settings and no database."""

import argparse
import json
import sys
from pathlib import Path

from django.utils import translation
from django.utils.translation import gettext as _

from tanhui.cli import words
from tanhui.core.carbon.method import IN_FORCE, Method, load_method, shipped_methods
from tanhui.kit.problems import Problem

STDOUT = "-"


def method_list(options: argparse.Namespace) -> int:
    """Say each method with title, hash and standing, or all of them as JSON."""
    words.speak_without_settings()
    with translation.override(words.django_language(options.language)):
        found = [load_method(*known) for known in shipped_methods()]
        if options.json:
            rows = [{"id": one.id, "version": one.version, "status": one.status, "hash": one.hash} for one in found]
            write(options.json, as_json(rows))
            return 0
        for one in found:
            title = one.title_zh if options.language == "zh" else one.title_en
            print(f"{one.id}@{one.version}  {title}  {one.hash[:16]}{standing(one)}")
    return 0


def standing(found: Method) -> str:
    """What a reader must know before using a method; nothing for one in force that gives tickets."""
    said = [] if found.status == IN_FORCE else [_("试用")]
    said += [] if found.tickets else [_("不制票")]
    return f"  [{', '.join(said)}]" if said else ""


def as_json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def write(target: str, text: str) -> None:
    """Write to a file, or here. Raises `no_such_folder`."""
    if target == STDOUT:
        sys.stdout.write(text)
        return
    path = Path(target)
    if not path.parent.is_dir():
        missing = _("没有这个文件夹：%(folder)s") % {"folder": path.parent}
        raise Problem("no_such_folder", missing, remedy=_("先建好它，再写一次。"))
    path.write_text(text, encoding="utf-8")
