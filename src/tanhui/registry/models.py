"""The ledger's tables, and what stands around the ledger: accounts' holders, lots' projects, orders, retirements.

`Block` and `Leaf` are the journal: the truth, and append-only. `Act` and `Entry` are the same leaves made readable,
append-only too. `Subtree` keeps the inner hashes of the Merkle tree. `Holding` and `Lot` are projections of the
journal: what it says by now. The audit file holds all of them, so that a change to any one is found.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tanhui.certification.models import Project
from tanhui.people.models import Organisation, Person

MOST_MG = 10**18  # a milliard tonnes, well inside 64 bits


class Account(models.Model):
    """Who holds an account of the ledger; the ledger itself knows only the opaque id."""

    account = models.CharField(max_length=64, primary_key=True)
    kind = models.CharField(max_length=20)
    holder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="accounts")
    holder_hash_hex = models.CharField(max_length=64)
    salt_hex = models.CharField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["holder", "kind"], name="one_account_per_holder_and_kind")]


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


class Leaf(models.Model):
    index = models.BigIntegerField(primary_key=True)
    height = models.BigIntegerField(db_index=True)
    kind = models.SmallIntegerField()
    content = models.BinaryField()


class Subtree(models.Model):
    """The hash of a full subtree: 2**level leaves, the `index`-th of that level."""

    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hash_hex = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "index"], name="one_hash_per_subtree")]


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


class Entry(models.Model):
    """One movement: milligrams of one lot between two holdings."""

    index = models.BigIntegerField(primary_key=True)
    height = models.BigIntegerField()
    command_hex = models.CharField(max_length=32, db_index=True)
    lot = models.CharField(max_length=64)
    from_account = models.CharField(max_length=64)
    from_book = models.CharField(max_length=10)
    to_account = models.CharField(max_length=64)
    to_book = models.CharField(max_length=10)
    quantity_mg = models.BigIntegerField()
    serial_first = models.BigIntegerField(null=True)
    serial_last = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["lot", "index"]),
            models.Index(fields=["from_account", "index"]),
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


class Holding(models.Model):
    account = models.CharField(max_length=64)
    lot = models.CharField(max_length=64, db_index=True)
    book = models.CharField(max_length=10)
    quantity_mg = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "lot", "book"], name="one_row_per_holding"),
            # Only the mint goes below zero: by exactly what it has issued.
            models.CheckConstraint(
                condition=models.Q(quantity_mg__gte=0) | models.Q(book="mint"), name="no_holding_below_zero"
            ),
        ]


class Lot(models.Model):
    """One certified period of one project, issued once. `retired_mg` is also the last serial given out."""

    lot = models.CharField(max_length=64, primary_key=True)
    project = models.OneToOneField(Project, on_delete=models.PROTECT, to_field="number", related_name="lot")
    period = models.CharField(max_length=64)
    survey_hash_hex = models.CharField(max_length=64)
    method_hash_hex = models.CharField(max_length=64)
    estimate_hash_hex = models.CharField(max_length=64)
    issued_mg = models.BigIntegerField()
    buffer_mg = models.BigIntegerField()
    retired_mg = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(issued_mg__gt=0, issued_mg__lte=MOST_MG, retired_mg__gte=0)
                & models.Q(retired_mg__lte=models.F("issued_mg"), buffer_mg__lt=models.F("issued_mg")),
                name="lot_retires_no_more_than_issued",
            )
        ]


class OrderState(models.TextChoices):
    WAITING = "waiting", _("等复核")
    DONE = "done", _("已记账")
    REFUSED = "refused", _("没有记账")
    WITHDRAWN = "withdrawn", _("已退回")


class Order(models.Model):
    """A ledger act that one person has prepared and another must approve before it is booked."""

    class Kind(models.TextChoices):
        ISSUE = "issue", _("制发")
        TRANSFER = "transfer", _("流转")
        RETIRE = "retire", _("注销")

    number = models.CharField(max_length=30, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=OrderState.choices, default=OrderState.WAITING)
    project = models.ForeignKey(Project, null=True, on_delete=models.PROTECT, related_name="orders")
    lot = models.CharField(max_length=64)
    source = models.CharField(max_length=64, blank=True)
    target = models.CharField(max_length=64, blank=True)
    quantity_mg = models.BigIntegerField()
    terms = models.JSONField(default=dict)
    command_hex = models.CharField(max_length=32, unique=True)
    requested_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    request_reason = models.TextField()
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.TextField(blank=True)
    refusal = models.JSONField(null=True)

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(condition=models.Q(quantity_mg__gt=0), name="order_has_a_quantity"),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("requested_by")),
                name="two_people_per_order",
            ),
            models.UniqueConstraint(
                fields=["project"],
                condition=models.Q(kind="issue", state__in=["waiting", "done"]),
                name="one_issue_per_project",
            ),
        ]


class Retirement(models.Model):
    """A retirement that was booked, its certificate and the words on it."""

    number = models.CharField(max_length=30, unique=True)
    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="retirement")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="retirements")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="retirements")
    quantity_mg = models.BigIntegerField()
    purpose = models.CharField(max_length=20)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160)
    beneficiary_zh = models.CharField(max_length=120)
    beneficiary_en = models.CharField(max_length=160)
    statement_zh = models.TextField()
    statement_en = models.TextField()
    salt_hex = models.CharField(max_length=32)
    serial_first = models.BigIntegerField()
    serial_last = models.BigIntegerField()
    index = models.BigIntegerField(unique=True)
    retired_at = models.DateTimeField()
    certificate = models.BinaryField()
    certificate_sha256 = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ("-id",)
