"""A job as people see it: who asked, how far it is, how it ended."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class JobState(models.TextChoices):
    QUEUED = "queued", _("排队")
    RUNNING = "running", _("在算")
    DONE = "done", _("算好")
    STOPPED = "stopped", _("停了")
    FAILED = "failed", _("出错")


OPEN_STATES = (JobState.QUEUED, JobState.RUNNING)


class Job(models.Model):
    """One piece of long work. `subject` is the number of the thing it is done for, `page` where its result is seen.

    `stages` lists [code, begun_ms, ended_ms or null] of the stages so far. `fault` is a problem's document.
    """

    key = models.CharField(max_length=64, unique=True, help_text="chosen by the sender: asked twice is one job")
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=80)
    arguments = models.JSONField(default=dict)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    page = models.CharField(max_length=200)
    language = models.CharField(max_length=10)
    asked_by = models.CharField(max_length=60, help_text="user name; people are a layer above")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=JobState.choices, default=JobState.QUEUED)
    stage = models.CharField(max_length=40, blank=True)
    steps_done = models.PositiveIntegerField(default=0)
    steps_all = models.PositiveIntegerField(default=0)
    share_ppm = models.PositiveIntegerField(default=0)
    stages = models.JSONField(default=list)
    stop_asked = models.BooleanField(default=False)
    attempts = models.PositiveIntegerField(default=0)
    queue_id = models.BigIntegerField(null=True, help_text="of the queue's own row")
    fault = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(fields=["asked_by", "state"]), models.Index(fields=["state"])]

    @property
    def open(self) -> bool:
        return self.state in OPEN_STATES


class JobFile(models.Model):
    """A file that a job made, for whoever may see the job."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=60)
    content = models.BinaryField()

    class Meta:
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=["job", "name"], name="one_job_file_per_name")]
