import hashlib
import re
import xml.etree.ElementTree as ET

import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st

from tanhui.kit.qr import qr_svg
from tanhui.kit.rings import rings, rings_svg

HASH = hashlib.sha256(b"BT-2026-000318").hexdigest()
URL = "https://tanhui.example/zs/BT-2026-000318"


def numbers(path: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?\d+\.\d", path)]


def test_one_hash_draws_one_tree():
    assert rings(HASH) == rings(HASH)
    known = hashlib.sha256("".join(rings(HASH)).encode()).hexdigest()
    assert known == "240a287aeab9218c68a8f560bb446baf4a6ce5d63b8a619eb49085c7f953e873"


def test_another_hash_draws_another_tree():
    other = hashlib.sha256(b"BT-2026-000319").hexdigest()
    assert not set(rings(HASH)) & set(rings(other))


@settings(deadline=None, max_examples=25)
@given(st.binary(min_size=32, max_size=32))
def test_rings_are_closed_and_stay_on_the_paper(digest: bytes):
    for path in rings(digest.hex()):
        assert path.startswith("M")
        assert path.endswith("Z")
        assert all(-100 < number < 1000 for number in numbers(path))


def test_rings_grow_outwards():
    widths = [max(numbers(path)) - min(numbers(path)) for path in rings(HASH)]
    assert len(widths) == 46
    assert widths == sorted(widths)


def test_rings_svg_is_well_formed_and_silent_for_a_screen_reader():
    svg = ET.fromstring(rings_svg(HASH))  # noqa: S314 - we wrote it a line ago
    assert svg.attrib["aria-hidden"] == "true"
    assert svg[0].attrib["d"].count("M") == 46


@pytest.mark.parametrize("wrong", ["", "xyz", HASH.upper(), "<script>"])
def test_rings_take_hashes_only(wrong: str):
    with pytest.raises(ValueError, match="hash"):
        rings(wrong)


def test_qr_is_the_code_of_the_text():
    """Count dark modules along the drawn lines and compare with the matrix that the library computes."""
    svg = ET.fromstring(qr_svg(URL))  # noqa: S314 - we wrote it a line ago
    matrix = segno.make(URL, error="m", micro=False, boost_error=False).matrix
    drawn = sum(int(run) for run in re.findall(r"h(\d+)", svg[0].attrib["d"]))
    assert drawn == sum(map(sum, matrix))
    assert svg.attrib["viewBox"] == f"0 0 {len(matrix)} {len(matrix)}"


def test_qr_of_another_text_differs():
    assert qr_svg(URL) != qr_svg(URL + "9")
