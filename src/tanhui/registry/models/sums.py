"""Sums of the ledger that pages show, kept by the writer block by block, so that nobody adds up millions of rows."""

from django.db import models


class BookSum(models.Model):
    """What stands in one book of one lot; with an empty `lot`, of all lots together.

    `quantity_mg` is without an upper bound: all lots together may have more than 64 bits hold. `holdings` counts the
    holdings that stand there, `arrivals` the movements that ever came into the book.
    """

    lot = models.CharField(max_length=64, blank=True)
    book = models.CharField(max_length=10)
    quantity_mg = models.DecimalField(max_digits=40, decimal_places=0)
    holdings = models.BigIntegerField()
    arrivals = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lot", "book"], name="one_sum_per_book"),
            models.CheckConstraint(
                condition=models.Q(holdings__gte=0, arrivals__gte=0), name="sums_count_from_nothing"
            ),
        ]
