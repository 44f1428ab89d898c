"""Problems: what a service raises when an act cannot be done, in one shape for page, API and command line.

A problem is expected. It carries an English code for programs, a sentence for people, the field it is about and
what to do next. Nothing has been changed when one is raised: services decide before they write, in one transaction.
"""

from collections.abc import Mapping


class Problem(Exception):  # noqa: N818 - a problem is no bug; the word is the house's
    """An act that cannot be done, and why."""

    def __init__(self, code: str, message: str, *, field: str = "", remedy: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field
        self.remedy = remedy

    def document(self) -> Mapping[str, str]:
        return {"code": self.code, "message": str(self.message), "field": self.field, "help": str(self.remedy)}


class NotFoundProblem(Problem):
    """The thing does not exist, or not for this reader: strangers are not told which."""
