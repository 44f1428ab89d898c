"""The files of a decision table: what is refused, what is hashed, what a decision's document says."""

import json

import pytest

from tanhui.core.triage import (
    FactFault,
    TableFault,
    decide,
    decision_document,
    document_hash,
    document_text,
    load_table,
    parse_table,
    read_facts,
    shipped_tables,
    table_files,
)
from tanhui.core.triage.values import read_value, written

TABLE = load_table()


def changed(name, old, new):
    files = table_files("parcel-triage", "1.0.0")
    assert old in files[name]
    return {**files, name: files[name].replace(old, new, 1)}


def test_the_shipped_table_reads_and_every_row_has_source_and_confidence():
    assert shipped_tables() == (("parcel-triage", "1.0.0"),)
    rows = [*TABLE.facts.values(), *TABLE.conditions, *TABLE.parameters.values()]
    assert all(row.source and row.confidence for row in rows)
    assert all(condition.text_zh and condition.text_en for condition in TABLE.conditions)
    assert len(TABLE.conditions) == 43


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("table.toml", b'version = "1.0.0"', b"version = 1", "version is not a text"),
        ("table.toml", b"[groups.additionality]", b"[groups.other]", "unknown group"),
        ("table.toml", b"id =", b"id", "cannot be read"),
        ("conditions.csv", b"ccer_planned_land,ccer,", b"ccer_planned_land,vcs,", "vcs"),
        ("conditions.csv", b"ccer_woody,", b"ccer_planned_land,", "stands twice"),
        ("conditions.csv", b"planted,is,tree|bamboo|shrub", b"planted,is,tree|palm", "unknown_word"),
        ("conditions.csv", b"planted,is,tree", b"planted,at_least,tree", "cannot be asked"),
        ("conditions.csv", b"$least_area_m2", b"$least_area", "lacks"),
        ("conditions.csv", b"$ccer_look_back_years", b"five", "whole years"),
        ("parameters.csv", b",400,m2,", b",four hundred,m2,", "not_a_number"),
        ("parameters.csv", b",found\n", b",hearsay\n", "confidence"),
        ("facts.csv", b"economic_forest,yes_no", b"economic_forest,maybe", "unknown kind"),
        ("facts.csv", b"economic_forest,yes_no,", b"economic_forest,word,", "of words lists them"),
        ("land_classes.csv", b"0111,arbor", b"0111,trees", "unknown_word"),
        ("land_classes.csv", b"0111,arbor,", b"0111,arbor,more,", "more or fewer"),
    ],
)
def test_a_broken_table_says_which_file_and_why(name, old, new, said):
    with pytest.raises(TableFault, match=said):
        parse_table(changed(name, old, new))


def test_a_missing_file_is_named():
    files = table_files("parcel-triage", "1.0.0")
    del files["facts.csv"]
    with pytest.raises(TableFault, match=r"facts\.csv is missing"):
        parse_table(files)


def test_the_hash_covers_every_byte():
    assert parse_table(changed("facts.csv", b"the", b"a")).hash != TABLE.hash
    assert load_table("1.0.0").hash == TABLE.hash
    with pytest.raises(TableFault, match="no table"):
        load_table("9.9.9")


@pytest.mark.parametrize(
    ("fact", "text", "code"),
    [
        ("activity", "planting", "unknown_word"),
        ("wetland", "maybe", "unknown_word"),
        ("precipitation_mm", "dry", "not_a_number"),
        ("precipitation_mm", "-3", "negative_number"),
        ("precipitation_mm", "1e3", "not_a_number"),
        ("precipitation_mm", "--", "not_a_number"),
        ("start_date", "2021-13-01", "not_a_date"),
        ("rainfall", "300", "unknown_fact"),
    ],
)
def test_a_value_that_a_fact_cannot_have_is_refused(fact, text, code):
    with pytest.raises(FactFault) as fault:
        read_facts(TABLE.facts, {fact: text})
    assert (fault.value.code, fault.value.fact) == (code, fact)


@pytest.mark.parametrize("text", ["400", "399.9", "0.05", "12.125", "0"])
def test_numbers_are_written_as_they_were_typed(text):
    assert written(read_value(TABLE.facts["precipitation_mm"], text)) == text


def test_the_document_says_all_and_hashes_the_same_whatever_the_order():
    facts = read_facts(TABLE.facts, {"wetland": "no", "precipitation_mm": "290", "start_date": "2021-04-01"})
    backwards = dict(reversed(facts.items()))
    texts = [
        document_text(
            decision_document(TABLE, told, decide(TABLE, told), parcel="A-1", evidence={"wetland": ["b", "a"]})
        )
        for told in (facts, backwards)
    ]
    assert texts[0] == texts[1]
    assert document_hash(texts[0]) == document_hash(texts[1])
    document = json.loads(texts[0])
    assert document["table"] == {"id": "parcel-triage", "version": "1.0.0", "hash": TABLE.hash}
    assert document["outcome"] == "monitoring_only"
    assert document["evidence"] == {"wetland": ["a", "b"]}
    assert document["facts"]["precipitation_mm"] == "290"
    assert sum(len(route["conditions"]) for route in document["routes"]) == len(TABLE.conditions)
