"""What witnesses have answered: their co-signatures, and what went wrong with them. Both tables only grow."""

from django.db import models


class Cosignature(models.Model):
    """One witness has co-signed the checkpoint of one size. The line holds by its key, or it would not be here."""

    vkey = models.CharField(max_length=400)
    name = models.CharField(max_length=255)
    size = models.BigIntegerField()
    line = models.TextField()
    signed_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["vkey", "size"], name="one_cosignature_per_witness_and_size"),
            models.CheckConstraint(condition=models.Q(size__gte=0), name="cosigned_size_is_counted"),
        ]
        indexes = [models.Index(fields=["size"], name="cosignature_by_size")]


class Fault(models.Model):
    """A witness was silent, refused, or lied; or it has seen a history that is not ours."""

    vkey = models.CharField(max_length=400)
    name = models.CharField(max_length=255)
    code = models.CharField(max_length=30)
    size = models.BigIntegerField(help_text="the size that was offered")
    params = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["vkey", "-id"], name="fault_by_witness")]
