"""A sampling design of a programme: how many plots, where, and by which draw. A changed design is a new revision."""

from django.db import models

from tanhui.monitoring.models.programme import Programme
from tanhui.people.models import Person


class Design(models.Model):
    """`document` is the exact text that `hash_hex` covers: request, seed, sample sizes, places of all plots."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="designs")
    revision = models.PositiveIntegerField()
    document = models.TextField()
    hash_hex = models.CharField(max_length=64)
    land = models.BinaryField(help_text="the outlines that were drawn on: GeoJSON in EPSG:4490, gzip")
    reason = models.TextField()
    drawn_at = models.DateTimeField()
    drawn_by = models.ForeignKey(Person, on_delete=models.PROTECT)

    class Meta:
        ordering = ("programme", "revision")
        constraints = [models.UniqueConstraint(fields=["programme", "revision"], name="one_design_per_revision")]


class DesignLand(models.Model):
    """Outlines of strata that somebody brought along, byte for byte: a GeoPackage, GeoJSON or zipped Shapefile."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="design_lands")
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    reason = models.TextField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Person, on_delete=models.PROTECT)

    class Meta:
        ordering = ("-id",)
        constraints = [models.UniqueConstraint(fields=["programme", "sha256"], name="one_design_land_once")]
