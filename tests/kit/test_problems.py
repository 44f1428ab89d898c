"""Problems: one shape for page, API and command line."""

import json

import pytest
from django.utils.translation import gettext_lazy

from tanhui.kit.problems import NotFoundProblem, Problem


def test_a_problem_says_what_where_and_what_next():
    problem = Problem("same_person", "同一个人不能签两次。", field="checker", remedy="请另一位复核。")
    assert problem.document() == {
        "code": "same_person",
        "message": "同一个人不能签两次。",
        "field": "checker",
        "help": "请另一位复核。",
    }
    assert str(problem) == "同一个人不能签两次。"


def test_field_and_remedy_may_be_missing():
    assert Problem("gone", "Gone.").document() == {"code": "gone", "message": "Gone.", "field": "", "help": ""}


def test_sentences_of_the_catalogue_become_plain_text():
    problem = Problem("gone", gettext_lazy("验证"), remedy=gettext_lazy("验证"))
    assert json.loads(json.dumps(problem.document()))["message"] == "验证"


def test_what_is_not_there_is_a_problem_too():
    with pytest.raises(Problem) as caught:
        raise NotFoundProblem("no_lot", "没有这个批次。")
    assert caught.value.code == "no_lot"
