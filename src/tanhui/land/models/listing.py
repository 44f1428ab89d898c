"""Public lists of other schemes: each file as it came, its rows, and what people decided about possible matches.

A row is replaced by a later file only where it says something else. Where a list gives a boundary, the land is compared
exactly. Where it gives names alone, likeness is a hint and nothing more: a person decides, with a reason.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tanhui.land.models.commitment import Scheme
from tanhui.land.models.fields import BoxField
from tanhui.land.models.region import County
from tanhui.people.models import Person


class ListingImport(models.Model):
    """One file of a public list. The same bytes for the same scheme are imported once."""

    number = models.CharField(max_length=30, unique=True)
    scheme = models.CharField(max_length=10, choices=Scheme.choices)
    source = models.CharField(max_length=200, help_text="where the list was published: a name or an address")
    as_of = models.DateField(help_text="the day on which the list stood so")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    rows_all = models.PositiveIntegerField()
    rows_new = models.PositiveIntegerField()
    rows_changed = models.PositiveIntegerField()
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()

    class Meta:
        ordering = ("-id",)
        constraints = [models.UniqueConstraint(fields=["scheme", "sha256"], name="one_import_per_file")]


class ListedProject(models.Model):
    """One row of a list: a project of another scheme. `key` names it across files."""

    batch = models.ForeignKey(ListingImport, on_delete=models.PROTECT, related_name="projects")
    replaced_by = models.ForeignKey(ListingImport, on_delete=models.PROTECT, related_name="replaced", null=True)
    row = models.PositiveIntegerField(help_text="which line of the file, the heading being 1")
    scheme = models.CharField(max_length=10, choices=Scheme.choices)
    key = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, help_text="of all that the row says: the same row again is no change")
    name = models.CharField(max_length=200)
    owner_name = models.CharField(max_length=200, blank=True)
    method = models.CharField(max_length=60, blank=True)
    place = models.CharField(max_length=120, blank=True, help_text="province, city and county as the list writes them")
    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="+", null=True)
    status = models.CharField(max_length=30)
    yearly_t = models.DecimalField(max_digits=16, decimal_places=3, null=True)
    period_from = models.DateField(null=True)
    period_to = models.DateField(null=True)
    published_on = models.DateField(null=True)
    geometry = models.BinaryField(null=True)
    extent = BoxField(null=True)  # type: ignore[misc]  # its plugin asks for a second class where null is allowed
    told = models.JSONField(help_text="every cell of the row by its heading")

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "key"], name="one_current_row_per_project", condition=Q(replaced_by=None)
            )
        ]


class Likeness(models.Model):
    """A project of a list that may stand on parcels of this owner here. Open until a person has decided."""

    class Answer(models.TextChoices):
        OPEN = "open", _("等人来定")
        SAME = "same", _("是同一块地")
        DIFFERENT = "different", _("不是同一块地")

    listed = models.ForeignKey(ListedProject, on_delete=models.PROTECT, related_name="likenesses")
    owner_name = models.CharField(max_length=120)
    county = models.ForeignKey(County, on_delete=models.PROTECT, related_name="+", null=True)
    score_permille = models.PositiveIntegerField(help_text="how alike the names are, of 1000")
    answer = models.CharField(max_length=10, choices=Answer.choices, default=Answer.OPEN)
    reason = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering = ("-score_permille", "id")
        constraints = [
            models.UniqueConstraint(fields=["listed", "owner_name", "county"], name="one_likeness_per_owner"),
            models.CheckConstraint(
                condition=Q(answer="open", decided_by__isnull=True)
                | (Q(decided_by__isnull=False) & ~Q(answer="open") & ~Q(reason="")),
                name="likeness_is_decided_by_somebody",
            ),
        ]
