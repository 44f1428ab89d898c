"""Kinds of jobs for the tests: one that counts until a gate opens, and some that end badly."""

from pathlib import Path

from tanhui.kit.jobs.kinds import JobKind, Stage, register
from tanhui.kit.problems import Problem

STAGES = (Stage("read", "读入", 1), Stage("count", "计数", 9))


def count(job, progress):
    """Sum the first numbers; with a gate, count on until that file is there, so that a test can come in between."""
    progress("read", 0, 1)
    gate = job.arguments.get("gate")
    while gate and not Path(gate).exists():
        progress("count", 1, 2)
    total = sum(number * number for number in range(job.arguments["numbers"]))
    progress("count", 2, 2)
    return {"total": total, "said_zh": f"合计 {total}。", "said_en": f"The sum is {total}."}


def refuse(job, progress):
    raise Problem("too_few_plots", "样地太少。", remedy="加两块再来。")


def break_down(job, progress):
    raise ZeroDivisionError("a bug of ours")


def run_out(job, progress):
    raise MemoryError


WORKS = {"count": count, "refuse": refuse, "break": break_down, "run_out": run_out}
KINDS = tuple(
    JobKind(code, STAGES, work, readers=frozenset({"analyst", "reviewer"}), stoppers=frozenset({"analyst"}))
    for code, work in WORKS.items()
)


def register_all():
    for kind in KINDS:
        register(kind)
