"""Importing parcels and entering works by clicking, with the work done by the worker."""

import io
import zipfile

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from clerks import Clerk
from land_kept import PARCEL
from paper import paper
from parcel_files import coverage, forest_fields, write_layer
from tanhui.kit.jobs.models import Job
from tanhui.kit.jobs.work import work_on
from tanhui.land.models import ImportState, Parcel, ParcelImport, PlaceVersion, Works, Zone

COUNT = 9


def packed(folder, **changes):
    fields = forest_fields(COUNT, county="150221")
    for name, column in changes.pop("fields", {}).items():
        fields[name] = column
    write_layer(folder / "parcels.shp", coverage(COUNT, west=110.5, south=40.6), fields, encoding="GBK", **changes)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for path in folder.glob("parcels.*"):
            if path.suffix not in changes.get("without", ()):
                archive.write(path, path.name)
    return content.getvalue()


def send(clerk, content, name="parcels.zip", **more):
    body = {"files": SimpleUploadedFile(name, content), **more}
    return clerk.client.post(reverse("land_imports"), body)


def work_off():
    for job in Job.objects.filter(state="queued").exclude(kind="kept"):
        work_on(job.pk)


def test_a_file_is_sent_checked_shown_and_imported(finished, undone, tmp_path):
    clerk = Clerk("batu")
    answer = send(clerk, packed(tmp_path))
    assert answer.status_code == 302
    waiting = clerk.open(answer.url)
    assert "读文件" in waiting.text
    work_off()
    shown = clerk.open(answer.url)
    assert "9" in shown.text
    assert "个小班可以入库" in shown.text
    done = clerk.press(answer.url, {"act": "import"}, reason="年度更新。")
    assert done.status_code == 302
    work_off()
    found = ParcelImport.objects.get(number=answer.url.split("/")[-2])
    assert found.state == ImportState.IMPORTED
    assert Parcel.objects.filter(batch=found).count() == COUNT
    assert "入库 9 个小班" in clerk.open(answer.url).text


def test_what_has_to_be_agreed_to_is_asked_before_the_work_begins(finished, undone, tmp_path):
    names = np.array([f"{n:05d}" for n in range(COUNT)], dtype=object)
    names[1] = names[2]
    clerk = Clerk("batu")
    answer = send(clerk, packed(tmp_path, fields={"XIAO_BAN": names}))
    work_off()
    refused = clerk.press(answer.url, {"act": "import"}, reason="年度更新。")
    assert refused.status_code == 409
    assert "defects_refused" in paper(refused).text
    assert clerk.press(answer.url, {"act": "import"}, reason="").status_code == 409
    assert Job.objects.filter(kind="import_parcels").count() == 0
    listed = clerk.client.get(reverse("land_defects", args=[answer.url.split("/")[-2]]))
    assert "code_repeated" in listed.content.decode()
    accepted = clerk.press(answer.url, {"act": "import"}, reason="年度更新。", leave_out="1")
    assert accepted.status_code == 302
    work_off()
    assert Parcel.objects.filter(batch__number=answer.url.split("/")[-2]).count() == COUNT - 2


