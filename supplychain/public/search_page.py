"""One box over everything: who or what is it that a reader looks for, and where is it?

Without a word it is the list of all providers. Either can be narrowed by lists with counts (:mod:`.faceted`), sorted,
and taken away as CSV or followed as a feed; everything that is chosen stands in the address.
"""

from collections.abc import Collection
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import BooleanField, Count, Q, Sum
from django.db.models.expressions import RawSQL
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect

from providers.models import Sector
from supplychain.analysis import prepared
from supplychain.analysis.selection import Notice, shown
from supplychain.models import FrozenLine, FrozenParty, Publication
from supplychain.public import extracts, faceted, feeds, published, search, selected
from supplychain.public.csv_export import csv_response
from supplychain.public.faceted import Choice
from supplychain.public.paging import page_of
from supplychain.public.places import places
from supplychain.public.providers import matching, told, uses
from supplychain.public.series import CSV, World, public_page, show, wanted_format
from supplychain.public.words import words

SIZES = ("25", "50", "100")
BEST, NAME, PAID = "best", "name", "paid"
SORTS = {BEST: "Best match", NAME: "Name", PAID: "Most paid"}
OWN = ("q", "sort", "size", "page", "format")
FROM_REGISTERS = 10
TRIED_WORDS, SUGGESTED = 3, 5
WELL_MET = 0.8  # score from which an organisation is who was meant, so that no place that is nearly so is offered
LOOKED_AT = 50_000  # lines that are looked at while somebody waits, to find out who is left
HOW_MET = {
    "number": "by its number",
    "today": "by its name",
    "working": "also known as",
    "former": "formerly",
    "returned": "in returns",
    "registered": "registered as",
}


class Question:
    """What an address asks for: words, lists, order, and how many on a page."""

    def __init__(self, request: HttpRequest, world: World) -> None:
        self.world = world
        self.text = search.question(request.GET.get("q", ""))
        known = words(world)
        self.titles = faceted.titles(world, known)
        self.choice = Choice.asked(request, world, self.titles, OWN)
        self.newest = published.newest_with_returns(world.name)
        self.notices = list(self.choice.selection.notices)
        self.sorts = {key: title for key, title in SORTS.items() if self.text or key != BEST}
        if self.newest is None:
            self.sorts.pop(PAID)
        self.sort = self.one_of("sort", request, tuple(self.sorts))
        self.size = self.one_of("size", request, SIZES)

    def one_of(self, name: str, request: HttpRequest, known: tuple[str, ...]) -> str:
        """The value of a parameter, the first of those that there are where it is none of them."""
        asked = request.GET.get(name, "").strip()
        if asked and asked not in known:
            told = f"“{name}” has to be one of {', '.join(known)}; it is “{shown(asked)}”."
            self.notices.append(Notice(name, told))
        return asked if asked in known else known[0]

    @property
    def others(self) -> list[tuple[str, str]]:
        """The parameters beside the lists, as far as they say something."""
        given = [("q", self.text), ("sort", self.sort), ("size", self.size)]
        usual = {"q": "", "sort": next(iter(self.sorts)), "size": SIZES[0]}
        return [(name, value) for name, value in given if value != usual[name]]

    @property
    def query(self) -> str:
        """All of it as the query of an address, always spelled the same."""
        return urlencode([*self.others, *self.choice.query])


