"""A worker as `tanhui work` starts one, that also knows the kinds of the tests."""

import django

django.setup()

from job_kinds import register_all  # noqa: E402 - settings first

from tanhui.kit.jobs.worker import work_until_stopped  # noqa: E402 - settings first

register_all()
print("ready", flush=True)  # noqa: T201 - the test waits for this line
work_until_stopped(with_parent=True)
