"""What was filed, in which versions, by whom, from which files, and what did the rules find? Private.

The rows of a return are in ``lines``.
"""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from portal.money import MoneyField
from portal.quarters import Quarter, QuarterField, starts_a_quarter
from providers.models import Organisation
from supplychain.states import LIVE_RETURN_STATES, ReturnState

from .bodies import Body

PERSON = settings.AUTH_USER_MODEL
BOUND = "('accepted', 'published', 'superseded')"
REFUSED = "RAISE EXCEPTION 'R07: what was accepted is not edited.' USING ERRCODE = 'check_violation';"
# What still changes on the return itself: its state, and all about an acceptance that is taken back.
FREE = "'state', 'lock_version'"
FREE_TAKEN_BACK = (
    "'accepted_at', 'accepted_by_id', 'accepted_digest', 'sent_back_at', 'sent_back_by_id', 'sent_back_reason'"
)


def bound_with_return() -> list[pgtrigger.Trigger]:
    """Once a return is accepted, rows of it are neither added, changed nor removed: a look at each whole statement."""
    sides = {pgtrigger.Insert: ("new",), pgtrigger.Update: ("old", "new"), pgtrigger.Delete: ("old",)}
    return [
        pgtrigger.Trigger(
            name=f"bound_with_return_{str(operation).lower()}",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=operation,
            referencing=pgtrigger.Referencing(**{side: f"{side}_rows" for side in touched}),
            func=f"""
                IF EXISTS (
                    SELECT FROM supplychain_return
                    WHERE state IN {BOUND}
                      AND id IN ({" UNION ".join(f"SELECT of_return_id FROM {side}_rows" for side in touched)})
                ) THEN
                    {REFUSED}
                END IF;
                RETURN NULL;
            """,  # noqa: S608 - nothing but our own words
        )
        for operation, touched in sides.items()
    ]


def person(**kwargs) -> models.ForeignKey:
    """Who did it: never deleted while something names them."""
    return models.ForeignKey(PERSON, null=True, blank=True, on_delete=models.PROTECT, related_name="+", **kwargs)


def pair(name: str) -> models.CheckConstraint:
    """The constraint that ``<name>_at`` and ``<name>_by`` stand together or not at all."""
    return models.CheckConstraint(
        condition=Q(**{f"{name}_at": None, f"{name}_by": None})
        | Q(**{f"{name}_at__isnull": False, f"{name}_by__isnull": False}),
        name=f"%(class)s_{name}_pair",
    )


class ReturnKind(models.TextChoices):
    """Where a return comes from. No figure mixes them."""

    FILED = "filed", "filed by a contract manager"
    COMPILED = "compiled", "compiled from public records"
    DEMONSTRATION = "demonstration", "demonstration"


class ReturnQuerySet(models.QuerySet):
    def live(self) -> "ReturnQuerySet":
        """Those still on their way: draft to accepted."""
        return self.filter(state__in=LIVE_RETURN_STATES)

    def of(self, body_code: str, quarter: Quarter) -> "ReturnQuerySet":
        """All versions for one body and quarter."""
        return self.filter(body_id=body_code, quarter=quarter)


@pghistory.track()
class Return(models.Model):
    """Everything one reporting body says about one quarter, one version of it."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="returns")
    quarter = QuarterField()
    version = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=13, choices=ReturnKind)
    state = models.CharField(max_length=10, choices=ReturnState, default=ReturnState.DRAFT)
    lock_version = models.PositiveIntegerField(
        default=0, help_text="Counts the changes; a change names the one it saw."
    )
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the canonical content of all tables.")
    accepted_digest = models.CharField(max_length=64, blank=True)
    rules_version = models.CharField(max_length=40, blank=True)
    issue_counts = models.JSONField(default=dict)

    nil = models.BooleanField(default=False)
    rows_stated = models.PositiveIntegerField(null=True)
    total_tier_2_stated = MoneyField(null=True)
    income_gbp = MoneyField(
        null=True, help_text="Received from the Ministry in the quarter; empty is published as not disclosed."
    )
    expected_caseload = models.PositiveIntegerField(null=True)
    actual_caseload = models.PositiveIntegerField(null=True)

    replaces = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")
    correction_reason = models.TextField(blank=True, help_text="What changed and why; public with the correction.")

    prepared_at = models.DateTimeField()
    prepared_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    submitted_by = person()
    sent_back_at = models.DateTimeField(null=True)
    sent_back_by = person()
    sent_back_reason = models.TextField(blank=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = person()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = person()
    withdrawn_reason = models.TextField(blank=True)

    objects = ReturnQuerySet.as_manager()

    class Meta:
        ordering = ["body", "quarter", "version"]
        constraints = [
            starts_a_quarter("quarter", "return_quarter"),
            models.CheckConstraint(condition=Q(state__in=ReturnState.values), name="return_state_known"),
            models.CheckConstraint(condition=Q(kind__in=ReturnKind.values), name="return_kind_known"),
            models.UniqueConstraint(fields=["body", "quarter", "version"], name="return_version_once"),
            models.UniqueConstraint(
                fields=["body", "quarter"], condition=Q(state__in=LIVE_RETURN_STATES), name="return_one_live"
            ),
            models.UniqueConstraint(
                fields=["body", "quarter"], condition=Q(state="published"), name="return_one_published"
            ),
            models.CheckConstraint(
                condition=Q(accepted_by=None) | ~Q(accepted_by=F("prepared_by")) & ~Q(accepted_by=F("submitted_by")),
                name="return_accepted_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "published", "superseded"])
                | Q(accepted_by__isnull=False, accepted_digest=F("digest")),
                name="return_accepted_as_it_stands",
            ),
            models.CheckConstraint(
                condition=Q(replaces=None) | ~Q(correction_reason=""), name="return_correction_explained"
            ),
            *[pair(name) for name in ("prepared", "submitted", "sent_back", "accepted", "withdrawn")],
        ]
        triggers = [
            pgtrigger.Trigger(
                name="bound_once_accepted",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition(f"OLD.state IN {BOUND}"),
                declare=[("free", "text[]")],
                func=f"""
                    IF TG_OP = 'DELETE' THEN
                        {REFUSED}
                    END IF;
                    free := ARRAY[{FREE}];
                    IF NEW.state = 'sent-back' THEN
                        free := free || ARRAY[{FREE_TAKEN_BACK}];
                    END IF;
                    IF (OLD.state = 'accepted' AND NEW.state NOT IN ('accepted', 'published', 'sent-back'))
                       OR (OLD.state = 'published' AND NEW.state NOT IN ('published', 'superseded'))
                       OR (OLD.state = 'superseded' AND NEW.state <> 'superseded')
                       OR to_jsonb(NEW) - free IS DISTINCT FROM to_jsonb(OLD) - free THEN
                        {REFUSED}
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.body_id} {self.quarter} version {self.version} ({self.state})"


