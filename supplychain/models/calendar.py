"""By when is a return due, and when does a publication go public?

Held in the database: any tick does what is due, and nothing else.
"""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from portal.quarters import QuarterField, starts_a_quarter
from providers.models import Series

from .bodies import Body


@pghistory.track()
class FilingWindow(models.Model):
    """From when to when returns for a quarter are taken.

    No ``due_at`` means that no date was ever set, so nothing is late.
    """

    series = models.CharField(max_length=13, choices=Series)
    quarter = QuarterField()
    opens_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    closes_at = models.DateTimeField(
        null=True, help_text="After this only a correction of a published return is taken."
    )

    class Meta:
        ordering = ["series", "quarter"]
        constraints = [
            models.UniqueConstraint(fields=["series", "quarter"], name="filingwindow_once"),
            models.CheckConstraint(condition=Q(due_at__gt=models.F("opens_at")), name="filingwindow_due_after_opening"),
            starts_a_quarter("quarter", "filingwindow_quarter"),
        ]


@pghistory.track()
class Extension(models.Model):
    """A later due date for one body, granted before or after the first one passed."""

    body = models.ForeignKey(Body, on_delete=models.CASCADE)
    quarter = QuarterField()
    due_at = models.DateTimeField()
    reason = models.CharField(max_length=300)
    granted_at = models.DateTimeField()
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["body", "quarter"], name="extension_once"),
            starts_a_quarter("quarter", "extension_quarter"),
        ]


@pghistory.track()
class Release(models.Model):
    """The announced moment (09:30 in London as a rule) at which a disclosure or an audit goes public, with who
    announced it.
    """

    series = models.CharField(max_length=13, choices=Series)
    kind = models.CharField(max_length=10, choices=[("disclosure", "quarterly disclosure"), ("audit", "annual audit")])
    period = models.CharField(max_length=10, help_text="2018-19 Q1, or 2018-19 for an audit.")
    version = models.PositiveSmallIntegerField()
    goes_public_at = models.DateTimeField()
    note = models.CharField(max_length=300, blank=True, help_text="Why a date was changed.")
    announced_at = models.DateTimeField()
    announced_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["goes_public_at"]
        constraints = [models.UniqueConstraint(fields=["series", "kind", "period", "version"], name="release_once")]
