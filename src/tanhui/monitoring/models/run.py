"""A run: one method applied to one booked survey, with its plan and seed; what came of it, and who signed it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tanhui.kit.jobs.models import Job
from tanhui.monitoring.models.intake import BookedSurvey
from tanhui.people.models import Person


class RunState(models.TextChoices):
    """Where a run stands: the job's states, and what follows once it has a result."""

    QUEUED = "queued", _("排队")
    RUNNING = "running", _("在算")
    DONE = "done", _("算好")
    STOPPED = "stopped", _("停了")
    FAILED = "failed", _("出错")
    SIGNED = "signed", _("已签")
    PUBLISHED = "published", _("已公布")


class Run(models.Model):
    """`document` is the exact text that `hash_hex` covers; the same survey, method and plan give the same text.

    Once it is there the database lets nobody change it, nor what it came from.
    """

    number = models.CharField(max_length=30, unique=True)
    key = models.CharField(max_length=64, unique=True, help_text="chosen by the sender: asked twice is run once")
    survey = models.ForeignKey(BookedSurvey, on_delete=models.PROTECT, related_name="runs")
    method = models.CharField(max_length=60)
    method_version = models.CharField(max_length=20)
    method_hash_hex = models.CharField(max_length=64)
    plan = models.JSONField()
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="run")
    document = models.TextField(blank=True)
    hash_hex = models.CharField(max_length=64, blank=True)
    reason = models.TextField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(document="", hash_hex="") | ~(models.Q(document="") | models.Q(hash_hex="")),
                name="a_result_has_its_hash",
            ),
            models.CheckConstraint(
                condition=models.Q(published_at=None) | ~models.Q(document=""), name="what_is_published_is_there"
            ),
        ]

    @property
    def state(self) -> RunState:
        """Where the run stands. Signatures count, so fetch them along with lists of runs."""
        if self.published_at is not None:
            return RunState.PUBLISHED
        if self.hash_hex:  # there whenever the document is, and shorter to fetch
            return RunState.SIGNED if self.signatures.all() else RunState.DONE
        return RunState(self.job.state)


class RunRemark(models.Model):
    """What the analyst says of a run beside its numbers. The latest one counts; none is added after a signature."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="remarks")
    deviations = models.TextField(blank=True, help_text="where the season departed from its design")
    quality = models.TextField(blank=True, help_text="what was measured again, by whom, and what came of it")
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("id",)


class RunPaper(models.Model):
    """The report as it was signed, byte for byte."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="papers")
    language = models.CharField(max_length=2)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ("run", "-language")
        constraints = [models.UniqueConstraint(fields=["run", "language"], name="one_paper_per_language")]


class RunSignature(models.Model):
    """A reviewer's signature under the report of a run: under its result, and both papers."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="signatures")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    hash_hex = models.CharField(max_length=64)
    paper_zh_hex = models.CharField(max_length=64)
    paper_en_hex = models.CharField(max_length=64)
    statement = models.TextField()

    class Meta:
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["run", "person"], name="one_signature_per_person")]
