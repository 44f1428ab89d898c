"""A programme with people, and a survey of its first round in a workbook."""

import pytest

from field import first_round
from standing import load_people
from tanhui.kit import clock
from tanhui.monitoring.services import open_programme, upload_survey


@pytest.fixture
def people(db):
    return load_people()[1]


@pytest.fixture
def programme(people):
    return open_programme(
        name_zh="小样监测",
        name_en="Small programme",
        region_code="BT",
        key="small",
        by=people["naren"],
        reason="试。",
        at=clock.now(),
    )


@pytest.fixture
def send(programme, people):
    """Upload files as the surveyor does; give the upload."""

    def sent(files=None, key="first", by="temur", **more):
        files = {"调查.xlsx": first_round()} if files is None else files
        signed = {"by": people[by], "reason": "外业。", "at": clock.now()}
        return upload_survey(programme=programme, files=files, key=key, **signed, **more)

    return sent
