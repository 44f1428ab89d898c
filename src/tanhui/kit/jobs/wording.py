"""What is said of a job that did not end well, in the reader's language where the words are ours."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tanhui.kit.jobs.models import Job

_FAULTS: Mapping[str, tuple[str | Promise, str | Promise]] = {
    "job_broken": (
        _("程序出错，没有算完"),
        _("这是系统的错，不是数据的错。什么都没有改，可以再来一次；还是这样，请把编号告诉运维。"),
    ),
    "job_killed": (
        _("算它的程序连着三次中途没了"),
        _("多半是内存不够。减少抽样次数，或者换一台内存大的机器，再来一次。"),
    ),
    "job_out_of_memory": (_("内存不够，没有算完"), _("减少抽样次数，或者换一台内存大的机器，再来一次。什么都没有改。")),
}


def fault_words(job: Job) -> dict[str, str]:
    """Return code, message and help of a failed job. A problem of the work speaks for itself, as it was raised."""
    code = str(job.fault.get("code", ""))
    message, remedy = _FAULTS.get(code, (job.fault.get("message", ""), job.fault.get("help", "")))
    return {"code": code, "message": str(message), "help": str(remedy)}
