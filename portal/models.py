"""Who may sign in and with which role, and what work is still to be done?

People with their dated roles and their programs' tokens, and the jobs that PostgreSQL holds as the record of work
(``portal.jobs`` runs them).
"""

import datetime as dt
import hashlib

import pghistory
from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now


class Role(models.TextChoices):
    """What a person does for the department; each role is granted for one body or for all."""

    PREPARER = "preparer", "prepares returns"
    ACCEPTER = "accepter", "reviews and accepts returns"
    PUBLISHER = "publisher", "builds, schedules and publishes"
    AUDITOR = "auditor", "carries out the yearly audit"
    ADMIN = "admin", "grants roles and keeps the reference data"


class User(AbstractUser):
    """A person of the department. Pages for the public never show a name: they show ``post``, if anything."""

    post = models.CharField(
        max_length=120, blank=True, help_text="The post as it may be published, such as “Contract manager, North East”."
    )

    def check_password(self, raw_password: str | None) -> bool:
        """Is it the password? Unlike Django's own this never writes a newer hash: signing in may read people only."""
        return check_password(raw_password, self.password)


class SignInAttempt(models.Model):
    """One attempt to sign in that has not succeeded, so that nobody tries passwords without end.

    ``account`` is a digest: what is typed into the wrong field may be a password.
    """

    account = models.CharField(max_length=64)
    address = models.CharField(
        max_length=50, help_text="The network that asks, as portal.clients tells networks apart."
    )
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["account", "at"], name="signinattempt_by_account"),
            models.Index(fields=["address", "at"], name="signinattempt_by_address"),
        ]


@pghistory.track()
class RoleGrant(models.Model):
    """One role of one person, for one reporting body (by its code) or for all (blank), for a time."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="role_grants")
    role = models.CharField(max_length=12, choices=Role)
    body_code = models.CharField(max_length=8, blank=True)
    during = DateRangeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="rolegrant_role_known"),
            ExclusionConstraint(
                name="rolegrant_once_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("body_code", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} as {self.role} of {self.body_code or 'all bodies'}"


class Scope(models.TextChoices):
    """What a token may be used for."""

    FILE = "returns:file", "file returns"
    READ = "returns:read", "read what became of filings"


class TokenQuerySet(models.QuerySet):
    def usable(self, text: str, at: dt.datetime) -> "TokenQuerySet":
        """The token with this text, where it can be used at that moment.

        Found by its digest, so that neither time nor words tell a wrong one from an expired or revoked one.
        """
        digest = hashlib.sha256(text.encode(errors="replace")).hexdigest()
        return self.filter(digest=digest, revoked_at=None, expires_at__gt=at, user__is_active=True)


class Token(models.Model):
    """A key with which a program acts as a person, within the roles that the person has when it is used.

    Only the digest of its text is kept; ``prefix`` is the part by which people know it again.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=60, help_text="What it is for, in the person's words.")
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope))
    body_code = models.CharField(max_length=8, blank=True, help_text="Blank: all bodies that the person's roles reach.")
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    last_used_at = models.DateTimeField(null=True, help_text="To the minute.")
    used_that_minute = models.PositiveIntegerField(default=0)

    objects = TokenQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None) | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="token_revoked_pair",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__lte=F("issued_at") + dt.timedelta(days=366)), name="token_expires_within_a_year"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prefix} of {self.user}"


class JobState(models.TextChoices):
    """Where a job or one of its steps stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


LIVE_JOB_STATES = [JobState.WAITING, JobState.RUNNING]


class Job(models.Model):
    """A piece of work that has to be done once, whoever does it and however often it is tried.

    ``fence`` counts the leases: whoever holds an older number can no longer finish a step. ``subject`` and
    ``payload`` hold plain values, never objects of a higher floor.
    """

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=120, help_text="At most one live job has this key.")
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=JobState, default=JobState.WAITING)
    fence = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    worker = models.CharField(max_length=80, blank=True)
    rung_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(null=True)
    failure = models.TextField(blank=True, help_text="Why it failed or was stopped, in a sentence.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(state__in=LIVE_JOB_STATES), name="job_one_live_per_key"
            ),
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="job_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=LIVE_JOB_STATES, finished_at=None)
                | ~Q(state__in=LIVE_JOB_STATES) & Q(finished_at__isnull=False),
                name="job_finished_when_over",
            ),
        ]
        indexes = [models.Index(fields=["state", "rung_at"], name="job_to_ring")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} ({self.state})"


class JobStep(models.Model):
    """One named part of a job, done within a single transaction and in order of ``number``.

    ``attempts`` is counted before the work.
    """

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="steps")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60)
    state = models.CharField(max_length=8, choices=JobState, default=JobState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["job", "number"]
        constraints = [
            models.UniqueConstraint(fields=["job", "number"], name="jobstep_number_once"),
            models.UniqueConstraint(fields=["job", "name"], name="jobstep_name_once"),
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="jobstep_state_known"),
        ]


class JobLog(models.Model):
    """What happened to a job, line by line, for those who look after it. Kept, never changed."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="log")
    at = models.DateTimeField(db_default=Now())
    fence = models.PositiveIntegerField()
    text = models.TextField()

    class Meta:
        ordering = ["id"]


class PublicChange(models.Model):
    """A transaction that wrote to a table which the public may read; triggers note it (``portal.database_roles``).

    Whoever keeps a public page in memory knows by these rows whether it still holds.
    """

    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["id"]
