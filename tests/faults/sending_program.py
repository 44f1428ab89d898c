"""A program of several threads, each handing in one transfer of a milligram after the other, until its input ends.

Where the database fails it, a thread says so and hands in the same command again, as a person sends a form again. It
prints each answer with the command's number, and each kind of trouble.
"""

import json
import sys
import time
from threading import Event, Lock, Thread

RETRY_S = 0.05
STEP = 1_000_000


def main() -> None:
    import django

    django.setup()
    begin, threads = int(sys.argv[1]), int(sys.argv[2])
    over, said = Event(), Lock()
    working = [Thread(target=send, args=(begin + STEP * place, over, said)) for place in range(threads)]
    for thread in working:
        thread.start()
    sys.stdin.read()
    over.set()
    for thread in working:
        thread.join()


def send(first: int, over: Event, said: Lock) -> None:
    from tanhui.registry.writer.listening import EAR

    number = first
    while not over.is_set():
        told = answered(number, said)
        tell(said, number=number, **told)
        number += 1
    EAR.rest()


def answered(number: int, said: Lock) -> dict[str, object]:
    """Hand it in until there is an answer."""
    from django.db import DatabaseError, InterfaceError, connection

    from tanhui.kit import clock
    from tanhui.kit.outage import outage_of
    from tanhui.kit.problems import Problem
    from tanhui.registry.services.booking import book

    while True:
        try:
            (answer,) = book([transfer(number)], at=clock.now())
        except Problem as problem:
            tell(said, trouble=problem.code)
        except (DatabaseError, InterfaceError) as problem:
            outage = outage_of(problem)
            tell(said, trouble=outage.code if outage else repr(problem))
            connection.close()
        else:
            return {"code": answer.code, "leaf": answer.leaf}
        time.sleep(RETRY_S)  # a person, too, waits a little before the second try


def transfer(number: int):
    from tanhui.core.ledger import Command, Transfer

    act = Transfer(*ACCOUNTS(), 1, bytes(32))
    return Command(number.to_bytes(16, "big"), "person-1", "operator", 1_760_000_000_000, bytes(32), act)


class _Accounts:
    """Lot, owner and buyer, asked for once."""

    def __init__(self) -> None:
        self._known: tuple[str, str, str] | None = None

    def __call__(self) -> tuple[str, str, str]:
        if self._known is None:
            from tanhui.registry.models import Order

            order = Order.objects.filter(kind="transfer").earliest("id")
            self._known = (order.lot, order.source, order.target)
        return self._known


ACCOUNTS = _Accounts()


def tell(said: Lock, **what: object) -> None:
    with said:
        print(json.dumps(what), flush=True)  # noqa: T201 - the answer


if __name__ == "__main__":
    main()
