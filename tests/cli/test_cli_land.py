"""`tanhui land import` as somebody types it."""

import numpy as np
import pytest
from django.db import connection

from parcel_files import coverage, forest_fields, write_layer
from tanhui.cli import main
from tanhui.land.models import Parcel, ParcelImport, Zone

SIGNED = ("--by", "batu", "--reason", "年度更新。")


@pytest.fixture
def prepared(people, monkeypatch):
    monkeypatch.setattr("tanhui.cli.land.prepare", lambda: None)
    assert connection.is_usable()


def typed(capsys, *words):
    with pytest.raises(SystemExit) as ending:
        main(["land", "import", *map(str, words)])
    said = capsys.readouterr()
    return ending.value.code, said.out, said.err


def test_a_file_is_imported_and_summed_up(prepared, tmp_path, capsys):
    path = write_layer(tmp_path / "a.gpkg", coverage(9), forest_fields(9))
    code, out, _err = typed(capsys, path, *SIGNED)
    assert code == 0
    assert "9 个图斑，9 个可以入库" in out
    assert "入库 9 个小班" in out
    assert Parcel.objects.count() == 9


def test_defects_are_told_before_they_are_agreed_to(prepared, tmp_path, capsys):
    fields = forest_fields(9)
    fields["XIAO_BAN"][1] = fields["XIAO_BAN"][2]
    path = write_layer(tmp_path / "a.gpkg", coverage(9), fields)
    code, out, _err = typed(capsys, path, *SIGNED)
    assert "defects_refused" in str(code)
    assert "code_repeated" in out
    assert Parcel.objects.count() == 0
    code, out, _err = typed(capsys, path, *SIGNED, "--leave-out", "--language", "en")
    assert code == 0
    assert "7 parcels imported" in out


def test_options_say_what_the_file_does_not(prepared, tmp_path, capsys):
    path = write_layer(tmp_path / "a.shp", coverage(9), {"ID": forest_fields(9)["XIAO_BAN"]}, epsg=4546)
    path.with_suffix(".prj").unlink()
    code, _out, _err = typed(capsys, path, *SIGNED, "--field", "parcel=ID")
    assert "crs_missing" in str(code)
    code, _out, _err = typed(
        capsys, path, *SIGNED, "--field", "parcel=ID", "--epsg", "4546", "--zone", "F01", "--ecosystem", "forest"
    )
    assert code == 0
    assert set(Parcel.objects.values_list("zone_id", "ecosystem")) == {("F01", "forest")}


def test_nobody_of_that_name_imports_nothing(prepared, tmp_path, capsys):
    path = write_layer(tmp_path / "a.gpkg", coverage(9), forest_fields(9))
    code, _out, err = typed(capsys, path, "--by", "nobody", "--reason", "x")
    assert (code, ParcelImport.objects.count()) == (1, 0)
    assert "nobody" in err


def test_zones_are_shown_before_they_are_changed(prepared, tmp_path, capsys):
    fields = {"PQBH": ["F02", "F13"], "PQMC": ["马鞍山", "新片区"], "STXT": ["森林", "草原"]}
    told = {name: np.array(column, dtype=object) for name, column in fields.items()}
    path = write_layer(tmp_path / "zones.gpkg", coverage(2, cell=0.05, west=110.0, south=41.0), told)
    code, out, _err = typed(capsys, path, "--by", "batu", "--holds", "zones", "--check")
    assert code == 0
    assert "新的 1，要改的 1，要结束的 0，不变的 0" in out
    assert "F13 新片区" in out
    assert "没有入库" in out
    assert Zone.objects.count() == 22
    code, _out, err = typed(capsys, path, "--by", "batu", "--holds", "zones")
    assert (code, "--reason" in err) == (1, True)
    day = ("--valid-from", "2026-07-01")
    code, out, _err = typed(capsys, path, *SIGNED, "--holds", "zones", "--replace-all", *day, "--language", "en")
    assert code == 0
    assert "from 2026-07-01: 1 new, 1 changed, 21 ended" in out
    assert Zone.objects.filter(ended_on=None).count() == 2
