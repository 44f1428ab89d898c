"""The piles that days ended with: what the proof of a balance is made from, so that no proof hashes all holdings."""

from django.db import models


class DayPile(models.Model):
    """All that stood in one book of one lot when a day ended. It stands for later days too, until there is another row.

    `chunks` are the values over 1024 holdings each, 40 bytes a value; `firsts` are the first account of each, one a
    line. A pile that was emptied has a row with no holdings. What is here can be computed anew from the journal; the
    root that the journal has of the day says whether it is right.
    """

    day = models.BigIntegerField(help_text="days since 1 January 1970, by the clock of the region")
    lot = models.CharField(max_length=64)
    book = models.CharField(max_length=10)
    holdings = models.BigIntegerField()
    total_mg = models.BigIntegerField()
    root_hex = models.CharField(max_length=64)
    chunks = models.BinaryField()
    firsts = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lot", "book", "day"], name="one_pile_per_lot_book_and_day"),
            models.CheckConstraint(condition=models.Q(holdings__gte=0), name="pile_is_counted"),
        ]
