"""Which organisations does nobody know by a number yet, and what do returns tell about them?

The work list of matching: reads only. Decisions are deeds (``supplychain.actions.matching``); offers come from
``providers.matching``.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, Exists, Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import Upper

from portal.quarters import Quarter
from providers.identifiers import SCHEMES
from providers.matching import Asked, Offer, asked_about, offers
from providers.models import MatchDecision, Organisation, OrganisationIdentifier, OrganisationQuerySet, RegisterEntry
from providers.names import folded
from supplychain.models import Agreement, Area, Line

Verdict = MatchDecision.Verdict
OPEN, LATER = "open", "later"
# Two organisations of the portal whose numbers a register calls one and the same.
CALLED_ONE = """
    SELECT DISTINCT
        least(a.organisation_id, b.organisation_id), greatest(a.organisation_id, b.organisation_id), l."table"
    FROM providers_registerlink AS l
    JOIN providers_organisationidentifier AS a ON a.scheme || '-' || a.number = l.one
    JOIN providers_organisationidentifier AS b ON b.scheme || '-' || b.number = l.other
    JOIN providers_organisation AS o ON o.id = a.organisation_id AND o.series = l.series
    WHERE l.series = %s AND a.organisation_id <> b.organisation_id
    ORDER BY 1, 2, 3
"""


@dataclass(frozen=True, slots=True)
class Question:
    """One organisation in question, with what returns say of it."""

    organisation: Organisation
    names: list[str]
    numbers: list[str]
    entries: list[RegisterEntry]
    agreements: int
    bodies: list[str]
    areas: list[Area]
    services: list[str]
    first_quarter: Quarter | None

    @property
    def asked(self) -> Asked:
        """The question as matching is asked."""
        return asked_about(
            self.organisation,
            places=[area.name for area in self.areas],
            paid_from=self.first_quarter.start if self.first_quarter else None,
        )


def questions(series: str, *, state: str = OPEN, text: str = "") -> OrganisationQuerySet:
    """Providers without a number in any register about whom nothing is decided, those with most agreements first.

    ``state`` is ``open`` or ``later`` (put off); ``text`` is a part of a name.
    """
    last = MatchDecision.objects.standing(series).filter(subject=OuterRef("public_id")).order_by("-pk")
    numbered = OrganisationIdentifier.objects.filter(organisation=OuterRef("pk"), scheme__in=SCHEMES)
    found = (
        Organisation.objects.in_series(series)
        .filter(~Exists(numbered), Exists(Agreement.objects.filter(payee=OuterRef("pk"))))
        .annotate(
            funded_by=Count("agreements"),
            since=Min("agreements__first_quarter"),
            put_off=Subquery(last.filter(verdict=Verdict.LATER).values("pk")[:1]),
        )
        .exclude(Exists(last.filter(verdict=Verdict.NEW)))
        .filter(put_off__isnull=state == OPEN)
        .order_by("-funded_by", Upper("name"), "pk")
    )
    if text:
        found = found.filter(names__folded__contains=folded(text)).distinct()
    return found


def question_of(organisation: Organisation) -> Question:
    """Everything that returns say of an organisation."""
    lines = Line.objects.filter(agreement__payee=organisation)
    agreements = Agreement.objects.filter(payee=organisation)
    codes = {code for codes in lines.values_list("areas", flat=True).distinct() for code in codes}
    numbers = [one.org_id for one in organisation.identifiers.order_by("scheme", "number")]
    return Question(
        organisation=organisation,
        names=list(dict.fromkeys([organisation.name, *organisation.names.values_list("text", flat=True)])),
        numbers=numbers,
        entries=list(RegisterEntry.objects.filter(series=organisation.series, org_id__in=numbers).order_by("org_id")),
        agreements=agreements.count(),
        bodies=sorted(set(agreements.values_list("body_id", flat=True))),
        areas=list(Area.objects.filter(pk__in=codes).order_by("name")),
        services=sorted(set(lines.values_list("service_category", flat=True))),
        first_quarter=agreements.aggregate(first=Min("first_quarter"))["first"],
    )


def offers_for(question: Question) -> list[Offer]:
    """Who it could be, without those whom somebody has ruled out."""
    return offers(question.asked, leave_out=ruled_out(question.organisation))


def offer_named(question: Question, candidate: str) -> Offer | None:
    """The offer of one candidate, with its evidence; ``None`` where it is not offered."""
    return next((offer for offer in offers_for(question) if offer.org_id == candidate), None)


def ruled_out(organisation: Organisation) -> list[str]:
    """Org-ids that were decided not to be this organisation."""
    return list(
        MatchDecision.objects.standing(organisation.series)
        .filter(subject__in=_ids(organisation), verdict=Verdict.NOT_SAME)
        .values_list("candidate", flat=True)
    )


def decisions_about(organisation: Organisation) -> QuerySet[MatchDecision]:
    """What was decided about an organisation under any of its ids, the newest first."""
    return MatchDecision.objects.filter(series=organisation.series, subject__in=_ids(organisation)).select_related(
        "decided_by", "undone_by", "redo_of"
    )


def called_one(series: str) -> list[tuple[Organisation, Organisation, str]]:
    """Pairs of organisations that a register calls one, with the list that says so, without those ruled out."""
    with connection.cursor() as cursor:
        cursor.execute(CALLED_ONE, [series])
        pairs = cursor.fetchall()
    known = Organisation.objects.in_bulk({pk for one, other, _ in pairs for pk in (one, other)})
    apart = set(
        MatchDecision.objects.standing(series).filter(verdict=Verdict.NOT_SAME).values_list("subject", "candidate")
    )
    return [
        (known[one], known[other], table)
        for one, other, table in pairs
        if not _ruled_apart(known[one], known[other], apart)
    ]


def _ruled_apart(one: Organisation, other: Organisation, apart: Iterable[tuple[str, str]]) -> bool:
    return (one.public_id, other.public_id) in apart or (other.public_id, one.public_id) in apart


def _ids(organisation: Organisation) -> list[str]:
    return [organisation.public_id, *organisation.aliases.values_list("old_id", flat=True)]
