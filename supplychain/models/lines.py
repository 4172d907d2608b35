"""What does a return say, row by row? Lines, KPI figures and own delivery, as they were filed. Private.

Column names are those of the return (``supplychain.filing.layout``), so that checked rows move from the staged table
by name.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from portal.money import MoneyField

from .codes import Kpi
from .returns import Agreement, Return, bound_with_return


class AmountStatus(models.TextChoices):
    """What the amounts of a line are."""

    KNOWN = "known"
    ESTIMATED = "estimated"
    NOT_DISCLOSED = "not-disclosed"
    WITHHELD = "withheld"


class Line(models.Model):
    """One agreement in one return.

    ``payee_key`` and ``payer_key`` name the parties as the return does (an org-id, or ``name:...`` where there is no
    number, or ``body:C01``; of compiled returns also a portal id or ``crs:CODE`` of the source). A composite foreign
    key (migration 0002) ties a line to the one above it: same return, tier one less, and its payee is our payer; so
    wrong depth, wrong payer and every cycle are refused by the database.
    """

    id = models.BigAutoField(primary_key=True)
    of_return = models.ForeignKey(Return, on_delete=models.CASCADE, related_name="lines")
    row_number = models.PositiveIntegerField()
    agreement = models.ForeignKey(Agreement, null=True, on_delete=models.PROTECT, related_name="lines")
    agreement_ref = models.CharField(max_length=60)
    upstream_ref = models.CharField(max_length=60, null=True)
    tier = models.PositiveSmallIntegerField()
    upstream_tier = models.GeneratedField(
        expression=F("tier") - 1, output_field=models.SmallIntegerField(), db_persist=True
    )
    payer_key = models.CharField(max_length=240)
    payee_key = models.CharField(max_length=240)

    provider_name = models.CharField(max_length=200)
    charity_number = models.CharField(max_length=12, blank=True)
    company_number = models.CharField(max_length=12, blank=True)
    other_id = models.CharField(max_length=60, blank=True)
    no_number_reason = models.CharField(max_length=20, blank=True)
    role = models.CharField(max_length=16, blank=True)

    service_category = models.CharField(max_length=40)
    other_categories = ArrayField(models.CharField(max_length=40), default=list)
    service_summary = models.CharField(max_length=500)
    cohorts = ArrayField(models.CharField(max_length=30), default=list)
    specialist = models.BooleanField(null=True)
    led_by = ArrayField(models.CharField(max_length=30), default=list)
    setting = models.CharField(max_length=10, blank=True)
    areas = ArrayField(
        models.CharField(max_length=40), default=list, help_text="Codes; for ALL those the body had on the last day."
    )
    area_scope = models.CharField(max_length=5, choices=[("named", "named"), ("all", "all areas of the body")])

    funding_type = models.CharField(max_length=20)
    funding_stream = models.CharField(max_length=20, blank=True)
    contract_form = models.CharField(max_length=16, blank=True)
    start_date = models.DateField(null=True)
    end_date = models.DateField(null=True)
    shown_from = models.DateField(null=True, help_text="Of compiled returns: since when the source shows it.")
    shown_to = models.DateField(null=True)

    amount_status = models.CharField(max_length=13, choices=AmountStatus, default=AmountStatus.KNOWN)
    amount_paid_gbp = MoneyField(null=True)
    amount_to_date_gbp = MoneyField(null=True)
    agreement_value_gbp = MoneyField(null=True)
    opening_to_date_gbp = MoneyField(null=True)
    prior_period_adjustment_gbp = MoneyField(null=True)
    adjustment_kind = models.CharField(max_length=16, blank=True)
    reverses_ref = models.CharField(max_length=80, blank=True)
    variation_ref = models.CharField(max_length=60, blank=True)
    results_share_pct = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    notice_days = models.PositiveIntegerField(null=True)
    payment_days = models.PositiveIntegerField(null=True)
    owed_gbp = MoneyField(null=True)
    overdue_gbp = MoneyField(null=True)
    co_funder = models.CharField(max_length=60, blank=True)
    co_funded_gbp = MoneyField(null=True)
    continues_from = models.CharField(max_length=80, blank=True)
    people_supported = models.PositiveIntegerField(null=True)
    referrals_received = models.PositiveIntegerField(null=True)
    explanation_code = ArrayField(models.CharField(max_length=30), default=list)
    explanation_note = models.TextField(blank=True, help_text="Private to the people of the return.")

    class Meta:
        ordering = ["of_return", "agreement_ref"]
        triggers = bound_with_return()
        constraints = [
            models.UniqueConstraint(
                fields=["of_return", "agreement_ref", "tier", "payee_key"], name="line_as_upstream"
            ),
            models.UniqueConstraint(fields=["of_return", "agreement_ref"], name="line_ref_once"),
            models.CheckConstraint(
                condition=Q(tier=2, upstream_ref=None) | Q(tier__gt=2, upstream_ref__isnull=False),
                name="line_tier_2_below_body",
            ),
            models.CheckConstraint(
                condition=Q(
                    amount_status__in=["known", "estimated"],
                    amount_paid_gbp__isnull=False,
                    amount_to_date_gbp__isnull=False,
                )
                | Q(amount_status__in=["not-disclosed", "withheld"], amount_paid_gbp=None, amount_to_date_gbp=None),
                name="line_amounts_as_status",
            ),
            models.CheckConstraint(
                condition=Q(end_date=None) | Q(start_date=None) | Q(end_date__gte=F("start_date")),
                name="line_ends_after_start",
            ),
            models.CheckConstraint(
                condition=~Q(funding_type="unpaid") | Q(amount_paid_gbp=0), name="line_unpaid_is_zero"
            ),
            models.CheckConstraint(
                condition=Q(amount_paid_gbp=None)
                | Q(amount_paid_gbp__gte=0)
                | ~Q(adjustment_kind="") & ~Q(reverses_ref=""),
                name="line_negative_explained",
            ),
        ]


class KpiRow(models.Model):
    """The body's own figure for a KPI (no ``agreement_ref``), or what one agreement contributed to it."""

    of_return = models.ForeignKey(Return, on_delete=models.CASCADE, related_name="kpi_rows")
    row_number = models.PositiveIntegerField()
    kpi_code = models.ForeignKey(Kpi, on_delete=models.PROTECT, db_column="kpi_code", related_name="+")
    agreement_ref = models.CharField(max_length=60, blank=True)
    numerator = models.DecimalField(max_digits=14, decimal_places=2)
    denominator = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["of_return", "kpi_code", "agreement_ref"]
        triggers = bound_with_return()
        constraints = [
            models.UniqueConstraint(fields=["of_return", "kpi_code", "agreement_ref"], name="kpirow_once"),
            models.CheckConstraint(condition=Q(numerator__gte=0), name="kpirow_not_negative"),
            models.CheckConstraint(
                condition=Q(denominator=None) | Q(denominator__gte=F("numerator")), name="kpirow_share"
            ),
        ]


class OwnDelivery(models.Model):
    """What the body delivered itself, so that money not passed on is not mistaken for profit."""

    of_return = models.ForeignKey(Return, on_delete=models.CASCADE, related_name="own_delivery")
    row_number = models.PositiveIntegerField()
    service_category = models.CharField(max_length=40)
    areas = ArrayField(models.CharField(max_length=40), default=list)
    area_scope = models.CharField(max_length=5, choices=[("named", "named"), ("all", "all areas of the body")])
    amount_gbp = MoneyField(null=True)
    amount_status = models.CharField(max_length=13, choices=AmountStatus, default=AmountStatus.KNOWN)

    class Meta:
        ordering = ["of_return", "row_number"]
        triggers = bound_with_return()
