"""Which keys have signed the ledger: the hand-overs from one to the next. The secrets lie outside the database."""

from django.db import models


class HandOver(models.Model):
    """A signed statement that one key of the ledger is followed by another. The last one names the key that signs now.

    The table only grows. `number` counts from 1; `note` is the statement, which says all else.
    """

    number = models.PositiveIntegerField(primary_key=True)
    size = models.BigIntegerField(help_text="the largest tree that the old key counts for")
    old_vkey = models.CharField(max_length=400, unique=True)
    new_vkey = models.CharField(max_length=400, unique=True)
    note = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(size__gte=0), name="handed_over_at_a_size"),
            models.CheckConstraint(
                condition=~models.Q(old_vkey=models.F("new_vkey")), name="handed_over_to_another_key"
            ),
        ]
