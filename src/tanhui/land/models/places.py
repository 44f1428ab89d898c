"""What a zone or a county was from one day to another: a row for each boundary that it has had.

A row never changes, except that it ends. Places that came with the region's folder have no row until an import changes
them; what they were until then is written first.
"""

from django.db import models
from django.db.models import Q

from tanhui.land.models.imports import Holds, ParcelImport


class PlaceVersion(models.Model):
    """One boundary of one place, with the words that went with it."""

    holds = models.CharField(max_length=10, choices=Holds.choices)
    code = models.CharField(max_length=20)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=80)
    ecosystem = models.CharField(max_length=12, blank=True)
    county_code = models.CharField(max_length=12, blank=True)
    area_m2 = models.BigIntegerField(help_text="of the boundary on the ellipsoid; without one, the registered area")
    outline = models.JSONField(null=True, help_text="GeoJSON in EPSG:4490; null where no boundary had been drawn")
    source = models.TextField(blank=True)
    batch = models.ForeignKey(ParcelImport, on_delete=models.PROTECT, related_name="places", null=True)
    valid_from = models.DateField(null=True, help_text="null: as the installation began")
    valid_to = models.DateField(null=True, help_text="the day on which the next one began, or on which it ended")
    ended_by = models.ForeignKey(ParcelImport, on_delete=models.PROTECT, related_name="ended_places", null=True)

    class Meta:
        ordering = ("holds", "code", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["holds", "code"], name="one_current_place", condition=Q(ended_by__isnull=True)
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True, ended_by__isnull=True)
                | Q(valid_to__isnull=False, ended_by__isnull=False),
                name="place_ends_by_an_import",
            ),
        ]
