"""Who is an organisation, as far as registers and documents tell, and what has it to do with bodies and owners?"""

from dataclasses import dataclass

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count

from portal.quarters import Quarter
from providers.models import Organisation, OrganisationIdentifier, Sector
from providers.where_listed import where_listed
from supplychain.models import Body, FrozenLine
from supplychain.public.periods import in_words
from supplychain.public.provenance import Origin, documents, origin
from supplychain.public.published import readable
from supplychain.public.registered import in_registers
from supplychain.public.search import public_names
from supplychain.public.series import World


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a register, with the address of its entry where there is one."""

    org_id: str
    register: str
    number: str
    href: str
    origin: Origin


def facts(series: World, organisation: Organisation) -> dict:
    """Names, numbers and parts played, each with where it is from. A fixed number of queries."""
    names = list(public_names().filter(organisation=organisation).order_by("kind", "during", "text"))
    identifiers = list(organisation.identifiers.order_by("scheme", "number"))
    owned = list(organisation.ownerships.select_related("body").order_by("body__code", "during"))
    partners = list(organisation.partners.select_related("partner").order_by("partner__name"))
    partner_of = list(organisation.partner_of.select_related("owner").order_by("owner__name"))
    named_for = list(organisation.bid_commitments.select_related("body").order_by("body__code"))
    everything = [organisation, *names, *identifiers, *owned, *partners, *partner_of, *named_for]
    return {
        "sector": Sector(organisation.sector).label,
        "body": Body.objects.in_series(series.name).filter(organisation=organisation).first(),
        "origin": origin(organisation),
        "names": [
            {"row": row, "kind": row.get_kind_display(), "during": in_words(row.during), "origin": origin(row)}
            for row in names
            if row.text.casefold() != organisation.name.casefold()
        ],
        "numbers": [number(series, identifier) for identifier in identifiers],
        **in_registers(series, identifiers),
        "owned": [{"row": row, "during": in_words(row.during), "origin": origin(row)} for row in owned],
        "partners": [{"row": row, "origin": origin(row)} for row in partners],
        "partner_of": [{"row": row, "origin": origin(row)} for row in partner_of],
        "named_for": [{"row": row, "origin": origin(row)} for row in named_for],
        "documents": documents(series, everything),
    }


def known_ids(organisation: Organisation) -> list[str]:
    """The id of an organisation, and those that it had before."""
    return [organisation.public_id, *organisation.aliases.values_list("old_id", flat=True)]


def chains_of(series: World, ids: list[str]) -> list[dict]:
    """In whose chains an organisation is a provider, newest quarter first. One query."""
    rows = (
        FrozenLine.objects.filter(publication__in=readable(series.name).order_by(), provider_id__in=ids)
        .values("publication__period")
        .annotate(
            bodies=ArrayAgg("body_code", distinct=True, order_by="body_code"),
            tiers=ArrayAgg("tier", distinct=True, order_by="tier"),
            kinds=ArrayAgg("return_kind", distinct=True, order_by="return_kind"),
            agreements=Count("pk"),
        )
        .order_by("-publication__period")
    )
    return [row | {"quarter": Quarter.parse(row["publication__period"])} for row in rows]


def number(series: World, identifier: OrganisationIdentifier) -> Number:
    """A number as a page shows it."""
    register, href = where_listed(identifier.scheme, identifier.number)
    # Numbers of the demonstration exist in no register and lead nowhere.
    href = "" if series.demonstration else href
    return Number(identifier.org_id, register, identifier.number, href, origin(identifier))
