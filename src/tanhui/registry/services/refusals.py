"""A refusal of the ledger, said to people."""

from tanhui.kit.problems import Problem
from tanhui.kit.text import tonnes
from tanhui.registry.wording import REFUSALS
from tanhui.registry.writer.queue import Answer


def refused(answer: Answer) -> Problem:
    """Return the problem that says why the ledger did not book: the rule's code and its sentence."""
    return Problem(answer.code, refusal_sentence(answer.code, dict(answer.params)))


def refusal_sentence(code: str, params: dict[str, str | int]) -> str:
    """Return the sentence of a refusal, with quantities in tonnes."""
    spoken = {
        name: tonnes(value) if name.endswith("_mg") and isinstance(value, int) else value
        for name, value in params.items()
    }
    return str(REFUSALS[code]) % spoken
