"""The pages of methods: lists, all tables of a version, versions side by side, dry runs."""

import csv
import io
import json

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from clerks import Clerk
from paper import paper
from standing import row_counts
from tanhui.certification.pages.readout import weak_evidence
from tanhui.core.carbon.method import FLAW_CODES, shipped_methods
from tanhui.site.method_words import FLAWS

BAOTOU = "baotou-stock-difference"


def said(url: str, language: str = "zh-hans") -> str:
    answer = Client().get(url, headers={"accept-language": language})
    assert answer.status_code == 200
    return paper(answer).text


def test_every_fault_of_a_method_has_its_sentence():
    assert set(FLAWS) == set(FLAW_CODES)


def test_the_list_has_each_method_once_with_all_its_versions(finished):
    text = said(reverse("methods"))
    names = {name for name, _version in shipped_methods()}
    assert f"{len(names)} 个方法" in text
    assert "试用" in text
    assert "不制票" in text


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("method", shipped_methods(), ids="@".join)
def test_every_version_has_its_page(finished, method, language):
    text = said(reverse("method", args=method), language)
    assert method[1] in text


def test_a_page_has_formulas_in_words_disabled_rows_and_weak_marks(finished):
    text = said(reverse("method", args=[BAOTOU, "1.1.0"]))
    for words in ("公式，用话说一遍", "六层相加", "印得认不出", "停用：", "Caragana korshinskii · above"):
        assert words in text, words
    assert "凭记忆，存疑" in text
    assert "Six layers add up" in said(reverse("method", args=[BAOTOU, "1.1.0"]), "en")


def test_versions_side_by_side(finished):
    url = reverse("method_diff")
    text = said(f"{url}?before={BAOTOU}@1.1.0&after={BAOTOU}@2.0.0", "en")
    for words in ("soil.decides", "fixed_depth", "equal_mass", "rows differ"):
        assert words in text, words
    assert "Nothing differs" in said(f"{url}?before={BAOTOU}@1.1.0&after={BAOTOU}@1.1.0", "en")
    assert "rows differ" not in said(url, "en")


def test_an_unknown_method_cannot_be_compared(finished):
    answer = Client().get(reverse("method_diff"), {"before": "nothing", "after": BAOTOU})
    assert answer.status_code == 404
    assert "没有叫 nothing 的方法" in paper(answer).text


def test_the_weakest_number_behind_a_result_stands_beside_it(finished):
    row = {"name": "litter", "source": "AR-CM-001-V01, from memory", "confidence": "memory-low"}
    sure = {"domain": "B", "pool": "all", **row, "confidence": "found"}
    document = {"evidence": [{"domain": "A", "pool": "all", **row}, sure]}
    weak = weak_evidence(document, "A")
    assert weak is not None
    shown = render_to_string("partials/weak.html", {"weak": weak})
    assert "证据偏弱" in shown
    assert row["source"] in shown
    assert weak_evidence(document, "B") is None
    assert weak_evidence({}, "A") is None


def dry_run_url(method: str, version: str) -> str:
    return reverse("method_dry_run", args=[method, version])


@pytest.mark.parametrize(("person", "status"), [("naren", 200), ("gaojie", 404), ("sunwei", 404)])
def test_a_dry_run_is_for_analysts_and_the_registry(finished, person, status):
    client = Clerk(person).client
    assert client.get(dry_run_url(BAOTOU, "2.0.0")).status_code == status


def test_a_dry_run_shows_plot_by_plot_what_would_change_and_writes_nothing(finished):
    clerk, counts = Clerk("naren"), row_counts()
    url = dry_run_url("gs-403", "1.0.0")
    text = paper(clerk.client.get(url, {"on": finished.project.number})).text
    for words in ("published-tree-biomass 1.0.0 → gs-403 1.0.0", "12 个数里变了 12 个", "各层碳汇量", "多了："):
        assert words in text, words
    assert row_counts() == counts


def test_the_same_version_changes_nothing(finished):
    url = dry_run_url(finished.estimate.method, finished.estimate.method_version)
    text = paper(Clerk("naren").client.get(url, {"on": finished.project.number})).text
    assert "没有一块样地的碳密度会变" in text


def test_a_dry_run_can_be_kept_as_csv_and_json(finished):
    client, url = Clerk("naren").client, dry_run_url("gs-403", "1.0.0")
    query = {"on": finished.project.number, "against": "published-tree-biomass@1.0.0"}
    rows = list(csv.DictReader(io.StringIO(client.get(url, query | {"format": "csv"}).content.decode())))
    assert len(rows) == 12
    document = json.loads(client.get(url, query | {"format": "json"}).content)
    assert [row["plot"] for row in document["plots"]] == [row["plot"] for row in rows]


@pytest.mark.parametrize(
    ("query", "code"), [({"on": "P-0"}, "nothing_booked"), ({"on": "P-0", "against": "nothing"}, "unknown_method")]
)
def test_a_dry_run_of_what_is_not_there_is_refused(finished, query, code):
    answer = Clerk("naren").client.get(dry_run_url(BAOTOU, "2.0.0"), query)
    assert answer.status_code == 404
    assert code in paper(answer).text