@public_page
def find(request: HttpRequest, series: World) -> HttpResponseBase:
    """Organisations, bodies, areas and services that the question names; an exact number leads straight there."""
    question = Question(request, series)
    if wanted_format(request) == CSV:
        selected.refuse_notices(question.choice.selection)
        return csv_response(request, series, "search", *extracts.providers(series.name, found_ids(question)))
    text, choice = question.text, question.choice
    straight = search.exactly(series, text) if text and not choice.chosen else None
    if straight:
        return HttpResponseRedirect(f"{series.prefix}/providers/{straight}/")
    hits = search.organisations(series, text, registers=True) if text else []
    known = [hit for hit in hits if hit.known]
    well_met = any(hit.score >= WELL_MET for hit in known)
    ids = search.ids_of([hit.public_id for hit in known]) if text else None
    lists = faceted.lists(choice, faceted.counts(choice, ids), question.titles)
    page = page_of(Paginator(found(question, known, ids), int(question.size)), request)
    first = page.number == 1 and not choice.chosen
    context = {
        "query": text,
        "question": question,
        "notices": question.notices,
        "lists": lists,
        "tags": faceted.tags(choice, lists, question.others),
        "sorts": [(key, title, key == question.sort) for key, title in question.sorts.items()],
        "sizes": [(size, size == question.size) for size in SIZES],
        "page": page,
        "at_least": len(hits) == search.AT_MOST or getattr(page.paginator.object_list, "at_least", False),
        "entries": entries(question, list(page)),
        "of_registers": [hit for hit in hits if not hit.known][:FROM_REGISTERS] if first else [],
        "places": places(series, text, forgiving=not well_met) if first and text else [],
        "nearest": nearest(series, text) if text and not hits and not choice.chosen else [],
        "agreements": agreements(series, question),
        "without": f"?{urlencode(question.others)}",
        "crumbs": [("Home", f"{series.prefix}/"), ("Search", "")],
    }
    return show(request, "public/search.html", series, context)


def nearest(series: World, text: str) -> list[search.Hit]:
    """Organisations that one word of a question names that as a whole names none, by its longest words."""
    for word in sorted(text.split(), key=len, reverse=True)[:TRIED_WORDS]:
        if found := [hit for hit in search.organisations(series, word, limit=SUGGESTED) if hit.known]:
            return found
    return []


def agreements(series: World, question: Question) -> list[tuple[str, str]]:
    """Where the agreements stand by which the organisations are chosen: words and address, the nearest first."""
    chosen = question.choice.selection.chosen
    found = []
    if len(chosen.get("area", ())) == 1 and set(chosen) <= {"area", "service", "cohort", "tier", "funding_type"}:
        (area,) = chosen["area"]
        rest = question.choice.selection.with_values(area=()).query
        address = f"{series.prefix}/areas/{area}/{'?' * bool(rest)}{rest}#agreements"
        found.append((f"Who pays whom in {question.titles['area'][area]}", address))
    if chosen:
        found.append(("Explore these agreements", f"{series.prefix}/explore/?{question.choice.selection.query}"))
    return found


@public_page
def feed(request: HttpRequest, series: World) -> HttpResponse:
    """Those whom a search finds, the ones that disclosures named last first."""
    question = Question(request, series)
    selected.refuse_notices(question.choice.selection)
    title = f"found by “{question.text}”" if question.text else "that were chosen"
    return feeds.new_providers(request, series, f"providers {title}", f"/search/?{question.query}", found_ids(question))


def found_ids(question: Question) -> extracts.Extract | None:
    """The ids of those who are found; ``None`` where all providers are meant."""
    if question.text:
        ids = search.party_ids(question.world, question.text)
        if question.choice.chosen:
            ids = search.ids_of(sorted(faceted.left(question.choice, ids)))
        return extracts.these(ids)
    return question.choice.providers() if question.choice.chosen else None


