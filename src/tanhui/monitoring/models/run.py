"""A run: one method applied to one booked survey, with its plan and seed, and what came of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tanhui.monitoring.models.intake import BookedSurvey
from tanhui.people.models import Person


class RunState(models.TextChoices):
    QUEUED = "queued", _("排队")
    RUNNING = "running", _("在算")
    DONE = "done", _("算好")
    STOPPED = "stopped", _("停了")
    FAILED = "failed", _("出错")


class Run(models.Model):
    """`document` is the exact text that `hash_hex` covers; the same survey, method and plan give the same text."""

    number = models.CharField(max_length=30, unique=True)
    key = models.CharField(max_length=64, unique=True, help_text="chosen by the sender: asked twice is run once")
    survey = models.ForeignKey(BookedSurvey, on_delete=models.PROTECT, related_name="runs")
    method = models.CharField(max_length=60)
    method_version = models.CharField(max_length=20)
    method_hash_hex = models.CharField(max_length=64)
    plan = models.JSONField()
    state = models.CharField(max_length=8, choices=RunState.choices)
    stage = models.CharField(max_length=40, blank=True)
    steps_done = models.PositiveIntegerField(default=0)
    steps_all = models.PositiveIntegerField(default=0)
    stop_asked = models.BooleanField(default=False)
    fault = models.TextField(blank=True)
    document = models.TextField(blank=True)
    hash_hex = models.CharField(max_length=64, blank=True)
    reason = models.TextField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT)
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="done") | ~models.Q(document=""), name="a_done_run_has_its_document"
            )
        ]
