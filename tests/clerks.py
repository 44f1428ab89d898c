"""People at their desks: they open a page, fill in the form that is there and press its button."""

import io
import zipfile
from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from paper import Paper, paper, pressed
from tanhui.people.models import Person
from walk import DOERS

TYPED: Mapping[str, Mapping[str, Any]] = {
    "accept": {"reason": "材料齐全。", "survey_only": "yes"},
    "measure": {"reason": "两轮数据已核对。", "method": "published-tree-biomass"},
    "review": {"reason": "抽查一致。"},
    "certify": {"reason": "予以认定。"},
    "publish_notice": {"reason": "公示零天。", "days": "0"},
    "request_issue": {"reason": "公示期满。"},
    "approve_issue": {"reason": "复核无误。"},
}
STEPS = tuple(TYPED)


class Clerk:
    """One signed-in person."""

    def __init__(self, username: str) -> None:
        self.client = Client()
        self.client.force_login(Person.objects.get(username=username))

    def open(self, url: str) -> Paper:
        answer = self.client.get(url)
        assert answer.status_code == 200, url
        return paper(answer)

    def press(self, url: str, sends: Mapping[str, str], **typed: Any) -> HttpResponse:
        """Open a page, fill in the form that sends this, press its button."""
        return self.client.post(url, pressed(self.open(url), sends, typed))

    def twice(self, url: str, sends: Mapping[str, str], **typed: Any) -> tuple[HttpResponse, HttpResponse]:
        """Press the button of the same form twice before the first answer is there."""
        body = pressed(self.open(url), sends, typed)
        answers = []
        for _press in range(2):
            for sent in [
                *body.get("files", ()),
                *(one for one in body.values() if isinstance(one, SimpleUploadedFile)),
            ]:
                sent.seek(0)
            answers.append(self.client.post(url, body))
        return answers[0], answers[1]


def survey_upload(files: Mapping[str, bytes], *, zipped: bool = False) -> list[SimpleUploadedFile]:
    if not zipped:
        return [SimpleUploadedFile(name, content) for name, content in files.items()]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"survey/{name}", content)
    return [SimpleUploadedFile("survey.zip", packed.getvalue())]


def apply_for(name_zh: str = "新项目") -> str:
    """The owner applies at the desk. Returns the address of the project's desk."""
    answer = Clerk("zhaogang").press(reverse("desk"), {"act": "apply"}, name_zh=name_zh, owner="farm", reason="申请。")
    assert answer.status_code == 302, paper(answer).text
    return str(answer.url)


def typed_for(act: str, files: Mapping[str, bytes]) -> dict[str, Any]:
    return {**TYPED[act], **({"files": survey_upload(files)} if act == "measure" else {})}


def step(url: str, act: str, files: Mapping[str, bytes]) -> HttpResponse:
    """The person whose turn it is does the act that is due."""
    answer = Clerk(DOERS[act]).press(url, {"act": act}, **typed_for(act, files))
    assert answer.status_code == (200 if act == "approve_issue" else 302), paper(answer).text
    return answer


def walk_to(last: str, files: Mapping[str, bytes], name_zh: str = "新项目") -> str:
    """Bring a new project up to and with one act, all by forms. Returns the address of its desk."""
    url = apply_for(name_zh)
    for act in STEPS[: STEPS.index(last) + 1]:
        step(url, act, files)
    return url
