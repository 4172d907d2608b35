"""Who decided that a name or number in a return is, or is not, a certain organisation, on which evidence?"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from .organisations import Series


class MatchDecisionQuerySet(models.QuerySet):
    def standing(self, series: str) -> "MatchDecisionQuerySet":
        """Those of one series that were not taken back."""
        return self.filter(series=series, undone_at=None)


class MatchDecision(models.Model):
    """One decision of a person about who an organisation is. Kept for ever; undoing it is noted on it.

    Ids and names are those of that moment, as text: organisations may be one, or two again, later. ``effects`` holds
    what was changed, so that exactly that can be undone.
    """

    class Verdict(models.TextChoices):
        ACCEPTED = "accepted", "is the same"
        NOT_SAME = "not-same", "is not the same"
        NEW = "new", "is in no register"
        LATER = "later", "to be decided later"
        MERGED = "merged", "two organisations are one"
        SPLIT = "split", "one organisation is two"

    series = models.CharField(max_length=13, choices=Series)
    subject = models.CharField(max_length=40, help_text="Public id of the organisation in question.")
    subject_name = models.CharField(max_length=200)
    candidate = models.CharField(max_length=40, blank=True, help_text="Org-id that was offered; blank where none was.")
    candidate_name = models.CharField(max_length=300, blank=True)
    verdict = models.CharField(max_length=8, choices=Verdict)
    reason = models.CharField(max_length=500, blank=True)
    evidence = models.JSONField(default=dict, help_text="Score and sentences as the person saw them.")
    effects = models.JSONField(default=dict)
    decided_at = models.DateTimeField(db_default=Now())
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    redo_of = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="redone_as")

    objects = MatchDecisionQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    verdict__in=["accepted", "not-same", "new", "later", "merged", "split"],
                ),
                name="matchdecision_verdict_known",
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="matchdecision_undone_pair",
            ),
            models.CheckConstraint(
                condition=~Q(verdict__in=["accepted", "not-same"]) | ~Q(candidate=""),
                name="matchdecision_about_somebody",
            ),
        ]
        indexes = [models.Index(fields=["series", "subject"], name="matchdecision_subject")]

    def __str__(self) -> str:
        return f"{self.subject_name} {self.get_verdict_display()} {self.candidate or ''}".strip()
