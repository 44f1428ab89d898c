"""Projects, the surveys that measured them and the estimates computed from those."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tanhui.people.models import Organisation, Person


class State(models.TextChoices):
    """How far a project's period has come. Each act moves it one state on; `returned` is the side exit."""

    APPLIED = "applied", _("申请")
    ACCEPTED = "accepted", _("受理")
    MEASURED = "measured", _("监测核算")
    REVIEWED = "reviewed", _("专家评审")
    CERTIFIED = "certified", _("认定")
    ON_NOTICE = "on_notice", _("公示")
    ISSUING = "issuing", _("等记账")
    ISSUED = "issued", _("制发")
    RETURNED = "returned", _("退回")


class Project(models.Model):
    number = models.CharField(max_length=30, unique=True)
    key = models.CharField(
        max_length=64, unique=True, help_text="chosen by the sender: an application sent twice is one"
    )
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160)
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="projects")
    state = models.CharField(max_length=12, choices=State.choices, default=State.APPLIED)
    synthetic_zh = models.TextField(blank=True)
    synthetic_en = models.TextField(blank=True)
    applied_at = models.DateTimeField()
    notice_from = models.DateTimeField(null=True)
    notice_until = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(notice_until__isnull=True) | models.Q(notice_until__gte=models.F("notice_from")),
                name="notice_ends_after_it_begins",
            )
        ]


class Survey(models.Model):
    """One booked survey of a project, whole; a corrected one is a new row with the next revision."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="surveys")
    revision = models.PositiveIntegerField()
    root_hex = models.CharField(max_length=64)
    booked_at = models.DateTimeField()
    booked_by = models.ForeignKey(Person, on_delete=models.PROTECT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "revision"], name="one_survey_per_revision")]


class SurveyFile(models.Model):
    """One file of a survey, byte for byte as it came."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=60)
    content = models.BinaryField()
    root_hex = models.CharField(max_length=64)
    row_hashes = models.BinaryField(
        help_text="SHA-256 of every line, 32 bytes each: names a line that was changed later"
    )

    class Meta:
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=["survey", "name"], name="one_file_per_name")]


class MeasuredPlace(models.Model):
    """Where and when a plot was measured: the same place and time cannot be certified a second time."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="places")
    plot = models.TextField()
    lon_e6 = models.IntegerField()
    lat_e6 = models.IntegerField()
    period_from = models.DateField()
    period_to = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["lon_e6", "lat_e6"])]


class MethodFile(models.Model):
    """One file of a method version as it stood when it was first used; results of old versions stay recomputable."""

    method = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    content = models.BinaryField()

    class Meta:
        ordering = ("method", "version", "name")
        constraints = [models.UniqueConstraint(fields=["method", "version", "name"], name="one_method_file_per_name")]


class Estimate(models.Model):
    """What a method made of a survey. `document` is the exact text that `hash_hex` covers."""

    survey = models.OneToOneField(Survey, on_delete=models.PROTECT, related_name="estimate")
    method = models.CharField(max_length=60)
    method_version = models.CharField(max_length=20)
    method_hash_hex = models.CharField(max_length=64)
    document = models.TextField()
    hash_hex = models.CharField(max_length=64)
    outcome = models.CharField(max_length=20)
    issuable_mg = models.BigIntegerField()
    buffer_mg = models.BigIntegerField()
    computed_at = models.DateTimeField()
    computed_by = models.ForeignKey(Person, on_delete=models.PROTECT)
    report_zh = models.BinaryField()
    report_en = models.BinaryField()
    report_zh_sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(buffer_mg__gte=0, issuable_mg__gte=models.F("buffer_mg")),
                name="buffer_is_part_of_the_issuable",
            )
        ]
