"""What stands around the ledger: accounts' holders, commands on their way, orders, retirements."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tanhui.certification.models import Project
from tanhui.people.models import Organisation, Person
from tanhui.registry.models.ledger import Lot


class Account(models.Model):
    """Who holds an account of the ledger; the ledger itself knows only the opaque id."""

    account = models.CharField(max_length=64, primary_key=True)
    kind = models.CharField(max_length=20)
    holder = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="accounts")
    holder_hash_hex = models.CharField(max_length=64)
    salt_hex = models.CharField(max_length=32)

    class Meta:
        # One open account per holder and kind: a trigger sees to it, since what is closed stands in `LedgerAccount`.
        indexes = [models.Index(fields=["holder", "kind"], name="accounts_of_a_holder")]


class QueuedCommand(models.Model):
    """A command on its way to the one writer, and the answer it got. Answered rows go after a while: `Act` has them.

    `follow_up` and `facts` are what is to be done once it is answered, by whoever comes first.
    """

    command_hex = models.CharField(max_length=32, db_index=True)
    command = models.BinaryField()
    sent_at = models.DateTimeField()
    follow_up = models.CharField(max_length=20, blank=True)
    facts = models.JSONField(default=dict)
    followed_up = models.BooleanField(default=False)
    code = models.CharField(max_length=60, blank=True, help_text="done, or why not; empty while it waits")
    params = models.JSONField(default=dict)
    height = models.BigIntegerField(null=True)
    index = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=models.Q(code=""), name="commands_that_wait"),
            models.Index(fields=["height"], name="commands_of_a_block"),
            models.Index(
                fields=["id"],
                condition=models.Q(followed_up=False) & ~models.Q(follow_up=""),
                name="commands_to_follow_up",
            ),
        ]


class OrderState(models.TextChoices):
    WAITING = "waiting", _("等复核")
    SIGNED = "signed", _("等记账")
    DONE = "done", _("已记账")
    REFUSED = "refused", _("没有记账")
    WITHDRAWN = "withdrawn", _("已退回")


COUNTED_BY_THE_LEDGER = [
    *("freeze", "unfreeze", "correct", "void"),
    *("correspond_confirm", "correspond_return", "close_account"),
]
"""Kinds of order that may have no quantity of their own."""


ASKED_OF_A_LOT = ("correspond_in", "correspond_confirm", "correspond_return", "distribute")


class Order(models.Model):
    """A ledger act that one person has prepared and another must approve before it is booked.

    Its kind is the name of the act. `source` is the account that gives or is bound, `target` the one that receives or
    is secured. What has no lot or no quantity of its own (a whole account is frozen, the ledger counts) leaves it out.
    """

    class Kind(models.TextChoices):
        ISSUE = "issue", _("制发")
        TRANSFER = "transfer", _("流转")
        RETIRE = "retire", _("注销")
        FREEZE = "freeze", _("冻结")
        UNFREEZE = "unfreeze", _("解冻")
        PLEDGE = "pledge", _("质押")
        RELEASE = "release", _("解押")
        FORECLOSE = "foreclose", _("处置")
        REVOKE = "revoke", _("撤销")
        REVERSE = "reverse", _("逆转")
        CORRECT = "correct", _("更正")
        HOLD = "hold", _("占用")
        POST = "post", _("成交")
        VOID = "void", _("撤回占用")
        DISTRIBUTE = "distribute", _("分发")
        CORRESPOND_OUT = "correspond_out", _("转出外区")
        CORRESPOND_IN = "correspond_in", _("外区转入")
        CORRESPOND_CONFIRM = "correspond_confirm", _("外区确认")
        CORRESPOND_RETURN = "correspond_return", _("外区退回")
        CLOSE_ACCOUNT = "close_account", _("销户")

    number = models.CharField(max_length=30, unique=True)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=OrderState.choices, default=OrderState.WAITING)
    project = models.ForeignKey(Project, null=True, on_delete=models.PROTECT, related_name="orders")
    lot = models.CharField(max_length=64, blank=True)
    source = models.CharField(max_length=64, blank=True)
    target = models.CharField(max_length=64, blank=True)
    quantity_mg = models.BigIntegerField(null=True)
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
        indexes = [
            models.Index(fields=["state", "id"], name="orders_by_state"),
            # What pages ask of a lot: what came from and went to other regions, and whether a list was used before.
            models.Index(fields=["lot", "kind"], condition=models.Q(kind__in=ASKED_OF_A_LOT), name="orders_of_a_lot"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quantity_mg__gt=0)
                | models.Q(quantity_mg__isnull=True, kind__in=COUNTED_BY_THE_LEDGER),
                name="order_has_a_quantity",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("requested_by")),
                name="two_people_per_order",
            ),
            models.UniqueConstraint(
                fields=["project"],
                condition=models.Q(kind="issue", state__in=["waiting", "signed", "done"]),
                name="one_issue_per_project",
            ),
        ]

    @property
    def asked_mg(self) -> int:
        """The quantity of an order of a kind that always has one."""
        assert self.quantity_mg is not None
        return self.quantity_mg


class Part(models.Model):
    """One line of a distribution: who is to receive how much. `row` is where it stood in the list that was sent."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="parts")
    row = models.PositiveIntegerField()
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    quantity_mg = models.BigIntegerField()

    class Meta:
        ordering = ("row",)
        constraints = [
            models.UniqueConstraint(fields=["order", "row"], name="one_part_per_row"),
            models.UniqueConstraint(fields=["order", "account"], name="one_part_per_receiver"),
            models.CheckConstraint(condition=models.Q(quantity_mg__gt=0), name="part_gives_something"),
        ]


class Paper(models.Model):
    """The document that an entry with another region rests on, byte for byte. The ledger has a hash over its hash."""

    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="paper")
    name = models.CharField(max_length=120)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)


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
        indexes = [models.Index(fields=["lot", "serial_first"], name="retirements_by_serial")]
