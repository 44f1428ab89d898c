"""Enhancement works 增汇工程: where somebody planted, closed, tended or restored, when, and who paid.

The register says what was done, not what it absorbed: a removal that a funder expects is kept as told, and no ticket
comes of it. Every correction is a revision with its reason; the earlier ones stay.
"""

from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from tanhui.land.models.fields import BoxField
from tanhui.land.models.region import County, Ecosystem, Zone
from tanhui.people.models import Person


class WorksKind(models.TextChoices):
    CARBON_FOREST = "carbon_forest", _("碳汇林")
    AFFORESTATION = "afforestation", _("人工造林")
    CLOSING = "closing", _("封山育林")
    TENDING = "tending", _("森林抚育")
    FOREST_REPAIR = "forest_repair", _("退化林修复")
    GRASS_REPAIR = "grass_repair", _("草原修复")
    GRAZING_REST = "grazing_rest", _("禁牧休牧")
    WETLAND_REPAIR = "wetland_repair", _("湿地修复")
    SAND_CONTROL = "sand_control", _("防沙治沙")
    OTHER = "other", _("其他工程")


class WorksState(models.TextChoices):
    PLANNED = "planned", _("计划")
    UNDER_WAY = "under_way", _("在建")
    DONE = "done", _("完成")
    CLOSED = "closed", _("已撤销")


class Works(models.Model):
    """One work as its last revision tells it. Null or empty: not told."""

    number = models.CharField(max_length=30, unique=True)
    key = models.CharField(max_length=64, unique=True, help_text="chosen by the sender: opened twice is opened once")
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160, blank=True)
    kind = models.CharField(max_length=20, choices=WorksKind.choices)
    ecosystem = models.CharField(max_length=12, choices=Ecosystem.choices)
    state = models.CharField(max_length=10, choices=WorksState.choices)
    begun_year = models.IntegerField()
    done_year = models.IntegerField(null=True)
    area_m2 = models.BigIntegerField(null=True, help_text="as told; where a boundary is drawn and no area told, of it")
    funder_zh = models.CharField(max_length=120, blank=True)
    funder_en = models.CharField(max_length=160, blank=True)
    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="works", null=True)
    zone = models.ForeignKey(Zone, on_delete=models.PROTECT, related_name="works", null=True)
    parcel_codes = models.JSONField(default=list)
    geometry = models.BinaryField(null=True, help_text="WKB, MultiPolygon, EPSG:4490")
    extent = BoxField(null=True)  # type: ignore[misc]  # its plugin asks for a second class where null is allowed
    cost_fen = models.BigIntegerField(null=True)
    expected_kg = models.BigIntegerField(null=True, help_text="kg of CO2e that the funder expects over the whole time")
    expected_until_year = models.IntegerField(null=True)
    source = models.TextField(help_text="where this is told")
    confidence = models.CharField(max_length=20)
    revision = models.IntegerField(default=1)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = "works"
        ordering = ("-begun_year", "number")
        indexes = [GistIndex(fields=["extent"], name="works_extent")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(area_m2__isnull=True) | models.Q(area_m2__gt=0), name="works_have_area"
            ),
            models.CheckConstraint(
                condition=models.Q(done_year__isnull=True) | models.Q(done_year__gte=models.F("begun_year")),
                name="works_end_after_their_beginning",
            ),
        ]


class WorksRevision(models.Model):
    """What a work said before and after each act: never changed."""

    works = models.ForeignKey(Works, on_delete=models.PROTECT, related_name="revisions")
    revision = models.IntegerField()
    facts = models.JSONField()
    reason = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("revision",)
        constraints = [models.UniqueConstraint(fields=["works", "revision"], name="one_revision_of_works")]
