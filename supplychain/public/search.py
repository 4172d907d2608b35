"""Whom does a reader look for? Organisations by the portal's one search.

Only what is public is found: an organisation that no published disclosure and no public source names is not, however
well the portal knows it already.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from providers.models import Organisation, OrganisationAlias, OrganisationName
from providers.search import RETURNED, Found, possible_ids, search
from supplychain.models import FrozenParty
from supplychain.public import published
from supplychain.public.series import World

# Sources that are no public documents: whoever is known by them alone is public only once a disclosure says so.
PRIVATE_SOURCES = ("RETURN", "MATCH")
AT_MOST = 400  # organisations that one question can find
QUESTION_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Hit:
    """An organisation that was found: today's id and name, the name or number that was met and of what kind.

    ``language`` is that of the name. ``known`` tells one that stands in a disclosure or public source from one that
    only a register has.
    """

    public_id: str
    name: str
    met: str
    kind: str
    score: float
    known: bool
    language: str = ""


def question(text: str) -> str:
    """What is asked, as far as it can be: printable characters, and no more than a name can have."""
    printable = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(printable.split())[:QUESTION_LIMIT]


def organisations(world: World, text: str, *, limit: int = AT_MOST, registers: bool = False) -> list[Hit]:
    """Public organisations of a world by name or number, best first; ``registers`` adds what only registers have."""
    found = search(text, series=world.name, limit=limit, registers=registers)
    public = {row["pk"]: row for row in names_of(public_organisations(world), found)}
    shown = set(public_names().filter(organisation__in=public).values_list("organisation_id", "text"))
    hits = []
    for one in found:
        if one.organisation is None:
            hits.append(Hit(one.org_id, one.name, one.name, one.kind, one.score, known=False))
        elif one.organisation in public:
            row = public[one.organisation]
            may_be_told = one.kind != RETURNED or (one.organisation, one.name) in shown
            met = one.name if may_be_told else row["name"]
            language = row["language"]
            hits.append(Hit(row["public_id"], row["name"], met, one.kind, one.score, known=True, language=language))
    return hits


def names_of(public: QuerySet[Organisation], found: Iterable[Found]) -> QuerySet:
    """Id, name and its language of those that were found and are public."""
    wanted = [one.organisation for one in found if one.organisation is not None]
    return public.filter(pk__in=wanted).values("pk", "public_id", "name", "language")


def public_organisations(world: World) -> QuerySet[Organisation]:
    """Organisations of a world that a disclosure or a public source names."""
    parties = FrozenParty.objects.filter(publication__in=published.readable(world.name).order_by())
    aliases = OrganisationAlias.objects.filter(organisation=OuterRef("pk"), old_id__in=parties.values("public_id"))
    return Organisation.objects.in_series(world.name).filter(
        ~Q(source__in=PRIVATE_SOURCES) | Exists(parties.filter(public_id=OuterRef("public_id"))) | Exists(aliases)
    )


def public_names() -> QuerySet[OrganisationName]:
    """Names that may be shown: how a return, perhaps not published yet, writes a name is found but not told."""
    return OrganisationName.objects.exclude(kind=OrganisationName.Kind.RETURNED, source__in=PRIVATE_SOURCES)


def party_ids(world: World, text: str) -> list[str]:
    """The ids, today's and former, under which disclosures may name those who are found; the best first."""
    return ids_of([hit.public_id for hit in organisations(world, text)])


def ids_of(public_ids: list[str]) -> list[str]:
    """Today's ids with the former ones of the same organisations, in that order. One query."""
    former: dict[str, list[str]] = {}
    aliases = OrganisationAlias.objects.filter(organisation__public_id__in=public_ids)
    for today, old_id in aliases.values_list("organisation__public_id", "old_id"):
        former.setdefault(today, []).append(old_id)
    return [one for today in public_ids for one in (today, *former.get(today, []))]


def exactly(world: World, text: str) -> str | None:
    """The public id of the one organisation whose number the text is, so that a reader is led straight there."""
    if not possible_ids(text):
        return None
    hits = [hit for hit in organisations(world, text, limit=2) if hit.kind == "number" and hit.known]
    return hits[0].public_id if len(hits) == 1 else None
