"""Field data on its way in: what was uploaded and found wrong, and what was booked, whole, revision by revision."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tanhui.monitoring.models.programme import Programme
from tanhui.people.models import Person


class UploadState(models.TextChoices):
    FAULTY = "faulty", _("有错，没有入库")
    READY = "ready", _("没有错，等入库")
    BOOKED = "booked", _("已入库")
    DROPPED = "dropped", _("已放下")


class Upload(models.Model):
    """Files as they came, checked and not booked. `faults` lists all errors and warnings, each with its cell."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="uploads")
    key = models.CharField(max_length=64, unique=True, help_text="chosen by the sender: sent twice is one upload")
    state = models.CharField(max_length=8, choices=UploadState.choices)
    kind = models.CharField(max_length=10, help_text="workbook, folder or api")
    faults = models.JSONField(default=list)
    reason = models.TextField()
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(Person, on_delete=models.PROTECT)

    class Meta:
        ordering = ("-id",)


class UploadFile(models.Model):
    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=120)
    content = models.BinaryField()

    class Meta:
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=["upload", "name"], name="one_upload_file_per_name")]


class BookedSurvey(models.Model):
    """All rounds of a programme as they stand, whole, in the survey format. A correction is the next revision."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="surveys")
    revision = models.PositiveIntegerField()
    root_hex = models.CharField(max_length=64)
    upload = models.OneToOneField(Upload, on_delete=models.PROTECT, null=True, related_name="booked")
    reason = models.TextField()
    booked_at = models.DateTimeField()
    booked_by = models.ForeignKey(Person, on_delete=models.PROTECT)

    class Meta:
        ordering = ("programme", "revision")
        constraints = [models.UniqueConstraint(fields=["programme", "revision"], name="one_booked_survey_per_revision")]


class BookedFile(models.Model):
    """One CSV file of a booked survey, byte for byte."""

    survey = models.ForeignKey(BookedSurvey, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=60)
    content = models.BinaryField()
    root_hex = models.CharField(max_length=64)
    row_hashes = models.BinaryField(help_text="SHA-256 of every line, 32 bytes each")

    class Meta:
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=["survey", "name"], name="one_booked_file_per_name")]


class CellChange(models.Model):
    """One value that a revision changed. `row_key` names the row: plot, round, tree."""

    survey = models.ForeignKey(BookedSurvey, on_delete=models.PROTECT, related_name="changes")
    file = models.CharField(max_length=60)
    row_key = models.TextField()
    column = models.CharField(max_length=60)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    reason = models.TextField()

    class Meta:
        ordering = ("id",)


class Photo(models.Model):
    """A picture taken at a plot in a round, as it came."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="photos")
    plot = models.TextField()
    round = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(Person, on_delete=models.PROTECT)

    class Meta:
        ordering = ("plot", "round", "id")
        constraints = [models.UniqueConstraint(fields=["programme", "plot", "round", "sha256"], name="one_photo_once")]
