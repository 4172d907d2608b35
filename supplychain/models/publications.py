"""What was published, in which versions and files, and what was taken back? Shared by disclosures and, above this
app, audits.

``Publication`` moves through ``states.PUBLICATION_MOVES``; once it is published its identity, digest and files are
frozen by triggers. There is at most one published version of a period: that row is the pointer that readers follow.
"""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from portal.models import Job
from portal.quarters import Quarter
from providers.models import Series
from supplychain.states import LIVE_PUBLICATION_STATES, PUBLIC_STATES, PublicationState

from .returns import Return, pair, person

FROZEN_STATES = "('published', 'superseded')"


class PublicationKind(models.TextChoices):
    """What kind of thing is published."""

    DISCLOSURE = "disclosure", "quarterly supply-chain disclosure"
    AUDIT = "audit", "annual supply-chain audit"


class PublicationQuerySet(models.QuerySet):
    def in_series(self, series: str) -> "PublicationQuerySet":
        """Those of one world."""
        return self.filter(series=series)

    def disclosures(self) -> "PublicationQuerySet":
        """Quarterly disclosures only."""
        return self.filter(kind=PublicationKind.DISCLOSURE)

    def public(self) -> "PublicationQuerySet":
        """Those that anyone may see: published, or superseded by a later version."""
        return self.filter(state__in=PUBLIC_STATES)

    def current(self) -> "PublicationQuerySet":
        """The one valid version of each period."""
        return self.filter(state=PublicationState.PUBLISHED)

    def of(self, series: str, quarter: Quarter) -> "PublicationQuerySet":
        """All versions of one quarter's disclosure."""
        return self.disclosures().in_series(series).filter(period=str(quarter))


@pghistory.track()
class Publication(models.Model):
    """One version of what is published for a period (``2018-19 Q1``) in one series."""

    series = models.CharField(max_length=13, choices=Series)
    kind = models.CharField(max_length=10, choices=PublicationKind, default=PublicationKind.DISCLOSURE)
    period = models.CharField(max_length=10)
    version = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=PublicationState, default=PublicationState.OPEN)
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of manifest.json.")
    inputs_digest = models.CharField(
        max_length=64, blank=True, help_text="SHA-256 over the returns that went in; tells a stale build."
    )
    rules_version = models.CharField(max_length=40, blank=True)
    totals_pence = models.JSONField(default=dict, help_text="By tier, shown lines only.")
    lines_without_amount = models.JSONField(default=dict, help_text="By tier, how many lines the totals lack.")
    previous = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="next_versions")
    job = models.ForeignKey(Job, null=True, on_delete=models.PROTECT, related_name="+")
    correction_notice = models.TextField(blank=True, help_text="Public: what was corrected and why.")

    opened_at = models.DateTimeField(db_default=Now())
    built_at = models.DateTimeField(null=True)
    scheduled_at = models.DateTimeField(null=True)
    scheduled_by = person()
    published_at = models.DateTimeField(null=True)
    published_by = person()
    redacted_at = models.DateTimeField(null=True, help_text="When its files were withdrawn; tombstones stay.")

    objects = PublicationQuerySet.as_manager()

    class Meta:
        ordering = ["series", "kind", "period", "version"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=PublicationState.values), name="publication_state_known"),
            models.CheckConstraint(condition=Q(series__in=Series.values), name="publication_series_known"),
            models.UniqueConstraint(fields=["series", "kind", "period", "version"], name="publication_version_once"),
            models.UniqueConstraint(
                fields=["series", "kind", "period"],
                condition=Q(state__in=LIVE_PUBLICATION_STATES),
                name="publication_one_in_work",
            ),
            models.UniqueConstraint(
                fields=["series", "kind", "period"], condition=Q(state="published"), name="publication_one_published"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["built", *PUBLIC_STATES]) | ~Q(digest="") & Q(built_at__isnull=False),
                name="publication_built_has_digest",
            ),
            models.CheckConstraint(
                condition=Q(state__in=PUBLIC_STATES, published_at__isnull=False)
                | ~Q(state__in=PUBLIC_STATES) & Q(published_at=None),
                name="publication_published_when",
            ),
            models.CheckConstraint(
                condition=Q(version=1) | ~Q(state__in=PUBLIC_STATES) | ~Q(correction_notice=""),
                name="publication_correction_noticed",
            ),
            pair("scheduled"),
            pair("published"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="frozen_once_published",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition(f"OLD.state IN {FROZEN_STATES}"),
                func="""
                    IF TG_OP = 'DELETE' THEN
                        RAISE EXCEPTION 'A published version is never deleted.' USING ERRCODE = 'check_violation';
                    END IF;
                    IF (NEW.series, NEW.kind, NEW.period, NEW.version, NEW.digest, NEW.inputs_digest, NEW.totals_pence::text,
                        NEW.published_at, NEW.published_by_id, NEW.correction_notice)
                       IS DISTINCT FROM
                       (OLD.series, OLD.kind, OLD.period, OLD.version, OLD.digest, OLD.inputs_digest, OLD.totals_pence::text,
                        OLD.published_at, OLD.published_by_id, OLD.correction_notice)
                       OR (OLD.state = 'superseded' AND NEW.state <> 'superseded')
                       OR NEW.state NOT IN ('published', 'superseded') THEN
                        RAISE EXCEPTION 'A published version is frozen.' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,  # noqa: E501
            ),
            pgtrigger.Trigger(
                name="publisher_prepared_none",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Condition("NEW.state = 'published' AND OLD.state <> 'published'"),
                func="""
                    IF EXISTS (
                        SELECT 1 FROM supplychain_publicationreturn AS part
                        JOIN supplychain_return AS filed ON filed.id = part.of_return_id
                        WHERE part.publication_id = NEW.id AND NEW.published_by_id IN (filed.prepared_by_id, filed.submitted_by_id)
                    ) THEN
                        RAISE EXCEPTION 'The publisher prepared one of the returns.' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,  # noqa: E501
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.period} v{self.version} ({self.series}, {self.state})"

    @property
    def quarter(self) -> Quarter:
        """The quarter of a disclosure."""
        return Quarter.parse(self.period)

    @property
    def is_current(self) -> bool:
        return self.state == PublicationState.PUBLISHED

    @property
    def folder(self) -> str:
        """Where its files lie below ``settings.PORTAL_FILES``: ``real/2018-19-q1/v1``."""
        return f"{self.series}/{self.quarter.slug}/v{self.version}"

    @property
    def address(self) -> str:
        """Its page: ``/disclosures/2018-19-q1/v1/``, below the demonstration's prefix where it belongs there."""
        return f"{series_prefix(self.series)}/disclosures/{self.quarter.slug}/v{self.version}/"


