"""Who may write: one at a time, kept by the database, which takes the right away from a program that dies.

Two locks. The seat is held, for as long as it lives, by the program that serves as the writer (`tanhui ledger serve`).
Where nobody has the seat, whoever hands in a command writes it himself: he keeps the seat free of a server while he
does (a shared hold, so that many can), and takes turns with others like him by the second lock. A server that comes
asks again until they are done; those who come after it find the seat taken and leave their commands in the queue.
"""

from tanhui.registry.writer.asking import ask

SEAT = 0x7A6E68756901
TURN = 0x7A6E68756902
CHANNEL_OF_QUEUE = "tanhui_queue"

_RING = """
SELECT pg_notify(%s, '') FROM (SELECT pg_try_advisory_xact_lock_shared(%s) AS nobody) AS seat WHERE NOT nobody
"""


def take_turn() -> bool:
    """Wait until nobody else writes, and keep it so until this transaction ends. False where a server has the seat."""
    if seat_taken():
        return False
    ask("SELECT pg_advisory_xact_lock(%s)", TURN)
    return True


def seat_taken() -> bool:
    """Say, without waiting, whether a program serves as the writer. In a transaction, a no stays true to its end."""
    return ask("SELECT pg_try_advisory_xact_lock_shared(%s)", SEAT)[0][0] is False


def ring() -> bool:
    """Wake the program that serves as the writer: it has something in its queue. False where none serves.

    Called outside of a transaction it costs no write to the disk.
    """
    return bool(ask(_RING, CHANNEL_OF_QUEUE, SEAT, kept=True))


def try_seat() -> bool:
    """Take the seat of the writer, until this connection ends or gives it back. False where it is taken."""
    return ask("SELECT pg_try_advisory_lock(%s)", SEAT)[0][0] is True


def leave_seat() -> None:
    ask("SELECT pg_advisory_unlock(%s)", SEAT)