def test_a_file_without_a_system_asks_and_goes_on(finished, undone, tmp_path):
    clerk = Clerk("batu")
    write_layer(tmp_path / "a.shp", coverage(COUNT, west=110.5, south=40.6), forest_fields(COUNT), epsg=4546)
    (tmp_path / "a.prj").unlink()
    parts = [SimpleUploadedFile(path.name, path.read_bytes()) for path in tmp_path.glob("a.*")]
    answer = clerk.client.post(reverse("land_imports"), {"files": parts})
    work_off()
    asked = clerk.open(answer.url)
    assert "crs_missing" in asked.text
    assert "EPSG:4546" in asked.text
    assert clerk.press(answer.url, {"act": "choose"}, epsg="4546").status_code == 302
    work_off()
    assert ParcelImport.objects.get(number=answer.url.split("/")[-2]).state == ImportState.CHECKED


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [("a.txt", b"x", "no_vector_file"), ("a.zip", b"PK\x03\x04", "bad_zip"), ("a.gpkg", b"x", "file_broken")],
)
def test_a_file_that_is_none_is_refused_on_the_spot(finished, undone, name, content, code):
    answer = send(Clerk("batu"), content, name)
    assert answer.status_code == 409
    assert code in paper(answer).text


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("断.geojson", b'{"type": "Feat', "断.geojson 打不开"),
        ("broken.geojson", b'{"type": "FeatureCollection", "features": [', "broken.geojson 打不开"),
        ("empty.geojson", b"", "empty.geojson 是空的"),
        ("empty.zip", b"", "empty.zip 是空的"),
        ("half.zip", b"PK\x03\x04", "half.zip 不是完整的压缩包"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_in_our_words(finished, undone, name, content, said):
    told = paper(send(Clerk("batu"), content, name)).text
    assert said in told
    for foreign in ("tanhui-land-", "driver", "GeoJSON data", "supported file format"):
        assert foreign not in told, foreign


def test_no_file_and_two_files_are_refused(finished, undone):
    clerk = Clerk("batu")
    assert "file_needed" in paper(clerk.client.post(reverse("land_imports"), {})).text
    two = [SimpleUploadedFile("a.gpkg", b"x"), SimpleUploadedFile("b.gpkg", b"x")]
    assert "one_file_only" in paper(clerk.client.post(reverse("land_imports"), {"files": two})).text


def test_a_file_is_dropped_with_a_reason(finished, undone, tmp_path):
    clerk = Clerk("batu")
    answer = send(clerk, packed(tmp_path))
    work_off()
    assert clerk.press(answer.url, {"act": "drop"}, reason="传错了。").status_code == 302
    assert "已放弃" in clerk.open(answer.url).text


def test_supervision_looks_at_imports_and_sends_none(finished, undone, tmp_path):
    clerk = Clerk("gaojie")
    assert "上传并检查" not in clerk.open(reverse("land_imports")).text
    answer = send(clerk, packed(tmp_path))
    assert answer.status_code == 409
    assert "wrong_role" in paper(answer).text


def test_a_parcel_shows_its_codes_in_words_its_works_and_its_past(finished):
    told = Clerk("naren").open(reverse("parcel", args=[PARCEL])).text
    for words in ("乔木林地", "榆", "天然", "春坤山封山育林", "历次导入", "现行", "m²，在 CGCS2000 椭球面上量"):
        assert words in told, words


def test_a_map_asks_for_a_view(finished):
    client = Clerk("naren").client
    told = client.get(reverse("parcel_features"), {"bbox": "110.5,41.04,110.66,41.16"}).json()
    assert (told["grain"], len(told["features"])) == ("parcel", 16)
    for wrong in ("", "1,2,3", "a,b,c,d", "3,2,1,4"):
        assert client.get(reverse("parcel_features"), {"bbox": wrong}).status_code in {400, 409}


def test_a_work_is_entered_corrected_and_struck_off_by_clicking(finished, undone):
    clerk = Clerk("batu")
    typed = {"name_zh": "新工程", "kind": "tending", "ecosystem": "forest", "state": "done"}
    typed |= {"begun_year": "2024", "area": "30", "area_unit": "mu", "source": "台账", "reason": "登记。"}
    wrong = clerk.press(reverse("works"), {"act": "open"}, **{**typed, "begun_year": "去年"})
    assert wrong.status_code == 409
    assert "facts_faulty" in paper(wrong).text
    assert "去年" in paper(wrong).text
    first, again = clerk.twice(reverse("works"), {"act": "open"}, **typed)
    assert first.url == again.url
    corrected = clerk.press(first.url, {"act": "correct"}, **{**typed, "area": "36", "reason": "核实。"})
    assert corrected.status_code == 302, paper(corrected).text
    assert Works.objects.get(name_zh="新工程").area_m2 == 24_000
    assert clerk.press(first.url, {"act": "close"}, reason="登记错了。").status_code == 302
    assert "已撤销" in clerk.open(first.url).text


def test_a_table_of_works_is_taken_in_and_a_template_is_there(finished, undone):
    clerk = Clerk("naren")
    template = clerk.client.get(reverse("works_file", args=["template"])).content.decode("utf-8-sig")
    assert template.startswith("工程名称,")
    row = "甲林,,碳汇林,森林,完成,2024,,90,某公司,,固阳县,,,,,,报告,published\n"
    sent = SimpleUploadedFile("a.csv", (template.splitlines()[0] + "\n" + row).encode())
    answer = clerk.client.post(reverse("works"), {"act": "import", "files": sent, "reason": "传台账。"})
    assert answer.status_code == 302, paper(answer).text
    assert Works.objects.get(name_zh="甲林").area_m2 == 60_000


def zones_sent(folder):
    fields = {"PQBH": ["F02", "F13"], "PQMC": ["马鞍山", "新片区"], "STXT": ["森林", "草原"]}
    told = {name: np.array(column, dtype=object) for name, column in fields.items()}
    path = write_layer(folder / "zones.gpkg", coverage(2, cell=0.05, west=110.0, south=41.0), told)
    return path.read_bytes()


def test_zones_are_sent_shown_and_confirmed(finished, undone, tmp_path):
    clerk = Clerk("batu")
    page = clerk.open(reverse("land_places"))
    assert "传一个边界文件" in page.text
    answer = send(clerk, zones_sent(tmp_path), "zones.gpkg", holds="zones", replaces="codes")
    work_off()
    shown = clerk.open(answer.url)
    assert "会改什么" in shown.text
    assert "马鞍山" in shown.text
    assert clerk.press(answer.url, {"act": "import"}, reason="").status_code == 409
    assert not PlaceVersion.objects.exists()
    late = clerk.press(answer.url, {"act": "import"}, reason="批复。", valid_from="20261")
    assert "bad_valid_from" in paper(late).text
    done = clerk.press(answer.url, {"act": "import"}, reason="批复。", valid_from="2026-07-01")
    assert done.status_code == 302
    work_off()
    assert "已入库" in clerk.open(answer.url).text
    assert Zone.objects.get(zone="F02").outline
    listed = clerk.open(reverse("land_places")).text
    assert "2026-07-01" in listed
    assert "新片区" in listed


def test_others_see_the_places_and_send_nothing(finished, undone, tmp_path):
    for person in ("naren", "zhaogang", "gaojie"):
        assert "传一个边界文件" not in Clerk(person).open(reverse("land_places")).text
    answer = send(Clerk("gaojie"), zones_sent(tmp_path), "zones.gpkg", holds="zones")
    assert answer.status_code in {403, 409}
    assert not ParcelImport.objects.filter(holds="zones").exists()
