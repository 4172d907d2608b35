"""What does a publication say, row by row? The frozen rows behind pages and files, as the world stood when they were
built.

Own columns and no key into private tables: a publication never changes when an organisation is renamed later. What
must not be seen (suppressed counts, withheld amounts, redacted parts) is already gone here. Column names are those of
the published files.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Collate, Upper

from portal.money import MoneyField

from .publications import Publication, frozen_with_publication


class Frozen(models.Model):
    """A row of one publication."""

    id = models.BigAutoField(primary_key=True)
    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="%(class)s_rows")

    class Meta:
        abstract = True


def status(**kwargs) -> models.CharField:
    """Blank where the value stands; else ``[c]`` suppressed, ``[x]`` not available, ``[w]`` withheld, ``[z]`` not
    applicable, ``[e]`` estimated.
    """
    return models.CharField(max_length=3, blank=True, **kwargs)


class FrozenLine(Frozen):
    """One agreement: a row of supply-chain.csv. ``path`` holds the references from tier 2 down to this one."""

    body_code = models.CharField(max_length=8)
    body_name = models.CharField(max_length=120)
    body_kind = models.CharField(max_length=13)
    owner_name = models.CharField(max_length=200, blank=True)
    agreement_ref = models.CharField(max_length=60)
    upstream_ref = models.CharField(max_length=60, blank=True)
    path = ArrayField(models.CharField(max_length=60))
    tier = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=16, blank=True)
    payer_id = models.CharField(max_length=40, blank=True)
    payer_name = models.CharField(max_length=200, blank=True)
    provider_id = models.CharField(max_length=40, blank=True)
    provider_name = models.CharField(max_length=200, blank=True)
    charity_number = models.CharField(max_length=12, blank=True)
    company_number = models.CharField(max_length=12, blank=True)
    sector = models.CharField(max_length=18, blank=True)
    service_category = models.CharField(max_length=40)
    other_categories = ArrayField(models.CharField(max_length=40), default=list)
    service_summary = models.CharField(max_length=500, blank=True)
    cohorts = ArrayField(models.CharField(max_length=30), default=list)
    specialist = models.BooleanField(null=True)
    area_codes = ArrayField(models.CharField(max_length=40), default=list)
    area_scope = models.CharField(max_length=5, blank=True)
    funding_type = models.CharField(max_length=20)
    start_date = models.DateField(null=True)
    end_date = models.DateField(null=True)
    shown_from = models.DateField(null=True)
    shown_to = models.DateField(null=True)
    agreement_value_gbp = MoneyField(null=True)
    agreement_value_gbp_status = status()
    amount_paid_gbp = MoneyField(null=True)
    amount_paid_gbp_status = status()
    amount_to_date_gbp = MoneyField(null=True)
    amount_to_date_gbp_status = status()
    people_supported = models.PositiveIntegerField(null=True)
    people_supported_status = status()
    referrals_received = models.PositiveIntegerField(null=True)
    referrals_received_status = status()
    explanation_code = ArrayField(models.CharField(max_length=30), default=list)
    return_kind = models.CharField(max_length=13)
    withheld_reason = models.CharField(max_length=13, blank=True)

    class Meta:
        ordering = ["publication", "body_code", "agreement_ref"]
        constraints = [
            models.UniqueConstraint(fields=["publication", "body_code", "agreement_ref"], name="frozenline_once")
        ]
        indexes = [
            models.Index(fields=["provider_id"], name="frozenline_provider"),
            models.Index(fields=["payer_id"], name="frozenline_payer"),
            # Also for everything of a body, and, where nothing is above, for its tier 2.
            models.Index(fields=["publication", "body_code", "upstream_ref"], name="frozenline_below"),
            models.Index(fields=["publication", "service_category"], name="frozenline_service"),
            GinIndex(fields=["area_codes"], name="frozenline_areas"),
            # In the order of supply-chain.csv, so that a version of any size leaves without being sorted first.
            models.Index(
                "publication", Collate("body_code", "C"), Collate("agreement_ref", "C"), name="frozenline_order"
            ),
        ]
        triggers = frozen_with_publication()


class FrozenKpi(Frozen):
    """One KPI and agreement, or the body's own total (no reference): rows of kpi-contributions.csv."""

    body_code = models.CharField(max_length=8)
    kpi_code = models.CharField(max_length=20)
    kpi_kind = models.CharField(max_length=7)
    agreement_ref = models.CharField(max_length=60, blank=True)
    provider_id = models.CharField(max_length=40, blank=True)
    numerator = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    numerator_status = status()
    denominator = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    denominator_status = status()
    body_numerator = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    body_numerator_status = status()
    body_denominator = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    body_denominator_status = status()
    return_kind = models.CharField(max_length=13)

    class Meta:
        ordering = ["publication", "body_code", "kpi_code", "agreement_ref"]
        constraints = [
            models.UniqueConstraint(
                fields=["publication", "body_code", "kpi_code", "agreement_ref"], name="frozenkpi_once"
            )
        ]
        indexes = [models.Index(fields=["provider_id"], name="frozenkpi_provider")]
        triggers = frozen_with_publication()


