"""The page of a plot: one row a tree with both rounds, and sums that make the plot's own numbers."""

import re
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from field_data import booked_by_two
from run_samples import asked, done, survey_with_places
from tanhui.core.carbon import load_method
from tanhui.monitoring.queries import booked_files, result
from tanhui.monitoring.readout.plot_trees import paired_trees
from tanhui.monitoring.readout.plots import files_of_plot, survey_rows
from tanhui.monitoring.services import open_programme
from tanhui.people.models import Person
from walk import signature

TREES = (
    "A1,1,1,Populus simonii,20,12,live,,400\nA1,2,1,Populus simonii,21,12.5,live,,481\n"
    "A1,1,2,Populus simonii,14,9,live,,100.7\nA1,2,2,Populus simonii,,,dead,,\n"
    "A1,1,3,Populus simonii,14,9,live,,100.7\nA1,2,3,Populus simonii,,,removed,,\n"
    "A1,2,4,Populus simonii,6,5,ingrowth,,20.3\n"
    "A1,1,5,Populus simonii,9,6,dead,,\nA1,2,5,Populus simonii,9.4,6,live,,31.1\n"
)
FATES = {"1": "还活着", "2": "枯死", "3": "采伐", "4": "进界", "5": "死而复生"}


@pytest.fixture
def run(finished, undone):
    people = {person.username: person for person in Person.objects.all()}
    files = survey_with_places()
    head, *lines = files["trees.csv"].decode().splitlines(keepends=True)
    files["trees.csv"] = (head + TREES + "".join(line for line in lines if line[:2] != "A1")).encode()
    made = open_programme(
        name_zh="树", name_en="Trees", region_code="BT", key="t", **signature(people["naren"], "开。")
    )
    booked_by_two(made, files, people)
    return done(asked(made, people, key="trees"))


def page_of(run, language="zh-hans"):
    client = Client(headers={"accept-language": language})
    client.force_login(Person.objects.get(username="naren"))
    answer = client.get(reverse("run_plot", args=[run.survey.programme.number, run.number, "A1"]))
    return answer.content.decode()


def cells_of(said, heading):
    """The cells of the table under a heading, row by row, as plain text."""
    part = said[said.index(f'id="{heading}"') :]
    body = part[part.index("<tbody>") : part.index("</tbody>")]
    rows = re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    return [
        [re.sub("<.*?>", "", cell).strip() for cell in re.findall(r"<t[dh].*?</t[dh]>", row, re.DOTALL)] for row in rows
    ]


def amount(text):
    return Decimal(text.replace("−", "-").replace("—", "0"))


def test_files_of_a_plot_have_its_rows_alone_in_their_order_and_other_tables_whole():
    trees = '\ufeffplot,tree,note\r\nA1,2,"a, b"\r\nA10,1,\r\n\r\nA1,1,\r\n'
    files = {"trees.csv": trees.encode(), "strata.csv": b"stratum,area_ha\nF,1\n", "soil.csv": b""}
    own = files_of_plot("A1", files)
    assert survey_rows(own["trees.csv"]) == [
        {"plot": "A1", "tree": "2", "note": "a, b"},
        {"plot": "A1", "tree": "1", "note": ""},
    ]
    assert (own["strata.csv"], own["soil.csv"]) == (files["strata.csv"], b"")
    assert survey_rows(files_of_plot("A2", files)["trees.csv"]) == []


def test_each_tree_stands_once_with_both_rounds_and_what_became_of_it(run):
    *rows, _total = cells_of(page_of(run), "h-trees")
    assert {row[0]: row[2] for row in rows} == FATES
    assert rows[0][3:7] == ["20", "21", "12", "12.5"]
    assert rows[1][3:7] == ["14", "—", "9", "—"]
    assert rows[4][7:9] == ["—", "31.1"], "a dead tree weighs nothing, and one that is back does"


