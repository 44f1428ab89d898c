"""No test leaves its language to the next one, nor to what is set up for a whole module."""

import pytest
from django.utils import translation


@pytest.fixture(scope="module")
def first_heard():
    """The language that is spoken when something is set up for a module."""
    return translation.get_language()


def test_a_test_may_speak_english():
    translation.activate("en")
    assert translation.get_language() == "en"


def test_the_next_one_and_its_module_begin_in_chinese(first_heard):
    assert (first_heard, translation.get_language()) == ("zh-hans", "zh-hans")
