"""Organisations, people with one role each, and the trail."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """The roles of the field. A person has one; somebody with two tasks has two sign-ins."""

    OPERATOR = "operator", _("登记机构")
    SURVEYOR = "surveyor", _("外业人员")
    ANALYST = "analyst", _("计量人员")
    REVIEWER = "reviewer", _("评审专家")
    OWNER = "owner", _("项目业主")
    BUYER = "buyer", _("购买方")
    SUPERVISOR = "supervisor", _("监督部门")
    ORGANISER = "organiser", _("活动组织者")


class Organisation(models.Model):
    code = models.CharField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160)
    place_zh = models.CharField(max_length=60, blank=True)
    place_en = models.CharField(max_length=80, blank=True)
    synthetic = models.BooleanField(default=False)


class PersonManager(BaseUserManager["Person"]):
    """Finds people by the name they sign in with."""


class Person(AbstractBaseUser):
    username = models.CharField(max_length=60, unique=True)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80)
    duty_zh = models.CharField(max_length=60, blank=True)
    duty_en = models.CharField(max_length=80, blank=True)
    role = models.CharField(max_length=20, choices=Role.choices)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="people")
    is_active = models.BooleanField(default=True)

    objects: ClassVar[PersonManager] = PersonManager()
    USERNAME_FIELD = "username"


class TrailEntry(models.Model):
    """One act: who, in which role, did what to which thing, why and when. Never changed."""

    at = models.DateTimeField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="trail")
    role = models.CharField(max_length=20, choices=Role.choices)
    act = models.CharField(max_length=40)
    subject = models.CharField(max_length=80)
    reason = models.TextField()
    facts = models.JSONField(default=dict)

    class Meta:
        ordering = ("id",)
        indexes = [models.Index(fields=["subject", "id"]), models.Index(fields=["person", "id"])]
        constraints = [models.CheckConstraint(condition=~models.Q(reason=""), name="trail_has_a_reason")]


class TokenScope(models.TextChoices):
    READ = "read", _("只读")
    WRITE = "write", _("读和写")


class Token(models.Model):
    """A key by which a program acts for one person. The secret itself is shown once and kept nowhere."""

    code = models.CharField(max_length=30, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=80)
    scope = models.CharField(max_length=5, choices=TokenScope.choices)
    secret_hex = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the secret")
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    minute_at = models.DateTimeField(null=True, help_text="the minute that is being counted")
    calls = models.PositiveIntegerField(default=0, help_text="calls in that minute")

    class Meta:
        ordering = ("-id",)


class KeptAnswer(models.Model):
    """What a program was answered, by the key that it sent along: asked again, it is answered the same."""

    token = models.ForeignKey(Token, on_delete=models.CASCADE, related_name="answers")
    key = models.CharField(max_length=100)
    asked_hex = models.CharField(max_length=64, help_text="hash of what was asked under the key")
    status = models.PositiveIntegerField()
    body = models.JSONField()
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="one_answer_per_key")]