class Upload(models.Model):
    """A file as it was sent, kept by its digest; ``name`` is what the sender called it, as text only."""

    of_return = models.ForeignKey(Return, on_delete=models.CASCADE, related_name="uploads")
    table = models.CharField(max_length=12, help_text="funding, kpi, own_delivery, control, or workbook.")
    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    bytes = models.PositiveBigIntegerField()
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        triggers = bound_with_return()
        constraints = [pair("uploaded")]


@pghistory.track()
class Agreement(models.Model):
    """Who funds whom:

    (body, reference) for ever the same payee; a new payee needs a new reference. Made when a return is accepted.
    """

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="agreements")
    ref = models.CharField(max_length=60)
    payee = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="agreements")
    first_quarter = QuarterField()

    class Meta:
        ordering = ["body", "ref"]
        constraints = [
            models.UniqueConstraint(fields=["body", "ref"], name="agreement_once"),
            starts_a_quarter("first_quarter", "agreement_quarter"),
        ]


@pghistory.track()
class RuleVersion(models.Model):
    """How severe a rule is, and with which thresholds, from a day on.

    The words are in ``supplychain.filing.rules``; people change it with ``supplychain.actions.rules``.
    """

    rule = models.CharField(max_length=4)
    valid_from = models.DateField()
    severity = models.CharField(
        max_length=11, choices=[("error", "error"), ("warning", "warning"), ("information", "information")]
    )
    thresholds = models.JSONField(default=dict)
    reason = models.CharField(max_length=300)

    class Meta:
        ordering = ["rule", "valid_from"]
        constraints = [models.UniqueConstraint(fields=["rule", "valid_from"], name="ruleversion_once")]


class ReturnIssue(models.Model):
    """One finding on a return, as it was shown to the people of the return; at most 1,000 are kept, the counts are
    complete.
    """

    of_return = models.ForeignKey(Return, on_delete=models.CASCADE, related_name="issues")
    rule = models.CharField(max_length=4)
    severity = models.CharField(max_length=11)
    table = models.CharField(max_length=12, blank=True)
    row = models.PositiveIntegerField(null=True)
    column = models.CharField(max_length=40, blank=True)
    letter = models.CharField(max_length=4, blank=True)
    value = models.CharField(max_length=80, blank=True)
    message = models.TextField()
    expected = models.TextField(blank=True)
    fix = models.TextField(blank=True)

    class Meta:
        ordering = ["of_return", "table", "row", "column", "rule"]
        triggers = bound_with_return()


class Explanation(models.Model):
    """The coded answer to a warning of one rule on one return (its code is public, its note is not)."""

    of_return = models.ForeignKey(Return, on_delete=models.CASCADE, related_name="explanations")
    rule = models.CharField(max_length=4)
    code = models.CharField(max_length=30)
    note = models.TextField(blank=True)
    given_at = models.DateTimeField(db_default=Now())
    given_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")

    class Meta:
        triggers = bound_with_return()
        constraints = [models.UniqueConstraint(fields=["of_return", "rule"], name="explanation_once"), pair("given")]


@pghistory.track()
class Withholding(models.Model):
    """A request that the amounts of one agreement stay unpublished: ground, public interest, second person, expiry."""

    class Ground(models.TextChoices):
        COMMERCIAL = "commercial"
        CONFIDENCE = "confidence"
        SAFETY = "safety"
        PERSONAL_DATA = "personal-data"

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="withholdings")
    agreement_ref = models.CharField(max_length=60)
    ground = models.CharField(max_length=13, choices=Ground)
    public_interest = models.TextField(help_text="Why keeping it back outweighs the public interest in it.")
    expires_on = models.DateField()
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    accepted_by = person()

    class Meta:
        constraints = [
            pair("requested"),
            pair("accepted"),
            models.CheckConstraint(
                condition=Q(accepted_by=None) | ~Q(accepted_by=F("requested_by")), name="withholding_two_people"
            ),
        ]
