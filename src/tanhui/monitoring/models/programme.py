"""A programme: one set of permanent plots that is measured round after round."""

from django.db import models

from tanhui.people.models import Person


class Programme(models.Model):
    number = models.CharField(max_length=30, unique=True)
    key = models.CharField(max_length=64, unique=True, help_text="chosen by the sender: opened twice is opened once")
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160)
    synthetic_zh = models.TextField(blank=True)
    synthetic_en = models.TextField(blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="programmes")

    class Meta:
        ordering = ("-id",)
