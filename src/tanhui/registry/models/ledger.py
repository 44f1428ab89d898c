"""The journal, and what is read from it.

`Block`, `LeafRun` and `HashRun`, the leaves and the hashes of the Merkle tree, are the journal: the truth, and
append-only. All else is a projection, written after it: `Act` and `Entry` are the same leaves made readable,
append-only too; `LedgerAccount`, `Holding`, `Lot` and `Encumbrance` are what it says by now. The audit file holds them,
so that a change to any one is found.
"""

from django.db import models
from django.db.models.functions import Length, Mod
from django.db.models.lookups import Exact, GreaterThan, LessThanOrEqual

from tanhui.certification.models import Project
from tanhui.core.ledger.terms import END_BOOKS, HASH_LENGTH
from tanhui.core.ledger.tiles import HEIGHT, WIDTH

MOST_MG = 10**18  # a milliard tonnes, well inside 64 bits
HELD_BOOKS = ("live", "held", "pledged", "frozen", "reserve", "buffer")
"""Books whose milligrams are somebody's."""

LARGE_MG = 10**9
"""Who holds a lot is listed by size down to a tonne, and by account below: in an index by size, small holdings were
twice as dear to write as all else that is written of them (decision 0030)."""


class Block(models.Model):
    height = models.BigIntegerField(primary_key=True)
    time_ms = models.BigIntegerField()
    first_leaf = models.BigIntegerField()
    size = models.BigIntegerField()
    root_hex = models.CharField(max_length=64)
    checkpoint = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(height__gte=1), name="blocks_count_from_one"),
            models.CheckConstraint(condition=models.Q(size__gt=models.F("first_leaf")), name="block_is_not_empty"),
            models.UniqueConstraint(fields=["size"], name="one_block_per_size"),
        ]
        indexes = [models.Index(fields=["root_hex"], name="blocks_by_root")]


class LeafRun(models.Model):
    """Leaves side by side, all in one bundle, each behind its length. `first` is the place of the first of them."""

    first = models.BigIntegerField(primary_key=True)
    leaves = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=GreaterThan(Length("leaves"), 0), name="leaves_are_some"),
            models.CheckConstraint(condition=models.Q(first__gte=0), name="leaves_count_from_nothing"),
        ]


class HashRun(models.Model):
    """Hashes of full subtrees side by side, all in one tile: each over 2**level leaves (level 0, 8, 16, …).

    `first` is the place of the first of them on its level. The levels between follow from these.
    """

    pk = models.CompositePrimaryKey("level", "first")
    level = models.SmallIntegerField()
    first = models.BigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Exact(Mod("level", HEIGHT), 0), name="hashes_of_a_level_that_tiles_have"),
            models.CheckConstraint(
                condition=models.Q(Exact(Mod(Length("hashes"), HASH_LENGTH), 0))
                & models.Q(GreaterThan(Length("hashes"), 0)),
                name="hashes_are_whole",
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Mod("first", WIDTH) + Length("hashes") / HASH_LENGTH, WIDTH),
                name="hashes_lie_in_one_tile",
            ),
        ]


class Act(models.Model):
    """A command that the ledger has answered, done or refused."""

    index = models.BigIntegerField(primary_key=True)
    height = models.BigIntegerField()
    command_hex = models.CharField(max_length=32, unique=True)
    digest_hex = models.CharField(max_length=64)
    actor = models.CharField(max_length=64)
    role = models.CharField(max_length=20)
    at_ms = models.BigIntegerField()
    kind = models.CharField(max_length=20)
    terms = models.JSONField(help_text="what the act says, flat: hashes in hex")
    outcome = models.CharField(max_length=60)
    params = models.JSONField(default=dict, help_text="what a sentence about the refusal needs")

    class Meta:
        indexes = [
            models.Index(fields=["index"], condition=models.Q(kind="close_day", outcome="done"), name="days_closed")
        ]


