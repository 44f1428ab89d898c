"""Asking others over HTTP: a witness for its signature, a log for its tiles. Short answers, patience with an end."""

import urllib.error
import urllib.request
from http.client import HTTPException
from typing import Final, NamedTuple

PATIENCE_S: Final = 10.0
LONGEST_ANSWER: Final = 256 * (2**16 + 1)
"""The longest answer that anybody here has to give: a full bundle of the longest leaves."""


class Reply(NamedTuple):
    """What came back: status, type and content."""

    status: int
    kind: str
    content: bytes

    @property
    def text(self) -> str:
        """The content as text; what is none is shown and not trusted."""
        return self.content.decode("utf-8", "replace")


class Unreachable(OSError):  # noqa: N818 - it names what was found
    """Nobody answered, or not in time, or not in HTTP."""


class _Stay(urllib.request.HTTPRedirectHandler):
    """A redirection is an answer like any other: whoever is asked answers where he was asked."""

    def redirect_request(self, *_words: object) -> None:
        return None


_opener = urllib.request.build_opener(_Stay)


def get(url: str, *, patience_s: float = PATIENCE_S) -> Reply:
    """Fetch an address. Raises Unreachable."""
    return _ask(urllib.request.Request(_checked(url)), patience_s)  # noqa: S310 - checked to be http or https


def post(url: str, body: bytes, *, patience_s: float = PATIENCE_S) -> Reply:
    """Send a text to an address. Raises Unreachable."""
    headers = {"Content-Type": "text/plain; charset=utf-8"}
    request = urllib.request.Request(_checked(url), data=body, headers=headers)  # noqa: S310 - checked to be http or https
    return _ask(request, patience_s)


def _checked(url: str) -> str:
    if not url.startswith(("http://", "https://")):
        raise Unreachable(f"{url} is no address of the web")
    return url


def _ask(request: urllib.request.Request, patience_s: float) -> Reply:
    try:
        with _opener.open(request, timeout=patience_s) as answer:
            return _reply(answer.status, answer.headers.get("Content-Type", ""), answer.read(LONGEST_ANSWER + 1))
    except urllib.error.HTTPError as answer:
        with answer:
            return _reply(answer.code, answer.headers.get("Content-Type", ""), answer.read(2**16))
    except (OSError, HTTPException, ValueError) as error:
        raise Unreachable(f"{request.full_url}: {error}") from error


def _reply(status: int, kind: str, content: bytes) -> Reply:
    if len(content) > LONGEST_ANSWER:
        raise Unreachable("the answer is longer than anything that was asked for")
    return Reply(status, kind.partition(";")[0].strip().lower(), content)
