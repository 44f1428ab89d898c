"""What checks of the whole ledger found, and the stops of writing."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tanhui.people.models import Person


class LedgerCheck(models.Model):
    """One check of journal and tables. `faults` are the first of them: [{code, place, words}]."""

    at = models.DateTimeField()
    height = models.BigIntegerField(help_text="the block up to which the tables stood")
    fault_count = models.PositiveIntegerField()
    faults = models.JSONField(default=list)

    class Meta:
        ordering = ("-id",)


class RecomputedEstimate(models.Model):
    """An estimate that a check has computed anew from its evidence: what came out, and by which code.

    `document_sha256` is that of what came out, not of what stands in the estimate's table.
    """

    survey_hash_hex = models.CharField(max_length=64)
    method_hash_hex = models.CharField(max_length=64)
    code_hex = models.CharField(max_length=64)
    document_sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["survey_hash_hex", "method_hash_hex"], name="one_result_per_survey_and_method"
            )
        ]


class StopCause(models.TextChoices):
    CHECK = "check", _("账本核对不上")
    JOURNAL = "journal", _("记账程序接不下去")
    CLOCK = "clock", _("机器的钟跳得太远")
    RESTORED = "restored", _("账本是从备份恢复的，比给出去的短")


class WritingStop(models.Model):
    """While one stands, the writer adds no block. A person lifts it, for a reason, after a check without a fault.

    A stop by a check has its faults there; other stops have their own, in the same form.
    """

    cause = models.CharField(max_length=10, choices=StopCause.choices, default=StopCause.CHECK)
    check_found = models.OneToOneField(LedgerCheck, null=True, on_delete=models.PROTECT, related_name="stop")
    height = models.BigIntegerField(default=0, help_text="the block at which writing stopped")
    faults = models.JSONField(default=list)
    at = models.DateTimeField()
    lifted = models.BooleanField(default=False)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    lift_reason = models.TextField(blank=True)

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=["lifted"], condition=models.Q(lifted=False), name="one_writing_stop_at_a_time"
            ),
            models.CheckConstraint(
                condition=models.Q(lifted=False, lifted_at=None, lifted_by=None, lift_reason="")
                | (models.Q(lifted=True, lifted_at__isnull=False, lifted_by__isnull=False) & ~models.Q(lift_reason="")),
                name="stop_is_lifted_by_somebody_for_a_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(cause="check", check_found__isnull=False)
                | (~models.Q(cause="check") & models.Q(check_found__isnull=True)),
                name="stop_by_a_check_names_it",
            ),
        ]
