"""After a restore: hold the ledger against the newest checkpoint that is known outside, before anything is written.

A checkpoint that was given out stands for a history that others have. A ledger that does not reach it, or has another
one in its place, would sign a second history with its next block. So writing stops until a person has talked to them.
"""

from datetime import datetime

from tanhui.core.audit.continuing import Continuation, continues_from, root_of_note
from tanhui.registry.models import Block, StopCause
from tanhui.registry.writer.journal import last_block
from tanhui.registry.writer.stops import stop_writing


def newest_checkpoint() -> str | None:
    """Return the checkpoint of the last block, which a folder of backups keeps; None before the first block."""
    last = last_block()
    return last.checkpoint if last else None


def hold_against(*, note: str, at: datetime) -> Continuation:
    """Compare the ledger with a checkpoint known outside. Where it does not go on from that, writing stops."""
    known = root_of_note(note)
    last = last_block()
    beside = [last] if last else []
    beside += Block.objects.filter(size=known.size)
    found = continues_from([known], {block.size: block.root_hex for block in beside})
    if not found.ok:
        code = "shorter_than_known" if found.missing else "another_history"
        words = {"known": f"{known.size:,}", "size": f"{last.size if last else 0:,}"}
        height = last.height if last else 0
        faults = [{"code": code, "place": f"checkpoint[{known.size}]", "words": words}]
        stop_writing(cause=StopCause.RESTORED, height=height, at=at, faults=faults)
    return found
