"""Field data on its way in: what was uploaded and found wrong, and what was booked, whole, revision by revision."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tanhui.monitoring.models.programme import Programme
from tanhui.people.models import Person


class UploadState(models.TextChoices):
    CHECKING = "checking", _("还没查完")
    FAULTY = "faulty", _("有错，没有入库")
    READY = "ready", _("没有错，等入库")
    BOOKED = "booked", _("已入库")
    DROPPED = "dropped", _("已放下")
    RETURNED = "returned", _("已退回")


CORRECTION = "correction"
"""The kind of an upload that was written on a page and not in a file: single values of what is booked."""


class Upload(models.Model):
    """Files as they came, checked upon what was booked then, and not booked themselves.

    `faults` lists all errors and warnings, each with its cell; `summary` says what the upload holds and would change;
    `outcome_hex` is the hash of the survey that would stand if it were booked. `content_hex` covers names and bytes of
    the files: the same files again are the same upload.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="uploads")
    code = models.CharField(max_length=30, unique=True, help_text="by which pages and programs name it")
    key = models.CharField(max_length=64, unique=True, help_text="chosen by the sender: sent twice is one upload")
    state = models.CharField(max_length=8, choices=UploadState.choices)
    kind = models.CharField(max_length=10, help_text="workbook, folder or api")
    complete = models.BooleanField(default=False, help_text="booked rows of its visits that it does not name go away")
    content_hex = models.CharField(max_length=64)
    outcome_hex = models.CharField(max_length=64, blank=True)
    checked_upon = models.PositiveIntegerField(default=0, help_text="the revision it was checked upon; 0 for none")
    summary = models.JSONField(default=dict)
    faults = models.JSONField(default=list)
    reason = models.TextField()
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(Person, on_delete=models.PROTECT)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    warnings_reason = models.TextField(blank=True, help_text="why it was booked with its warnings")
    returned_reason = models.TextField(blank=True, help_text="why an analyst last gave it back to its sender")
    returned_at = models.DateTimeField(null=True)
    returned_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("-id",)


class UploadFile(models.Model):
    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=120)
    content = models.BinaryField()

    class Meta:
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=["upload", "name"], name="one_upload_file_per_name")]


class UploadMend(models.Model):
    """One cell of an upload that was corrected on the page. The file stays as it came; the latest mend counts."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="mends")
    source = models.CharField(max_length=120)
    sheet = models.CharField(max_length=120)
    row = models.PositiveIntegerField()
    place = models.PositiveIntegerField(help_text="the column, counted from 1")
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    mended_at = models.DateTimeField()
    mended_by = models.ForeignKey(Person, on_delete=models.PROTECT)

    class Meta:
        ordering = ("id",)


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


class Picture(models.Model):
    """A picture as it came, stored once however often it is sent; and what is shown of it, without place or camera."""

    sha256 = models.CharField(max_length=64, unique=True)
    content = models.BinaryField()
    shown = models.BinaryField(help_text="upright JPEG for the page")
    thumbnail = models.BinaryField(help_text="upright small JPEG")
    taken_at = models.DateTimeField(null=True)


class Photo(models.Model):
    """A picture taken at a plot in a round. Round 0 and no plot: nobody has said yet where it belongs."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="photos")
    code = models.CharField(max_length=30, unique=True)
    picture = models.ForeignKey(Picture, on_delete=models.PROTECT, related_name="photos")
    plot = models.TextField(blank=True)
    round = models.PositiveIntegerField(default=0)
    name = models.CharField(max_length=120)
    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, null=True, related_name="photos")
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(Person, on_delete=models.PROTECT)

    class Meta:
        ordering = ("plot", "round", "id")
        constraints = [models.UniqueConstraint(fields=["programme", "picture"], name="one_photo_once")]