class Entry(models.Model):
    """One movement: milligrams of one lot between two holdings. Those of a command stand right behind its act.

    Of a list of movements out of one holding, the first says how many `followers` stand right behind it, and these say
    nothing (None). Lot and giver of the whole list are looked up by its first, so the others are in two indexes less.
    """

    index = models.BigIntegerField(primary_key=True)
    height = models.BigIntegerField()
    command_hex = models.CharField(max_length=32)
    lot = models.CharField(max_length=64)
    from_account = models.CharField(max_length=64)
    from_book = models.CharField(max_length=10)
    to_account = models.CharField(max_length=64)
    to_book = models.CharField(max_length=10)
    quantity_mg = models.BigIntegerField()
    serial_first = models.BigIntegerField(null=True)
    serial_last = models.BigIntegerField(null=True)
    followers = models.IntegerField(null=True, db_default=0)

    class Meta:
        indexes = [
            models.Index(
                fields=["lot", "index"], condition=models.Q(followers__isnull=False), name="movements_of_a_lot"
            ),
            models.Index(
                fields=["from_account", "index"],
                condition=models.Q(followers__isnull=False),
                name="movements_out_of_an_account",
            ),
            models.Index(fields=["to_account", "index"]),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(quantity_mg__gt=0), name="entry_moves_something"),
            models.CheckConstraint(
                condition=models.Q(serial_first__isnull=True, serial_last__isnull=True)
                | models.Q(serial_last=models.F("serial_first") + models.F("quantity_mg") - 1),
                name="serials_count_the_quantity",
            ),
            models.CheckConstraint(
                condition=~models.Q(from_account=models.F("to_account"), from_book=models.F("to_book")),
                name="entry_goes_somewhere",
            ),
        ]


class LedgerAccount(models.Model):
    """An account as the ledger has it: its kind, and whether it is closed. Who is behind it, `Account` knows."""

    account = models.CharField(max_length=64, primary_key=True)
    kind = models.CharField(max_length=20)
    closed = models.BooleanField(default=False)

    class Meta:
        # Forms offer what is still open, so they look up what is not: few, among all that there are.
        indexes = [models.Index(fields=["account"], condition=models.Q(closed=True), name="accounts_closed")]


class Holding(models.Model):
    """What an account has of a lot in one book. What is empty has no row."""

    pk = models.CompositePrimaryKey("account", "lot", "book")
    account = models.CharField(max_length=64)
    lot = models.CharField(max_length=64)
    book = models.CharField(max_length=10)
    quantity_mg = models.BigIntegerField()

    class Meta:
        indexes = [
            # Who holds a lot: the large by size, the small by account. What is retired or revoked is nobody's any more.
            models.Index(
                fields=["lot", "quantity_mg", "account"],
                condition=models.Q(book__in=HELD_BOOKS, quantity_mg__gte=LARGE_MG),
                name="holdings_by_size",
            ),
            models.Index(
                fields=["lot", "account"],
                condition=models.Q(book__in=HELD_BOOKS, quantity_mg__lt=LARGE_MG),
                name="small_holdings",
            ),
            models.Index(
                fields=["lot", "account"],
                condition=models.Q(book__in=tuple(sorted(book.value for book in END_BOOKS))),
                name="holdings_that_ended",
            ),
        ]
        constraints = [
            # Only the mint goes below zero: by exactly what it has issued.
            models.CheckConstraint(
                condition=models.Q(quantity_mg__gte=0) | models.Q(book="mint"), name="no_holding_below_zero"
            ),
        ]


