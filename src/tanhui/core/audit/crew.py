"""Work shared among the cores.

Pieces of work go out, their results come back in the same order, few at a time; or one goes on beside the caller's own.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from multiprocessing import get_context
from typing import Final, Generic, NamedTuple, TypeVar

Given = TypeVar("Given")
Found = TypeVar("Found")
_AHEAD: Final = 8
"""So many pieces are under way at most, however many there are: they lie in memory."""


class Piece(NamedTuple, Generic[Given]):
    """What one call is given, and whether it is worth a way to another process."""

    given: Given
    large: bool


def shared(work: Callable[[Given], Found], pieces: Iterable[Piece[Given]]) -> Iterator[Found]:
    """Yield what `work` finds in each piece, in their order. Only large ones go to other processes."""
    with ExitStack() as stack:
        crew: ProcessPoolExecutor | None = None
        under_way: deque[Future[Found]] = deque()
        for piece in pieces:
            if piece.large and crew is None:
                crew = stack.enter_context(ProcessPoolExecutor(mp_context=get_context("spawn")))
            if len(under_way) == _AHEAD:
                yield under_way.popleft().result()
            under_way.append(crew.submit(work, piece.given) if crew and piece.large else _done(work(piece.given)))
        while under_way:
            yield under_way.popleft().result()


@contextmanager
def beside(work: Callable[[Given], Found], piece: Piece[Given]) -> Iterator[Callable[[], Found]]:
    """Have one piece worked on while the caller goes on, and give a way to wait for what is found.

    Only a large one goes to another process; a small one is worked on when it is asked for.
    """
    if not piece.large:
        yield partial(work, piece.given)
        return
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as crew:
        yield crew.submit(work, piece.given).result


def _done(found: Found) -> "Future[Found]":
    future: Future[Found] = Future()
    future.set_result(found)
    return future
