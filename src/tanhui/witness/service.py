"""The witness as a small service: `POST /add-checkpoint`, as any log asks it (c2sp.org/tlog-witness).

It needs no Django and no database but its own file. `GET /` says who it is and what it has seen.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from tanhui.core.ledger.cosignature import WitnessSigner
from tanhui.core.ledger.note import VerifyingKey
from tanhui.core.ledger.offer import LONGEST_OFFER, SIZE_TYPE, Accepted, Refused, Status, open_offer, parse_offer
from tanhui.core.ledger.shape import Malformed
from tanhui.kit import clock
from tanhui.witness.book import Book

PLAIN: Final = "text/plain; charset=utf-8"
PATIENCE_S: Final = 10
"""How long a caller may keep a connection without saying anything."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, text and type of an answer."""

    status: int
    text: str
    kind: str = PLAIN


Gate = Callable[[Accepted], Answer | None]
"""What a member asks before it co-signs: may this checkpoint be signed? It gives an answer where not."""


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness: its key, its book, the keys of the logs that it knows by origin, and what must hold besides."""

    signer: WitnessSigner
    book: Book
    logs: Mapping[str, Sequence[VerifyingKey]]
    gate: Gate | None = None

    def add_checkpoint(self, body: bytes, *, at_ms: int) -> Answer:
        """Answer an offer. What is signed has been written down before."""
        try:
            offer = parse_offer(body.decode())
        except (Malformed, UnicodeDecodeError) as fault:
            return Answer(Status.BAD_REQUEST, f"{fault}\n")
        opened = open_offer(offer, self.logs)
        if isinstance(opened, Refused):
            return _refusal(opened)
        if self.gate is not None and (answer := self.gate(opened)):
            return answer
        refused = self.book.take(offer, opened.checkpoint, at_ms=at_ms, suite=opened.suite)
        if refused is not None:
            return _refusal(refused)
        return Answer(Status.SIGNED, self.signer.cosign(opened.text, at_ms // 1000))

    def about(self) -> str:
        """Say who this is and what it has seen."""
        lines = [f"{origin}  {self.book.seen(origin).size}" for origin in sorted(self.logs)]
        return "\n".join((f"tanhui witness  {self.signer.public}", *lines, ""))


def open_server(witness: Witness, host: str, port: int) -> ThreadingHTTPServer:
    """Return the server, bound to its address and not yet serving."""
    server = ThreadingHTTPServer((host, port), _door(witness))
    server.daemon_threads = True
    return server


def _refusal(refused: Refused) -> Answer:
    if refused.size is not None:
        return Answer(refused.status, f"{refused.size}\n", SIZE_TYPE)
    return Answer(refused.status, f"{refused.why}\n")


def _door(witness: Witness) -> type[BaseHTTPRequestHandler]:
    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        server_version = "tanhui-witness"
        sys_version = ""
        timeout = PATIENCE_S

        def do_GET(self) -> None:
            found = self.path == "/"
            self._say(Answer(200, witness.about()) if found else Answer(404, "POST /add-checkpoint\n"))

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if not (length.isascii() and length.isdecimal()) or int(length) > LONGEST_OFFER:
                self.close_connection = True
                self._say(Answer(Status.BAD_REQUEST, f"an offer says its length, at most {LONGEST_OFFER} bytes\n"))
                return
            body = self.rfile.read(int(length))
            if self.path != "/add-checkpoint":
                self._say(Answer(404, "POST /add-checkpoint\n"))
                return
            self._say(witness.add_checkpoint(body, at_ms=clock.to_ms(clock.now())))

        def _say(self, answer: Answer) -> None:
            content = answer.text.encode()
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_words: object) -> None:
            """Say nothing: what matters is in the book."""

    return Door