class Lot(models.Model):
    """One certified period of one project, issued once, or what one entry of another region brought in.

    A lot has either project and period, or the other region and the id that the entry has there. `retired_mg` is also
    the last serial given out.
    """

    lot = models.CharField(max_length=64, primary_key=True)
    project = models.OneToOneField(Project, null=True, on_delete=models.PROTECT, to_field="number", related_name="lot")
    period = models.CharField(max_length=64, blank=True)
    region = models.CharField(max_length=64, blank=True)
    foreign_entry = models.CharField(max_length=64, blank=True)
    survey_hash_hex = models.CharField(max_length=64)
    method_hash_hex = models.CharField(max_length=64)
    estimate_hash_hex = models.CharField(max_length=64)
    issued_mg = models.BigIntegerField()
    buffer_mg = models.BigIntegerField()
    retired_mg = models.BigIntegerField(default=0)
    lessened_mg = models.BigIntegerField(default=0)
    drawn_mg = models.BigIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["survey_hash_hex"], name="lots_by_survey"),
            models.Index(fields=["method_hash_hex"], name="lots_by_method"),
            models.Index(fields=["estimate_hash_hex"], name="lots_by_estimate"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(issued_mg__gt=0, issued_mg__lte=MOST_MG, retired_mg__gte=0)
                & models.Q(retired_mg__lte=models.F("issued_mg"), buffer_mg__lt=models.F("issued_mg")),
                name="lot_retires_no_more_than_issued",
            ),
            models.CheckConstraint(
                condition=models.Q(drawn_mg__gte=0, drawn_mg__lte=models.F("buffer_mg"))
                & models.Q(drawn_mg__lte=models.F("lessened_mg"), lessened_mg__lte=models.F("issued_mg")),
                name="lot_is_lessened_no_more_than_issued",
            ),
            models.CheckConstraint(
                condition=models.Q(project__isnull=False, region="", foreign_entry="") & ~models.Q(period="")
                | models.Q(project__isnull=True, period="", buffer_mg=0)
                & ~models.Q(region="")
                & ~models.Q(foreign_entry=""),
                name="lot_comes_from_a_project_or_a_region",
            ),
            models.UniqueConstraint(
                fields=["region", "foreign_entry"],
                condition=models.Q(project__isnull=True),
                name="one_lot_per_entry_of_a_region",
            ),
        ]

    @property
    def origin_names(self) -> tuple[str, str]:
        """The two words of the ledger's origin: project and period, or the other region and its entry."""
        return (self.project_id, self.period) if self.project_id else (self.region, self.foreign_entry)

    @property
    def standing_mg(self) -> int:
        """What the lot still stands for."""
        return self.issued_mg - self.lessened_mg


class Encumbrance(models.Model):
    """What binds milligrams or a whole account: a hold, a pledge, a freeze, an entry of another region."""

    name = models.CharField(max_length=64, primary_key=True)
    sort = models.CharField(max_length=10)
    account = models.CharField(max_length=64)
    lot = models.CharField(max_length=64, blank=True, help_text="empty for a freeze of a whole account")
    book = models.CharField(max_length=10, blank=True, help_text="empty where nothing was moved")
    left_mg = models.BigIntegerField()
    until_ms = models.BigIntegerField(default=0)
    party = models.CharField(max_length=64, blank=True)
    ended = models.BooleanField(default=False)

    class Meta:
        indexes = [
            # Each ends with the name, so that the latest of many come first without sorting all of them.
            models.Index(fields=["name"], condition=models.Q(ended=False), name="encumbrances_open"),
            models.Index(fields=["sort", "name"], condition=models.Q(ended=False), name="encumbrances_by_sort"),
            models.Index(fields=["account", "name"], condition=models.Q(ended=False), name="encumbrances_that_stand"),
            models.Index(fields=["lot", "name"], condition=models.Q(ended=False), name="encumbrances_of_a_lot"),
            models.Index(
                fields=["party", "name"], condition=models.Q(ended=False, sort="pledge"), name="pledges_by_pledgee"
            ),
            models.Index(fields=["until_ms"], condition=models.Q(ended=False, sort="hold"), name="holds_by_expiry"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(left_mg__gte=0), name="encumbrance_binds_no_less_than_nothing")
        ]
