"""The check and the import of a large file of parcels by real workers, killed in the middle: all of it, once."""

import shutil
from pathlib import Path

import pytest
from django.urls import reverse

from clerks import Clerk
from parcel_files import coverage, forest_fields, write_layer
from standing import load_people
from tanhui.kit import clock
from tanhui.kit.jobs.models import Job
from tanhui.land.jobs import CHECK, IMPORT
from tanhui.land.models import Parcel, ParcelImport
from tanhui.land.parcels.choices import Choices
from tanhui.land.services import upload_parcels
from tanhui.people.models import TrailEntry
from workers import kill, tanhui_work, wait_for

COUNT = 20_000


@pytest.fixture
def uploaded(standing, tmp_path):
    """A file of many parcels that waits for its check."""
    people = load_people()[1]
    folder = tmp_path / "xiaoban"
    folder.mkdir()
    write_layer(folder / "xiaoban.shp", coverage(COUNT), forest_fields(COUNT))
    path = Path(shutil.make_archive(str(tmp_path / "xiaoban"), "zip", folder))
    return upload_parcels(path=path, choices=Choices(), region_code="BT", by=people["batu"], at=clock.now())


def killed_and_done(job, stage):
    """Let a worker begin, kill it in that stage, and let two others race for what it left."""
    with tanhui_work() as first:
        wait_for(job, state="running", stage=stage)
        kill(first)
    job.refresh_from_db()
    assert job.state == "running"
    with tanhui_work(), tanhui_work():
        wait_for(job, state="done")
    assert job.attempts == 2


def test_a_killed_worker_leaves_check_and_import_to_the_next(uploaded):
    batu, url = Clerk("batu"), reverse("land_import", args=[uploaded.number])
    batu.client.post(url, {"act": "choose", "command": "check-once"})
    batu.client.post(url, {"act": "choose", "command": "check-once"})
    killed_and_done(Job.objects.get(kind=CHECK), "check")
    assert ParcelImport.objects.get().findings["usable"] == COUNT
    batu.twice(url, {"act": "import"}, reason="年度更新。")
    killed_and_done(Job.objects.get(kind=IMPORT), "write")
    assert Parcel.objects.count() == COUNT
    assert TrailEntry.objects.filter(act="import_parcels").count() == 1
    assert ParcelImport.objects.get().state == "imported"
