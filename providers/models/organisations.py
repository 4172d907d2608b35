"""Who is who: organisations with their dated names, numbers and former addresses.

An organisation can be reporting body, owner and provider at once. A name alone never fixes a number: identifiers come
from a register, a published source or a return, each with its source.
"""

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now, Upper

from .folding import FoldedField, search_index


class Series(models.TextChoices):
    """Two worlds that never meet: nothing of one ever stands in a page, file, figure or answer of the other."""

    REAL = "real", "real"
    DEMONSTRATION = "demonstration", "demonstration"


class Confidence(models.TextChoices):
    """How well a fact is known."""

    SOLID = "solid", "read in a primary source"
    REPORTED = "reported", "read in a secondary source"
    UNVERIFIED = "unverified", "general knowledge, not checked"


class Sourced(models.Model):
    """A fact with where it comes from and how well it is known.

    ``source`` holds codes of fixtures/reference/sources.csv, ``;`` between.
    """

    source = models.CharField(max_length=200)
    confidence = models.CharField(max_length=10, choices=Confidence)

    class Meta:
        abstract = True


class Language(models.TextChoices):
    """The language of a name, where it is not English; pages say it to those who hear them (WCAG 3.1.2)."""

    ENGLISH = "", "English"
    WELSH = "cy", "Welsh"


class Sector(models.TextChoices):
    """The kind of organisation, as the field counts them."""

    VOLUNTARY = "voluntary", "voluntary"
    SOCIAL_ENTERPRISE = "social-enterprise", "social enterprise"
    MUTUAL = "mutual", "mutual"
    PRIVATE = "private", "private"
    PUBLIC = "public", "public"
    UNKNOWN = "", "not known"


class OrganisationQuerySet(models.QuerySet):
    def in_series(self, series: str) -> "OrganisationQuerySet":
        """Those of one world."""
        return self.filter(series=series)


@pghistory.track()
class Organisation(Sourced):
    """Any party.

    ``public_id`` is the org-id of its first known number, else a portal id ``XP-000123`` that is given once.
    """

    series = models.CharField(max_length=13, choices=Series, default=Series.REAL)
    public_id = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200, help_text="Today's name; the dated ones are rows of OrganisationName.")
    folded = FoldedField("name", default="")
    language = models.CharField(max_length=2, choices=Language, blank=True, help_text="Of the name.")
    sector = models.CharField(max_length=18, choices=Sector, blank=True)
    legal_form = models.CharField(max_length=80, blank=True)
    income_band = models.CharField(max_length=20, blank=True)
    income_year = models.CharField(max_length=7, blank=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(series__in=Series.values), name="organisation_series_known"),
            models.CheckConstraint(condition=Q(sector__in=Sector.values), name="organisation_sector_known"),
            models.CheckConstraint(condition=Q(language__in=Language.values), name="organisation_language_known"),
            models.CheckConstraint(
                condition=Q(public_id__regex=r"^(GB-(CHC|SC|NIC|COH|MPR)-[0-9A-Z]+|XP-[0-9]{6})$"),
                name="organisation_public_id_form",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="organisation_named"),
        ]
        indexes = [
            GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="organisation_name_trigram"),
            search_index("organisation"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.public_id})"


@pghistory.track()
class OrganisationName(Sourced):
    """A name with the days on which it was used, as far as known. Names are not unique: many charities share one."""

    class Kind(models.TextChoices):
        REGISTERED = "registered", "registered name"
        WORKING = "working", "working name"
        FORMER = "former", "former name"
        RETURNED = "returned", "as written in a return"

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="names")
    text = models.CharField(max_length=200)
    folded = FoldedField("text", default="")
    kind = models.CharField(max_length=10, choices=Kind)
    during = DateRangeField(help_text="Open at an end that is not known.")

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="organisationname_once_at_a_time",
                expressions=[
                    ("organisation", RangeOperators.EQUAL),
                    ("text", RangeOperators.EQUAL),
                    ("kind", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            )
        ]
        indexes = [
            GinIndex(OpClass(Upper("text"), name="gin_trgm_ops"), name="organisationname_trigram"),
            search_index("organisationname"),
        ]


@pghistory.track()
class OrganisationIdentifier(Sourced):
    """A number in a register; one number belongs to one organisation. Form is checked by ``providers.identifiers``."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="identifiers")
    scheme = models.CharField(max_length=12, help_text="A prefix of the org-id register, such as GB-CHC.")
    number = models.CharField(max_length=30)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scheme", "number"], name="identifier_belongs_to_one"),
            models.CheckConstraint(
                condition=Q(scheme__regex=r"^[A-Z]{2}-[A-Z0-9]{2,8}$"), name="identifier_scheme_of_org_id"
            ),
        ]

    @property
    def org_id(self) -> str:
        """``GB-CHC-226171``."""
        return f"{self.scheme}-{self.number}"


@pghistory.track()
class OrganisationAlias(models.Model):
    """A public id that was once given and now leads to another organisation's page."""

    old_id = models.CharField(max_length=40, unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="aliases")
    reason = models.CharField(max_length=200)
    created_at = models.DateTimeField(db_default=Now())
