"""Tables and lists to download: written row by row as they are read, so that a long one needs no more memory."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.http import StreamingHttpResponse

from tanhui.kit.cells import harmless

AT_ONCE = 500
"""So many rows go out at a time."""


class _Line:
    """What `csv` writes to: it hands each line back."""

    def write(self, text: str) -> str:
        return text


def csv_answer(name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """Return rows as a CSV file that spreadsheet programs read as UTF-8."""
    return _file(f"{name}.csv", "text/csv; charset=utf-8", _csv_lines(columns, rows))


def json_answer(name: str, head: Mapping[str, object], rows_name: str, rows: Iterable[object]) -> StreamingHttpResponse:
    """Return one JSON object: what stands in its head, and a list of rows, each on a line of its own."""
    return _file(f"{name}.json", "application/json", _json_lines(head, rows_name, rows))


def _file(name: str, content_type: str, lines: Iterator[str]) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(_together(lines), content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _csv_lines(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    table = csv.writer(_Line())
    yield "\ufeff"
    yield table.writerow(columns)
    for row in rows:
        yield table.writerow(map(harmless, row))


def _json_lines(head: Mapping[str, object], rows_name: str, rows: Iterable[object]) -> Iterator[str]:
    yield "{"
    for key, value in head.items():
        yield f"{_spelled(key)}: {_spelled(value)},\n"
    yield f"{_spelled(rows_name)}: ["
    for place, row in enumerate(rows):
        yield (",\n" if place else "\n") + _spelled(row)
    yield "\n]}\n"


def _spelled(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _together(lines: Iterator[str]) -> Iterator[str]:
    """Put lines together, so that a server does not send each by itself."""
    waiting: list[str] = []
    for line in lines:
        waiting.append(line)
        if len(waiting) == AT_ONCE:
            yield "".join(waiting)
            waiting.clear()
    yield "".join(waiting)
