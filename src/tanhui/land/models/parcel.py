"""Parcels 小班: the smallest pieces of land that the forestry and grassland survey knows.

A row never changes. A later import writes new rows, and the old ones say by which import they were replaced: the
history of a parcel is all rows of its code. Geometry is WKB (MultiPolygon) in EPSG:4490; `extent` is what a search
asks first.
"""

from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tanhui.land.models.fields import BoxField
from tanhui.land.models.imports import ParcelImport
from tanhui.land.models.region import County, Ecosystem, Zone
from tanhui.people.models import Organisation


class Origin(models.TextChoices):
    """QI_YUAN, in two classes; the file's own code stays in `attributes`."""

    NATURAL = "natural", _("天然")
    PLANTED = "planted", _("人工")


class Tenure(models.TextChoices):
    """LD_QS and LMSYQ, in classes; the file's own code stays in `attributes`."""

    STATE = "state", _("国有")
    COLLECTIVE = "collective", _("集体")
    PRIVATE = "private", _("个人")
    OTHER = "other", _("其他")


class Parcel(models.Model):
    """One parcel as one import told it. Empty text or null: the file did not say."""

    code = models.CharField(max_length=80, help_text="XIAN-XIANG-CUN-LIN_BAN-XIAO_BAN-XI_BAN, those the file has")
    batch = models.ForeignKey(ParcelImport, on_delete=models.PROTECT, related_name="parcels", db_index=False)
    row = models.IntegerField(help_text="which feature of the file, counted from 1")
    replaced_by = models.ForeignKey(
        ParcelImport, on_delete=models.PROTECT, related_name="replaced", null=True, db_index=False
    )

    geometry = models.BinaryField(help_text="WKB, MultiPolygon, EPSG:4490, coordinates to 1e-9 degree")
    extent = BoxField()
    lon = models.FloatField(help_text="a point inside the parcel")
    lat = models.FloatField()
    area_m2 = models.BigIntegerField(help_text="on the ellipsoid of CGCS2000, to the nearest square metre")
    stated_area_ha = models.DecimalField(max_digits=16, decimal_places=6, null=True, help_text="MIAN_JI of the file")

    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="parcels", null=True, db_index=False)
    zone = models.ForeignKey(Zone, on_delete=models.PROTECT, related_name="parcels", null=True, db_index=False)
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="parcels", null=True)
    owner_name = models.CharField(max_length=120, blank=True)

    ecosystem = models.CharField(
        max_length=12, choices=Ecosystem.choices, blank=True, help_text="empty: none of these, such as fields and roads"
    )
    land_class = models.CharField(max_length=20, blank=True, help_text="DI_LEI, the code of the forestry survey")
    survey_class = models.CharField(max_length=20, blank=True, help_text="DLBM, the code of the national land survey")
    prior_class = models.CharField(max_length=20, blank=True, help_text="Q_DI_LEI, DI_LEI of the period before")
    species = models.CharField(max_length=20, blank=True, help_text="YOU_SHI_SZ, the code of the dominant species")
    origin = models.CharField(max_length=8, choices=Origin.choices, blank=True)
    land_tenure = models.CharField(max_length=10, choices=Tenure.choices, blank=True)
    forest_tenure = models.CharField(max_length=10, choices=Tenure.choices, blank=True)
    forest_category = models.CharField(max_length=20, blank=True, help_text="SEN_LIN_LB")
    public_welfare = models.BooleanField(null=True, help_text="生态公益林, as SEN_LIN_LB says")
    wetland_type = models.CharField(max_length=20, blank=True, help_text="SDLX")
    survey_year = models.IntegerField(null=True)
    planted_year = models.IntegerField(null=True)
    age_a = models.FloatField(null=True)
    dbh_cm = models.FloatField(null=True)
    height_m = models.FloatField(null=True)
    canopy_share = models.FloatField(null=True)
    volume_m3_ha = models.FloatField(null=True)
    attributes = models.JSONField(help_text="every field of the file, by its name there, with its value there")

    class Meta:
        indexes = [
            GistIndex(fields=["extent"], name="parcel_extent", condition=Q(replaced_by=None)),
            models.Index(fields=["county", "code"], name="parcel_county_code", condition=Q(replaced_by=None)),
            models.Index(fields=["zone", "code"], name="parcel_zone_code", condition=Q(replaced_by=None)),
            models.Index(fields=["code", "id"], name="parcel_history"),
            models.Index(fields=["replaced_by"], name="parcel_replaced", condition=Q(replaced_by__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["code"], name="one_current_parcel", condition=Q(replaced_by=None)),
            models.UniqueConstraint(fields=["batch", "row"], name="one_parcel_per_row"),
            models.CheckConstraint(condition=Q(area_m2__gt=0), name="parcel_has_area"),
        ]
