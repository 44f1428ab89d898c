"""Parcel codes in addresses. A code is whatever the bureau's file says, "12/1" too; an address gives "/" a meaning.

What an address could not carry unchanged is written as "~" and two hexadecimal digits each: slashes, the mark itself,
dots of a code that is nothing but dots, and what would not be seen. Every other code stands in its address as it is.
"""

import re

from django.urls import register_converter

PARCEL = "parcels/<code:code>/"

_HELD = re.compile(r"[~/\\\x00-\x1f\x7f]")
_MARKED = re.compile(r"~([0-9A-Fa-f]{2})")


class CodeConverter:
    """`<code:code>` in a path."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        return _MARKED.sub(lambda found: chr(int(found[1], 16)), value)

    def to_url(self, value: str) -> str:
        told = str(value)
        return "".join(map(_marked, told)) if not told.strip(".") else _HELD.sub(lambda found: _marked(found[0]), told)


def _marked(sign: str) -> str:
    return f"~{ord(sign):02X}"


register_converter(CodeConverter, "code")
