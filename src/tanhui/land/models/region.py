"""The region that this installation serves, its counties and its zones.

A row of a county or a zone is what stands today; its code is for ever, and what has ended is marked, never deleted:
parcels, works and plots go on naming it. What it was before stands in `places`.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Ecosystem(models.TextChoices):
    FOREST = "forest", _("森林")
    SHRUBLAND = "shrubland", _("灌丛")
    GRASSLAND = "grassland", _("草原")
    WETLAND = "wetland", _("湿地")


class Region(models.Model):
    """The region of this installation: exactly one row."""

    code = models.CharField(max_length=10, unique=True)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80)
    bureau_zh = models.CharField(max_length=80)
    bureau_en = models.CharField(max_length=120)
    note_zh = models.TextField(blank=True)
    note_en = models.TextField(blank=True)
    demonstration = models.BooleanField(default=False)


class County(models.Model):
    adcode = models.CharField(max_length=12, primary_key=True)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=80)
    outline = models.JSONField()
    label_lon = models.FloatField()
    label_lat = models.FloatField()
    ended_on = models.DateField(null=True, help_text="from this day on it is no county of this region")


class Zone(models.Model):
    zone = models.CharField(max_length=20, primary_key=True)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=80)
    ecosystem = models.CharField(max_length=12, choices=Ecosystem.choices)
    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="zones")
    area_mu = models.BigIntegerField()
    lon = models.FloatField()
    lat = models.FloatField()
    outline = models.JSONField(null=True, help_text="GeoJSON in EPSG:4490, where the boundary has been drawn")
    source = models.TextField()
    confidence = models.CharField(max_length=20)
    ended_on = models.DateField(null=True, help_text="from this day on it is no zone")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(area_mu__gt=0), name="zone_has_area")]
