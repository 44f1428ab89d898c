"""What of monitoring waits for a person: uploads to mend or to book, results to sign or to publish."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tanhui.monitoring.models import Programme, RunState, UploadState
from tanhui.monitoring.queries import latest_results
from tanhui.monitoring.queries.intake import uploads_in
from tanhui.monitoring.services.roles import ROLES
from tanhui.people.models import Person
from tanhui.people.queries import spoken
from tanhui.site.pages.waiting import Waiting


def monitoring_for(person: Person) -> Iterator[Waiting]:
    """Field data first, then results; of each programme only the latest result."""
    yield from _uploads(person)
    yield from _results(person)


def _uploads(person: Person) -> Iterator[Waiting]:
    books, sends = (person.role in ROLES[act] for act in ("book_survey", "upload_survey"))
    if not sends:
        return
    for upload in uploads_in(UploadState.READY, UploadState.FAULTY, UploadState.RETURNED):
        own = upload.uploaded_by_id == person.pk
        if upload.state == UploadState.READY and books and not own:
            sentence = _("%(name)s 传的外业数据没有错，等你看过入库。") % {"name": spoken(upload.uploaded_by)}
        elif upload.state == UploadState.FAULTY and own:
            sentence = _("你传的外业数据有 %(count)s 处要改。") % {"count": upload.summary.get("errors", 0)}
        elif upload.state == UploadState.RETURNED and own and upload.returned_by:
            told = {"name": spoken(upload.returned_by), "reason": upload.returned_reason}
            sentence = _("%(name)s 把你传的外业数据退回了：%(reason)s") % told
        else:
            continue
        url = reverse("upload", args=[upload.programme.number, upload.code])
        yield Waiting(url, _title(upload.programme), sentence, upload.programme.number)


def _results(person: Person) -> Iterator[Waiting]:
    wanted = {
        RunState.DONE: (ROLES["sign_run"], _("结果算好了，等评审签名。")),
        RunState.SIGNED: (ROLES["publish_run"], _("报告已签，可以公布。")),
    }
    if not any(person.role in roles for roles, _sentence in wanted.values()):
        return
    for run in latest_results():
        roles, sentence = wanted.get(run.state, ((), ""))
        if person.role in roles:
            programme = run.survey.programme
            url = reverse("run", args=[programme.number, run.number])
            yield Waiting(url, _title(programme), sentence, run.number)


def _title(programme: Programme) -> str:
    return programme.name_en if get_language() == "en" and programme.name_en else programme.name_zh