class Providers:
    """All providers who are left by the lists, as a paginator asks for them: by name, or those paid most first.

    Who is left and who was paid is found out first, each by one query, so that no row of a page asks for it again. But
    where more lines are left than anybody waits for, each row is asked until a page is full, and ``count`` is a bound.
    """

    def __init__(self, question: Question) -> None:
        self.world = question.world
        self.rows = matching(question.world, None)
        self.left: set[str] | None = None
        self.first: list[str] = []
        self.known, self.at_least = 0, False
        if question.choice.chosen:
            most = None if question.sort == PAID else LOOKED_AT
            self.left, self.at_least = question.choice.left(most)
            self.known = len(self.left)
            self.rows = self.rows.filter(among(*question.choice.providers()) if self.at_least else among_ids(self.left))
        if question.sort == PAID:
            paid = FrozenLine.objects.filter(publication=question.newest).exclude(provider_id="").values("provider_id")
            sums = paid.annotate(paid=Sum("amount_paid_gbp")).exclude(paid=None).order_by("-paid", "provider_id")
            self.first = [row["provider_id"] for row in sums if self.left is None or row["provider_id"] in self.left]

    def count(self) -> int:
        return prepared.providers(self.world.name) if self.left is None else self.known

    def __getitem__(self, part: slice) -> list[FrozenParty]:
        head = self.first[part]
        before = len(self.first)
        found = list(matching(self.world, head)) if head else []
        if part.stop > before:
            rest = self.rows.exclude(among_ids(self.first)) if self.first else self.rows
            found += rest[max(part.start - before, 0) : part.stop - before]
        return found


def among(statement: str, values: list[object]) -> RawSQL:
    """Whether a provider is one of those whose ids a statement gives."""
    condition = f"supplychain_frozenparty.public_id IN ({statement})"
    return RawSQL(condition, values, output_field=BooleanField())  # noqa: S611 (its values are apart)


def among_ids(ids: Collection[str]) -> RawSQL:
    """Whether a provider is one of these, looked up by hash however many they are."""
    condition = "supplychain_frozenparty.public_id = ANY(%s)"
    return RawSQL(condition, [list(ids)], output_field=BooleanField())  # noqa: S611 (its values are apart)


def found(question: Question, known: list[search.Hit], ids: list[str] | None) -> Providers | list[search.Hit]:
    """Those who are left in the order that is asked for: hits where there is a text, else rows of providers."""
    if ids is None:
        return Providers(question)
    if question.choice.chosen:
        left = faceted.left(question.choice, ids)
        known = [hit for hit in known if hit.public_id in left]
    if question.sort == NAME:
        return sorted(known, key=lambda hit: (hit.name.upper(), hit.public_id))
    if question.sort == PAID:
        paid = paid_in(question.newest, [hit.public_id for hit in known])
        amounts = {public_id: entry["paid"] for public_id, entry in paid.items() if entry["paid"] is not None}
        return sorted(known, key=lambda hit: (hit.public_id not in amounts, -amounts.get(hit.public_id, 0), hit.name))
    return known


def entries(question: Question, rows: list) -> list[dict]:
    """The rows of a page with what is shown of each. Three queries."""
    titles = question.titles
    ids = [row.public_id for row in rows]
    used, paid = uses(question.world, ids), paid_in(question.newest, ids)
    parties = {party.public_id: party for party in matching(question.world, ids)}
    return [
        {
            "public_id": row.public_id,
            "name": row.name,
            "language": row.language if isinstance(row, search.Hit) else "",
            "met": how_met(row) if isinstance(row, search.Hit) else "",
            "sector": Sector(parties[row.public_id].sector).label if row.public_id in parties else "",
            "paid": paid.get(row.public_id),
            **told(used.get(row.public_id, {}), titles),
        }
        for row in rows
    ]


def paid_in(publication: Publication | None, ids: list[str]) -> dict[str, dict]:
    """What each provider is reported to have been paid in a version (pounds), and how many lines show no amount."""
    rows = (
        FrozenLine.objects.filter(publication=publication, provider_id__in=ids)
        .values("provider_id")
        .order_by("provider_id")
        .annotate(paid=Sum("amount_paid_gbp"), lacking=Count("pk", filter=Q(amount_paid_gbp=None)))
    )
    return {row["provider_id"]: row for row in rows}


def how_met(hit: search.Hit) -> str:
    """Why it is here, where that is not its name of today: ``formerly ADDACTION``."""
    if hit.kind == "number" or hit.met.casefold() == hit.name.casefold():
        return ""
    return f"{HOW_MET[hit.kind]} “{hit.met}”"
