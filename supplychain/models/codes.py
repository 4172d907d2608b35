"""What do the codes stand for, and what is measured?

Services, cohorts, funding types, sources, and the KPIs with their national values.
"""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from portal.quarters import QuarterField, starts_a_quarter
from providers.models import Series, Sourced

from .bodies import Body


class Source(models.Model):
    """A document or data set that facts of the reference data were read in."""

    code = models.CharField(max_length=30, primary_key=True)
    document = models.TextField()
    publisher = models.CharField(max_length=120, blank=True)
    where = models.TextField(blank=True)


class CodeList(models.TextChoices):
    """The lists whose codes a return may use and that are kept as data."""

    SERVICE = "service", "service category"
    COHORT = "cohort", "cohort"
    FUNDING_TYPE = "funding-type", "funding type"
    EXPLANATION = "explanation", "explanation"


class Code(Sourced):
    """One code of one list, with its words for people."""

    list = models.CharField(max_length=12, choices=CodeList)
    code = models.SlugField(max_length=40)
    title = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    group = models.CharField(max_length=40, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["list", "order", "code"]
        constraints = [models.UniqueConstraint(fields=["list", "code"], name="code_once_a_list")]


class KpiKind(models.TextChoices):
    """What a measure counts: activity, a step done in time, a result, or how well it was done."""

    VOLUME = "volume"
    PROCESS = "process"
    OUTCOME = "outcome"
    QUALITY = "quality"


class Kpi(Sourced):
    """A measure of a body's contract."""

    code = models.CharField(max_length=20, primary_key=True)
    title = models.CharField(max_length=200)
    counted = models.TextField(blank=True, help_text="What is counted, in words.")
    kind = models.CharField(max_length=7, choices=KpiKind)
    counts_people = models.BooleanField(
        help_text="Does the numerator count people? Then 1 to 4 is suppressed and it is whole."
    )
    target = models.DecimalField(max_digits=6, decimal_places=2, null=True, help_text="Percent.")
    in_force = DateRangeField()
    series = models.CharField(max_length=13, choices=Series, default=Series.REAL)

    class Meta:
        ordering = ["code"]
        constraints = [models.CheckConstraint(condition=Q(kind__in=KpiKind.values), name="kpi_kind_known")]


class BodyKpi(Sourced):
    """Which measures are part of which body's contract, from when to when."""

    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="body_kpis")
    kpi = models.ForeignKey(Kpi, on_delete=models.CASCADE, related_name="body_kpis")
    during = DateRangeField()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="bodykpi_once_at_a_time",
                expressions=[
                    ("body", RangeOperators.EQUAL),
                    ("kpi", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            )
        ]


class KpiNational(Sourced):
    """The value published for all contracts together, in percent."""

    kpi = models.ForeignKey(Kpi, on_delete=models.CASCADE, related_name="national_values")
    quarter = QuarterField()
    value = models.DecimalField(max_digits=5, decimal_places=1)

    class Meta:
        ordering = ["kpi", "quarter"]
        constraints = [
            models.UniqueConstraint(fields=["kpi", "quarter"], name="kpinational_once"),
            starts_a_quarter("quarter", "kpinational_quarter"),
        ]
