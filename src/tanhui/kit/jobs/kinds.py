"""Kinds of jobs. A context names its kind, its stages and the function that does the work."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.functional import Promise

from tanhui.core.telling import Progress
from tanhui.kit.jobs.models import Job

Words = str | Promise


class Stopped(Exception):  # noqa: N818 - not a fault: somebody asked for it
    """Raised inside the work when it shall end now."""


class Stage(NamedTuple):
    """A stage of a job. `weight` is its rough part of the whole time, in any unit."""

    code: str
    words: Words
    weight: int


class Nightly(NamedTuple):
    """Work that is asked for by itself: from which hour of the local day on, what it is for, and how it is called.

    `title` is Chinese and English; `page` is the name of the address where the result is seen.
    """

    hour: int
    subject: str
    title: tuple[str, str]
    page: str


@dataclass(frozen=True, slots=True)
class JobKind:
    """What a context registers.

    `work(job, progress)` does it and returns a small result that JSON can hold; problems it raises are shown to
    whoever asked. `settle(job)`, if given, is called after the job's state has changed for good, in the same
    transaction. `nightly`, if given, has it asked for every night. `readers` may look at jobs of others, `stoppers` may
    stop them.
    """

    code: str
    stages: tuple[Stage, ...]
    work: Callable[[Job, Progress], Mapping[str, Any]]
    readers: frozenset[str]
    stoppers: frozenset[str]
    settle: Callable[[Job], None] | None = None
    nightly: Nightly | None = None

    def stage(self, code: str) -> Stage | None:
        return next((stage for stage in self.stages if stage.code == code), None)


_KINDS: dict[str, JobKind] = {}


def register(kind: JobKind) -> None:
    """Make a kind of job known; to be called once as the site starts."""
    assert _KINDS.get(kind.code, kind) is kind, f"two kinds of job are called {kind.code}"
    _KINDS[kind.code] = kind


def forget(code: str) -> None:
    """Take a kind back; for tests that bring their own."""
    _KINDS.pop(code, None)


def known(code: str) -> JobKind | None:
    return _KINDS.get(code)


def all_kinds() -> tuple[JobKind, ...]:
    return tuple(_KINDS.values())


def readable(role: str) -> list[str]:
    """Return the kinds whose jobs of others somebody in this role may look at."""
    return [kind.code for kind in _KINDS.values() if role in kind.readers]


def kind_of(job: Job) -> JobKind:
    return _KINDS[job.kind]
