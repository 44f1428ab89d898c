"""Files of parcels, zones and counties on their way in: what was sent, what was found in it, and what was booked of it.

A file is kept byte for byte. An import is looked at first; once it is confirmed, nothing of it changes any more.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tanhui.people.models import Person


class LandFile(models.Model):
    """A file as it came. The same bytes are kept once."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.BigIntegerField()


class LandFilePart(models.Model):
    """A file is kept in parts, so that a large one never stands in memory as a whole."""

    file = models.ForeignKey(LandFile, on_delete=models.PROTECT, related_name="parts")
    part = models.IntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "part"], name="one_content_per_part")]


class ImportState(models.TextChoices):
    UPLOADED = "uploaded", _("等着检查")
    ASKING = "asking", _("要你选一项")
    CHECKED = "checked", _("已检查")
    IMPORTED = "imported", _("已入库")
    DROPPED = "dropped", _("已放弃")


class Holds(models.TextChoices):
    """What a file holds. Parcels are what it is when nothing else was said."""

    PARCELS = "parcels", _("小班")
    ZONES = "zones", _("发展片区")
    COUNTIES = "counties", _("旗县区")


class ParcelImport(models.Model):
    """One file of parcels, zones or counties: checked, then imported as a whole or dropped."""

    number = models.CharField(max_length=30, unique=True)
    key = models.CharField(max_length=200, unique=True, help_text="contents and layer: the same file is one import")
    holds = models.CharField(max_length=10, choices=Holds.choices, default=Holds.PARCELS)
    state = models.CharField(max_length=10, choices=ImportState.choices)
    file = models.ForeignKey(LandFile, on_delete=models.PROTECT, related_name="imports")
    file_name = models.CharField(max_length=200)
    layer = models.CharField(max_length=120, blank=True)
    epsg = models.IntegerField(default=0, help_text="the coordinate system that the file was read in; 0 before")
    choices = models.JSONField(default=dict)
    question = models.JSONField(default=dict, help_text="what has to be chosen before the file can be checked")
    findings = models.JSONField(default=dict)
    digest = models.CharField(
        max_length=64, blank=True, help_text="of all findings: what is confirmed is what was shown"
    )
    synthetic = models.BooleanField(default=False)
    checked_at = models.DateTimeField(help_text="when it came; then, when it was last checked")
    checked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ("-id",)


class Defect(models.Model):
    """One thing that was wrong with one feature of a file, and what was done about it."""

    batch = models.ForeignKey(ParcelImport, on_delete=models.PROTECT, related_name="defects")
    row = models.IntegerField(help_text="which feature of the file, counted from 1")
    parcel_code = models.CharField(max_length=80, blank=True)
    code = models.CharField(max_length=40)
    remedy = models.CharField(max_length=40, help_text="what was done: mended, kept, left_out, refused")
    facts = models.JSONField(default=dict)
    before_m2 = models.BigIntegerField(null=True)
    after_m2 = models.BigIntegerField(null=True)

    class Meta:
        ordering = ("id",)
        indexes = [models.Index(fields=["batch", "row"])]