class FrozenParty(Frozen):
    """A provider as it stood: a row of providers.csv."""

    public_id = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    identifiers = ArrayField(models.CharField(max_length=40), default=list)
    charity_number = models.CharField(max_length=12, blank=True)
    company_number = models.CharField(max_length=12, blank=True)
    sector = models.CharField(max_length=18, blank=True)
    legal_form = models.CharField(max_length=80, blank=True)
    income_band = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["publication", "public_id"]
        constraints = [models.UniqueConstraint(fields=["publication", "public_id"], name="frozenparty_once")]
        indexes = [
            models.Index(fields=["public_id"], name="frozenparty_id"),
            # In the order of the list of providers, so that a page of it is found without sorting them all.
            models.Index(Upper("name"), "public_id", name="frozenparty_by_name"),
        ]
        triggers = frozen_with_publication()


class FilingStatus(models.TextChoices):
    """What became of a body's return for the quarter."""

    PUBLISHED = "published", "published"
    NIL = "nil", "nothing to report"
    MISSING = "missing", "missing"
    NOT_REQUIRED = "not-required", "not required"
    COMPILED = "compiled", "compiled from public records"


class FrozenBody(Frozen):
    """A reporting body as it stood on the quarter's last day: a row of bodies.csv, and its own money."""

    code = models.CharField(max_length=8)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=13)
    public_id = models.CharField(max_length=40)
    owner_name = models.CharField(max_length=200, blank=True)
    filing_status = models.CharField(max_length=12, choices=FilingStatus)
    due_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    late = models.BooleanField(null=True, help_text="Empty where no date was set or nothing was required.")
    income_received_gbp = MoneyField(null=True)
    income_received_gbp_status = status()
    own_delivery_gbp = MoneyField(null=True)
    own_delivery_gbp_status = status()
    return_version = models.PositiveSmallIntegerField(null=True)
    return_kind = models.CharField(max_length=13, blank=True)

    class Meta:
        ordering = ["publication", "code"]
        constraints = [models.UniqueConstraint(fields=["publication", "code"], name="frozenbody_once")]
        triggers = frozen_with_publication()


class FrozenChange(Frozen):
    """One difference to the previous version or the previous quarter: a row of changes.csv."""

    basis = models.CharField(max_length=7, choices=[("version", "previous version"), ("quarter", "previous quarter")])
    file = models.CharField(max_length=40)
    key = models.CharField(max_length=160)
    change = models.CharField(
        max_length=7, choices=[("added", "added"), ("removed", "removed"), ("changed", "changed")]
    )
    column = models.CharField(max_length=40, blank=True)
    old = models.TextField(blank=True)
    new = models.TextField(blank=True)

    class Meta:
        ordering = ["publication", "basis", "file", "key", "column"]
        constraints = [
            models.UniqueConstraint(fields=["publication", "basis", "file", "key", "column"], name="frozenchange_once")
        ]
        triggers = frozen_with_publication()