def series_prefix(series: str) -> str:
    """What stands before every address of a series: nothing, or ``/demonstration``."""
    return "/demonstration" if series == Series.DEMONSTRATION else ""


def frozen_with_publication() -> list[pgtrigger.Trigger]:
    """Rows of a publication can be rewritten while it is being built, and never once it is public.

    One look at all rows of a statement: looking at each row took twenty times as long as writing it.
    """
    touched = {
        pgtrigger.Insert: "SELECT publication_id FROM new_rows",
        pgtrigger.Update: "SELECT publication_id FROM old_rows UNION SELECT publication_id FROM new_rows",
        pgtrigger.Delete: "SELECT publication_id FROM old_rows",
    }
    return [
        pgtrigger.Trigger(
            name=f"frozen_with_publication_{str(operation).lower()}",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=operation,
            referencing=pgtrigger.Referencing(
                old="old_rows" if "old_rows" in rows else None, new="new_rows" if "new_rows" in rows else None
            ),
            func=f"""
                IF EXISTS (
                    SELECT FROM supplychain_publication WHERE state IN {FROZEN_STATES} AND id IN ({rows})
                ) THEN
                    RAISE EXCEPTION 'Rows of a published version are frozen.' USING ERRCODE = 'check_violation';
                END IF;
                RETURN NULL;
            """,
        )
        for operation, rows in touched.items()
    ]


class PublicationReturn(models.Model):
    """Which version of which body's return went into a publication. Private: the manifest tells the public part."""

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="parts")
    of_return = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="publications")
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["publication", "of_return"], name="publicationreturn_once")]
        triggers = frozen_with_publication()


class PublishedFile(models.Model):
    """One file of a publication, with what anyone can check of it. ``rows`` is empty for files that are not tables."""

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=80)
    bytes = models.PositiveBigIntegerField()
    rows = models.PositiveIntegerField(null=True)
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["publication", "name"]
        constraints = [models.UniqueConstraint(fields=["publication", "name"], name="publishedfile_once")]
        triggers = frozen_with_publication()


class ChainLink(models.Model):
    """The chain over all publications of a series: each link carries the digest of the one before, so history can't
    be rewritten unseen.

    ``link`` is SHA-256 of ``number,period,version,manifest_sha256,published_at,previous_link`` as the line stands in
    chain.csv.
    """

    series = models.CharField(max_length=13, choices=Series)
    number = models.PositiveIntegerField()
    publication = models.OneToOneField(Publication, on_delete=models.PROTECT, related_name="chain_link")
    manifest_sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField()
    previous_link = models.CharField(max_length=64, blank=True)
    link = models.CharField(max_length=64)

    class Meta:
        ordering = ["series", "number"]
        constraints = [
            models.UniqueConstraint(fields=["series", "number"], name="chainlink_number_once"),
            models.CheckConstraint(
                condition=Q(number=1, previous_link="") | Q(number__gt=1) & ~Q(previous_link=""),
                name="chainlink_linked",
            ),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]


class TakedownReason(models.TextChoices):
    """The class of reason that is published with a tombstone."""

    SAFETY = "safety", "the safety of people"
    PERSONAL_DATA = "personal-data", "personal data"
    CONFIDENCE = "confidence", "a duty of confidence"
    LEGAL = "legal", "an order of a court or another legal duty"


class Redaction(models.Model):
    """What must no longer be published of one line:

    asked for by one person, confirmed by another, applied to every later build.
    """

    class Part(models.TextChoices):
        PROVIDER = "provider", "who the provider is"
        SUMMARY = "service_summary", "the summary of the service"
        AREAS = "area_codes", "the areas"

    series = models.CharField(max_length=13, choices=Series)
    period = models.CharField(max_length=10)
    body_code = models.CharField(max_length=8)
    agreement_ref = models.CharField(max_length=60)
    part = models.CharField(max_length=20, choices=Part)
    reason = models.CharField(max_length=13, choices=TakedownReason)
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = person()

    class Meta:
        constraints = [
            pair("requested"),
            pair("confirmed"),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("requested_by")), name="redaction_two_people"
            ),
            models.UniqueConstraint(
                fields=["series", "period", "body_code", "agreement_ref", "part"], name="redaction_once"
            ),
        ]


class Tombstone(models.Model):
    """What stands where a withdrawn file stood: its digest and size, the class of reason, and when. Public."""

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="tombstones")
    name = models.CharField(max_length=80)
    sha256 = models.CharField(max_length=64)
    bytes = models.PositiveBigIntegerField()
    reason = models.CharField(max_length=13, choices=TakedownReason)
    removed_at = models.DateTimeField()

    class Meta:
        ordering = ["publication", "name"]
        constraints = [models.UniqueConstraint(fields=["publication", "name"], name="tombstone_once")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]
