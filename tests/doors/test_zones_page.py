"""The public page of zones: what is planned or under way is not counted as done."""

from django.test import Client
from django.urls import reverse

from tanhui.land.models import Defect, Works
from tanhui.site.templatetags.land import area_before
from tanhui.site.templatetags.tanhui import percent


def test_works_are_counted_by_state_and_each_says_its_own(finished):
    answer = Client().get(reverse("zones"))
    rows = answer.context["works_states"]
    assert [row["state"] for row in rows] == ["done", "under_way", "planned"]
    for row in rows:
        those = Works.objects.filter(state=row["state"])
        assert row["works"] == those.count()
        assert row["area_m2"] == sum(work.area_m2 or 0 for work in those)
    assert sum(row["works"] for row in rows) == answer.context["works_sums"].works
    assert sum(row["area_m2"] for row in rows) == answer.context["works_sums"].area_m2
    told = answer.content.decode()
    assert "登记的是做过的事" not in told
    assert "计划" in told
    assert "在建" in told


def test_a_share_that_is_there_never_shows_as_nothing():
    assert percent(0.0) == "0.0%"
    assert percent(0.02) == "<0.1%"
    assert percent(0.05) == "0.1%"
    assert percent(0.004, 2) == "<0.01%"
    assert percent(None) == "—"


def test_the_signed_sum_of_a_bow_tie_is_not_called_an_area():
    assert area_before(Defect(code="self_intersection", before_m2=0, after_m2=467_142)) == "算不出"
    assert area_before(Defect(code="self_intersection", before_m2=100, after_m2=467_142)) == "算不出"
    assert area_before(Defect(code="self_intersection", before_m2=9_990, after_m2=10_000)) == "9,990"
    assert area_before(Defect(code="no_area", before_m2=0, after_m2=0)) == "0"
