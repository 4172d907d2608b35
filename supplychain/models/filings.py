"""What did programs send to be filed, and what became of it?"""

import secrets

from django.db import models
from django.db.models import F, Q

from portal.models import Job, Token, User
from providers.models import Series

from .returns import Return

KEY_LENGTH = 255


class FilingState(models.TextChoices):
    """Where a filing stands. ``filed``: a version of the return says what was sent, be it a draft with its issues."""

    RECEIVED = "received", "waits for a worker"
    CHECKING = "checking", "is being read and checked"
    FILED = "filed", "is stored as a version of the return"
    REFUSED = "refused", "was not stored, for a stated reason"
    FAILED = "failed", "was not stored, through a fault of the portal"


WAITING = (FilingState.RECEIVED, FilingState.CHECKING)


def new_key() -> str:
    """An address that nobody guesses: 192 random bits."""
    return secrets.token_urlsafe(24)


class Filing(models.Model):
    """One request of a program to file a return; its files lie in the folder of its key until it is over."""

    key = models.CharField(max_length=32, unique=True, default=new_key)
    series = models.CharField(max_length=13, choices=Series)
    token = models.ForeignKey(Token, on_delete=models.PROTECT, related_name="filings")
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    idempotency_key = models.CharField(max_length=KEY_LENGTH, null=True, help_text="Empty once it was forgotten.")
    digest = models.CharField(max_length=64, help_text="SHA-256 over series, fields and the digests of the files.")
    body_code = models.CharField(max_length=8, blank=True)
    fields = models.JSONField(help_text="The form's fields as they were sent.")
    files = models.JSONField(help_text="Table, name, SHA-256 and bytes of each file.")
    state = models.CharField(max_length=8, choices=FilingState, default=FilingState.RECEIVED)
    job = models.ForeignKey(Job, null=True, on_delete=models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(null=True)
    of_return = models.ForeignKey(Return, null=True, on_delete=models.PROTECT, related_name="filings")
    already_received = models.BooleanField(default=False, help_text="A version that stood already says the same.")
    report = models.JSONField(null=True)
    code = models.CharField(max_length=40, blank=True)
    sentence = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=FilingState.values), name="filing_state_known"),
            models.UniqueConstraint(fields=["token", "idempotency_key"], name="filing_once_per_key"),
            models.CheckConstraint(
                condition=Q(state__in=WAITING, finished_at=None)
                | ~Q(state__in=WAITING) & Q(finished_at__gte=F("received_at")),
                name="filing_finished_when_over",
            ),
            models.CheckConstraint(
                condition=Q(state=FilingState.FILED, of_return__isnull=False)
                | ~Q(state=FilingState.FILED) & Q(of_return=None),
                name="filing_has_its_return",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} ({self.state})"
