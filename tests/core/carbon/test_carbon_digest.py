"""The digest of a survey: every byte counts, the order of files does not, and a changed row is named."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from tanhui.core.carbon import changed_rows, parse_survey, survey_digest
from tanhui.core.carbon.survey.digest import _merkle_root

FILES = {"strata.csv": b"stratum\nA\nB\n", "plots.csv": b"plot\r\n1\r\n2"}


def sha(*parts: bytes):
    return hashlib.sha256(b"".join(parts)).digest()


def test_the_root_is_that_of_rfc_6962_written_out():
    a, b, c = (sha(b"\x00", leaf) for leaf in (b"a", b"b", b"c"))
    assert _merkle_root([b"a", b"b", b"c"]) == sha(b"\x01", sha(b"\x01", a, b), c)
    assert _merkle_root([]) == sha(b"")


def test_seven_leaves_split_at_four():
    leaf = [sha(b"\x00", bytes([i])) for i in range(7)]
    pair = [sha(b"\x01", leaf[i], leaf[i + 1]) for i in (0, 2, 4)]
    left, right = sha(b"\x01", pair[0], pair[1]), sha(b"\x01", pair[2], leaf[6])
    assert _merkle_root([bytes([i]) for i in range(7)]) == sha(b"\x01", left, right)


def test_rows_are_hashed_with_their_line_ends():
    plots = survey_digest(FILES).files[0]
    assert plots.name == "plots.csv"
    assert plots.row_hashes == (sha(b"plot\r\n"), sha(b"1\r\n"), sha(b"2"))


def test_other_files_and_the_order_of_files_do_not_count():
    turned = dict(reversed(FILES.items())) | {"expected.csv": b"1", "README.md": b"2"}
    assert survey_digest(turned) == survey_digest(FILES)


def test_a_changed_added_or_lost_row_is_named():
    digest = survey_digest(FILES)
    assert changed_rows(FILES, digest) == []
    assert changed_rows(FILES | {"strata.csv": b"stratum\nA\nC\n"}, digest) == [("strata.csv", 3)]
    assert changed_rows(FILES | {"strata.csv": b"stratum\nA\nB\nC\n"}, digest) == [("strata.csv", 4)]
    assert changed_rows(FILES | {"plots.csv": b"plot\r\n1\r\n2\n"}, digest) == [("plots.csv", 3)]
    assert changed_rows({"strata.csv": FILES["strata.csv"], "soil.csv": b""}, digest) == [
        ("plots.csv", 0),
        ("soil.csv", 0),
    ]


@given(st.binary(max_size=60), st.integers(0, 200), st.integers(1, 255))
def test_any_changed_byte_changes_the_root_and_is_found(content: bytes, place: int, flip: int):
    content += b"end"
    place %= len(content)
    other = content[:place] + bytes([content[place] ^ flip]) + content[place + 1 :]
    digest = survey_digest({"soil.csv": content})
    assert survey_digest({"soil.csv": other}).root_hex != digest.root_hex
    assert changed_rows({"soil.csv": other}, digest)


def test_a_survey_carries_the_root():
    files = {
        "strata.csv": b"stratum,ecosystem,area_ha\nF,forest,1\n",
        "plots.csv": b"plot,stratum\nP,F\n",
        "visits.csv": b"plot,round,year\nP,1,2020\n",
    }
    assert parse_survey(files).hash == survey_digest(files).root_hex