def test_the_trees_make_the_total_and_the_total_is_that_of_the_plot(run):
    said = page_of(run)
    *rows, total = cells_of(said, "h-trees")
    sums = [sum(amount(row[at]) for row in rows) for at in (-3, -2, -1)]
    assert sums == [amount(cell) for cell in total[-3:]]
    assert sums[1] - sums[0] == sums[2]
    assert all(amount(row[-2]) - amount(row[-3]) == amount(row[-1]) for row in rows)
    pools = cells_of(said, "h-pools")
    assert pools[0][1:4] == pools[-1][1:4] == total[-3:]
    densities = {row["round"]: row["carbon_t_ha"] for row in result(run)["evaluation"]["plot_densities"]}
    assert densities.keys() == {1, 2}
    tallies = re.findall(r"<dd>(\d+) <span class=\"small mute\">([^&]*)&nbsp;", said)
    assert sum(int(count) for count, _change in tallies) == len(rows)
    assert sum(amount(change) for _count, change in tallies) == sums[2]


@pytest.mark.parametrize(
    ("language", "heads"),
    [
        ("zh-hans", ("胸径，cm", "树高，m", "生物量，kg", "碳，tC/ha", "变化，tC/ha")),
        ("en", ("DBH, cm", "Height, m", "Biomass, kg", "Carbon, tC/ha", "Change, tC/ha")),
    ],
)
def test_every_number_has_its_unit_in_the_heading_and_stands_right(run, language, heads):
    said = page_of(run, language)
    assert all(head in said for head in heads)
    assert '<td class="r">12.5</td>' in said
    raw = said[said.index("trees.csv") :]
    assert re.search(r'<th scope="col" class="r">[^<]*cm[^<]*<small class="mono">dbh_cm</small>', raw)


def trees_of(run, files, method="published-tree-biomass"):
    return paired_trees("A1", files, result(run)["evaluation"], load_method(method))


def test_a_density_that_is_not_made_of_the_trees_shows_no_carbon_of_theirs(run):
    files = booked_files(run.survey)
    heavier = files | {"trees.csv": files["trees.csv"].replace(b",481", b",581")}
    assert trees_of(run, heavier)["carbon"] is None
    assert trees_of(run, files, "given-pools")["carbon"] is None
    assert trees_of(run, files)["carbon"]["roots"] is None


def test_where_a_tree_cannot_be_weighed_there_is_no_total(run):
    files = booked_files(run.survey)
    document = result(run)["evaluation"]
    known = [row for row in document["plot_densities"] if (row["plot"], row["round"]) != ("A1", 2)]
    lighter = files | {"trees.csv": files["trees.csv"].replace(b",481", b",")}
    method = load_method("published-tree-biomass")
    found = paired_trees("A1", lighter, {**document, "plot_densities": known}, method)
    assert found["carbon"]["totals"][1] is found["carbon"]["change_t_ha"] is None
    assert found["carbon"]["totals"][0] is not None


def test_roots_by_the_plot_have_a_row_that_makes_up_the_total(run):
    document = result(run)["evaluation"]
    rooted = [
        {**row, "carbon_t_ha": row["carbon_t_ha"] * 1.25, "coverage": "above ground, roots by AR-TOOL14"}
        for row in document["plot_densities"]
    ]
    method = load_method("published-tree-biomass")
    found = paired_trees("A1", booked_files(run.survey), {**document, "plot_densities": rooted}, method)
    own = sum(row["cells"][0]["carbon_t_ha"] or 0 for row in found["rows"])
    assert found["carbon"]["roots"][0] == pytest.approx(own / 4, abs=0.002)
    assert found["carbon"]["totals"][0] == pytest.approx(own + found["carbon"]["roots"][0])


def test_of_one_round_each_tree_has_one_column_and_no_change(run):
    document = result(run)["evaluation"]
    one = {**document, "rounds": document["rounds"][:1]}
    found = paired_trees("A1", booked_files(run.survey), one, load_method("published-tree-biomass"))
    assert not found["paired"]
    assert {row["tree"]: row["status"] for row in found["rows"]}["5"] == "枯死"
    assert all(len(row["cells"]) == 1 and row["change_t_ha"] is None for row in found["rows"])
