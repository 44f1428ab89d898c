"""Long work in the workplace: all of it in a table, one job, stopping it, asking again; the ribbon on every page."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from tanhui.kit import clock
from tanhui.kit.jobs.models import Job
from tanhui.kit.jobs.queries import job as job_of
from tanhui.kit.jobs.queries import jobs_seen_by, told_to
from tanhui.kit.jobs.services import see_job
from tanhui.kit.problems import Problem
from tanhui.kit.workplace import placed
from tanhui.people.jobs import may_stop, retry_job, stop_job
from tanhui.people.models import Person
from tanhui.people.signing import person_of, signed


def jobs_page(request: HttpRequest) -> HttpResponse:
    """List the long work that waits, runs or has ended lately; the table asks again by itself while something runs."""
    person, mine = person_of(request), request.GET.get("mine") == "1"
    found = jobs_seen_by(person.username, person.role, mine=mine)
    names = {one.username: one for one in Person.objects.filter(username__in={job.asked_by for job in found})}
    context = {
        **placed("jobs", (_("工作台"), reverse("desk")), (_("长任务"), "")),
        "rows": [{"job": job, "who": names.get(job.asked_by), "own": job.asked_by == person.username} for job in found],
        "moves": any(job.open for job in found),
        "mine": mine,
    }
    part = bool(request.headers.get("HX-Request"))
    answer = render(request, "jobs/table.html" if part else "jobs/jobs.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


def job_page(request: HttpRequest, key: str) -> HttpResponse:
    """Show a job; a POST stops it, asks for it again, or says that its end was seen."""
    person = person_of(request)
    found = job_of(key, person=person.username, role=person.role)
    if request.method == "POST":
        return _act(request, found)
    if request.headers.get("HX-Request"):
        return _moved(request, found)
    if found.asked_by == person.username:
        see_job(job=found, at=clock.now())
    context = {
        **placed("jobs", (_("长任务"), reverse("jobs")), (found.subject, "")),
        "job": found,
        "may_stop": may_stop(found, person),
    }
    return render(request, "jobs/job.html", context)


def ribbon_part(request: HttpRequest) -> HttpResponse:
    """The ribbon alone, for a page that asks again and again while a job runs."""
    shown_on = request.headers.get("HX-Current-URL", "")
    answer = render(request, "jobs/ribbon.html", {"jobs": told_to(person_of(request).username), "back": shown_on})
    answer["Cache-Control"] = "no-store"
    return answer


def _moved(request: HttpRequest, found: Job) -> HttpResponse:
    """The part of the page that moves; once the job has ended the page is to be loaded anew."""
    answer = render(request, "jobs/now.html", {"job": found})
    answer["Cache-Control"] = "no-store"
    if not found.open:
        answer["HX-Refresh"] = "true"
    return answer


def _act(request: HttpRequest, found: Job) -> HttpResponse:
    try:
        match request.POST.get("act"):
            case "stop":
                stop_job(job=found, **signed(request))
                messages.success(request, _("已请它停下，一两秒就停。"))
            case "retry":
                retry_job(job=found, **signed(request))
                messages.success(request, _("已重新排队。"))
            case "seen" if found.asked_by == person_of(request).username:  # whose work it is puts its end away
                see_job(job=found, at=clock.now())
    except Problem as problem:
        messages.error(request, " ".join(filter(None, (str(problem.message), str(problem.remedy)))))
    return redirect(_back(request, found))


def _back(request: HttpRequest, found: Job) -> str:
    """Where the form was, if that is a page of ours."""
    back = request.POST.get("back", "")
    if url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        return back
    return reverse("job", args=[found.key])
