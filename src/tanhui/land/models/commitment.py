"""Commitments: a piece of land and a time on which a credit stands or is to stand, here or elsewhere.

What is applied for and reserved here, what was issued, what is kept for CCER, and what other schemes list. The land and
the time of a commitment never change; only its state goes on. Two commitments of this register that exclude each other
cannot both stand: the services ask by geometry, and the table itself refuses the same parcel twice.
"""

from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tanhui.land.models.fields import BoxField
from tanhui.land.models.parcel import Parcel
from tanhui.people.models import Person


class Scheme(models.TextChoices):
    TICKET = "ticket", _("碳票")
    CCER = "ccer", _("CCER")
    VCS = "vcs", _("VCS 等国际机制")
    LOCAL = "local", _("别处的地方机制")


class Hold(models.TextChoices):
    """How firmly a commitment stands. Applied ones are seen and bind nobody; reserved and issued ones exclude."""

    APPLIED = "applied", _("已申请")
    RESERVED = "reserved", _("已占用")
    ISSUED = "issued", _("已制发")
    LISTED = "listed", _("别处已登记")
    RELEASED = "released", _("已放开")


FIRM = (Hold.RESERVED, Hold.ISSUED, Hold.LISTED)


class Commitment(models.Model):
    scheme = models.CharField(max_length=10, choices=Scheme.choices)
    state = models.CharField(max_length=10, choices=Hold.choices)
    reference = models.CharField(max_length=80, help_text="a project, a triage or a row of a list: who to ask")
    title = models.CharField(max_length=200, blank=True, help_text="what a reader calls it")
    parcel_code = models.CharField(max_length=80, blank=True)
    parcel = models.ForeignKey(Parcel, on_delete=models.PROTECT, related_name="commitments", null=True)
    geometry = models.BinaryField(null=True, help_text="WKB, EPSG:4490; null where a list gives no boundary")
    extent = BoxField(null=True)  # type: ignore[misc]  # its plugin asks for a second class where null is allowed
    area_m2 = models.BigIntegerField(null=True)
    period_from = models.DateField()
    period_to = models.DateField(help_text="the day on which it ends; the next may begin on it")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [
            GistIndex(fields=["extent"], name="commitment_extent", condition=~Q(state="released")),
            models.Index(fields=["parcel_code"], name="commitment_parcel"),
            models.Index(fields=["reference"], name="commitment_reference"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(period_from__lt=models.F("period_to")), name="commitment_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(geometry__isnull=True, extent__isnull=True)
                | Q(geometry__isnull=False, extent__isnull=False),
                name="commitment_has_geometry_and_extent",
            ),
            models.CheckConstraint(
                condition=Q(geometry__isnull=False) | ~Q(parcel_code=""), name="commitment_is_somewhere"
            ),
        ]
