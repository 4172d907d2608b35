"""Which bodies have supply chains that are to be public, who owned them when, and which areas were whose?

Everything here is public reference data, dated, each row with its source and confidence. The demonstration's invented
bodies, owners and areas are rows of their own series.
"""

import datetime as dt

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from portal.quarters import Quarter
from providers.models import Confidence, Organisation, Series, Sourced


class Area(Sourced):
    """A police force area, the lowest geography that all bodies share. The code is part of addresses."""

    code = models.SlugField(max_length=40, primary_key=True)
    name = models.CharField(max_length=80)
    nation = models.CharField(max_length=20, blank=True)
    series = models.CharField(max_length=13, choices=Series, default=Series.REAL)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class BodyKind(models.TextChoices):
    """The three generations of reporting body, and the demonstration's own."""

    CRC = "crc", "Community Rehabilitation Company"
    NPS = "nps", "National Probation Service division"
    REGION = "region", "probation region"
    DEMONSTRATION = "demonstration", "demonstration body"


class BodyQuerySet(models.QuerySet):
    def in_series(self, series: str) -> "BodyQuerySet":
        """Those of one world."""
        return self.filter(series=series)

    def obliged(self, at: Quarter) -> "BodyQuerySet":
        """Those of which a return is expected for the quarter: any day of it lies in the obligation period."""
        return self.filter(obligation__overlap=(at.start, at.end))


class Body(Sourced):
    """A reporting body. Outside ``obligation`` the portal says that no return was required, never that one is late."""

    code = models.CharField(max_length=8, primary_key=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=13, choices=BodyKind)
    series = models.CharField(max_length=13, choices=Series, default=Series.REAL)
    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="body")
    in_force = DateRangeField()
    obligation = DateRangeField()
    period_source = models.CharField(
        max_length=200, blank=True, help_text="Of the two periods; blank: that of the row."
    )
    period_confidence = models.CharField(max_length=10, choices=Confidence, blank=True)
    note = models.TextField(blank=True)

    objects = BodyQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name_plural = "bodies"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=BodyKind.values), name="body_kind_known"),
            models.CheckConstraint(
                condition=Q(series=Series.DEMONSTRATION, kind=BodyKind.DEMONSTRATION)
                | Q(series=Series.REAL) & ~Q(kind=BodyKind.DEMONSTRATION),
                name="body_demonstration_apart",
            ),
            models.CheckConstraint(condition=Q(in_force__contains=F("obligation")), name="body_obliged_within_life"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def owes(self, quarter: Quarter) -> bool:
        """Is a return required for this quarter?"""
        period = self.obligation
        return (period.lower or dt.date.min) < quarter.end and quarter.start < (period.upper or dt.date.max)


@pghistory.track()
class Ownership(Sourced):
    """Who owned a body from when to when: one owner at a time."""

    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="ownerships")
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="ownerships")
    during = DateRangeField()
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["body", "during"]
        constraints = [
            ExclusionConstraint(
                name="ownership_one_owner_at_a_time",
                expressions=[("body", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
            )
        ]


@pghistory.track()
class BodyArea(Sourced):
    """Whose area it was when. Two bodies of one kind never hold the same area on the same day."""

    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="body_areas")
    kind = models.CharField(max_length=13, choices=BodyKind, help_text="The body's kind, repeated for the constraint.")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="body_areas")
    during = DateRangeField()

    class Meta:
        ordering = ["body", "area"]
        constraints = [
            ExclusionConstraint(
                name="bodyarea_one_body_of_a_kind",
                expressions=[
                    ("area", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            )
        ]


class Succession(Sourced):
    """Which body followed which in an area."""

    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="successions")
    successor = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="predecessions")
    area = models.ForeignKey(Area, on_delete=models.PROTECT)

    class Meta:
        ordering = ["body", "successor", "area"]
        constraints = [models.UniqueConstraint(fields=["body", "successor", "area"], name="succession_once")]


class OwnerPartner(Sourced):
    """An organisation named as partner in an owner's partnership."""

    owner = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="partners")
    partner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="partner_of")
    role = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "partner"], name="ownerpartner_once")]


class Event(Sourced):
    """Something dated that happened to bodies or owners."""

    class Precision(models.TextChoices):
        DAY = "day"
        MONTH = "month"
        YEAR = "year"

    slug = models.SlugField(max_length=80, primary_key=True)
    day = models.DateField(help_text="The first day of the month or year where only that is known.")
    precision = models.CharField(max_length=5, choices=Precision)
    text = models.CharField(max_length=300)
    bodies = models.ManyToManyField(Body, related_name="dated_events")
    owners = models.ManyToManyField(Organisation, related_name="dated_events")

    class Meta:
        ordering = ["day", "slug"]


class BidCommitment(Sourced):
    """An organisation named in a winning bid: what was promised, to be held against what is reported."""

    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="bid_commitments")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="bid_commitments")
    service = models.CharField(max_length=200, blank=True)
    named_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["body", "organisation"], name="bidcommitment_once")]
