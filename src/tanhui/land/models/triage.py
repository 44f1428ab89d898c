"""Triage: the facts that were told of a parcel's period, the papers behind them, and the decisions, one after another.

Nothing here is changed. A fact that is told again stands beside the earlier one, and the later counts. A decision
is superseded by the next revision; the decision table that it was taken with is kept byte for byte.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tanhui.land.models.parcel import Parcel
from tanhui.people.models import Person


class TriageOutcome(models.TextChoices):
    CCER_RESERVE = "ccer_reserve", _("CCER 储备")
    TICKET = "ticket", _("碳票")
    MONITORING_ONLY = "monitoring_only", _("仅监测")


class EvidenceFile(models.Model):
    """A paper behind a fact, byte for byte. The same bytes are kept once."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    kept_at = models.DateTimeField()
    kept_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")


class ToldFact(models.Model):
    """One fact of one parcel's period, as somebody told it. An empty value takes an earlier one back."""

    parcel_code = models.CharField(max_length=80)
    period_from = models.DateField()
    period_to = models.DateField()
    fact = models.CharField(max_length=40)
    value = models.CharField(max_length=60, blank=True)
    note = models.CharField(max_length=300, blank=True, help_text="where it stands: a document number, a page, a link")
    evidence = models.ForeignKey(EvidenceFile, on_delete=models.PROTECT, related_name="facts", null=True)
    told_at = models.DateTimeField()
    told_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("id",)
        indexes = [models.Index(fields=["parcel_code", "period_from", "period_to", "fact", "id"])]


class KeptTableFile(models.Model):
    """One file of a decision table as it stood when it was first used."""

    table = models.CharField(max_length=60)
    hash_hex = models.CharField(max_length=64)
    name = models.CharField(max_length=120)
    content = models.BinaryField()

    class Meta:
        ordering = ("table", "hash_hex", "name")
        constraints = [models.UniqueConstraint(fields=["hash_hex", "name"], name="one_table_file_per_name")]


class Triage(models.Model):
    """A decision. `document` is the exact text that `hash_hex` covers; the highest revision counts."""

    number = models.CharField(max_length=30, unique=True)
    parcel_code = models.CharField(max_length=80)
    parcel = models.ForeignKey(Parcel, on_delete=models.PROTECT, related_name="triages")
    period_from = models.DateField()
    period_to = models.DateField()
    revision = models.PositiveIntegerField()
    outcome = models.CharField(max_length=20, choices=TriageOutcome.choices)
    table = models.CharField(max_length=60)
    table_version = models.CharField(max_length=20)
    table_hash_hex = models.CharField(max_length=64)
    document = models.TextField()
    hash_hex = models.CharField(max_length=64)
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=["parcel_code", "period_from", "period_to", "revision"], name="one_triage_per_revision"
            ),
            models.CheckConstraint(
                condition=models.Q(period_from__lt=models.F("period_to")), name="triage_period_has_length"
            ),
        ]
