"""What is there in one area: who provides what for whom, who pays, whose area was it when, and what is not there?"""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseBase

from portal.errors import NotFound
from portal.quarters import Quarter
from supplychain.analysis import breakdown, coverage
from supplychain.analysis.area_quarters import AreaQuarter, area_quarters
from supplychain.analysis.breakdown import Figures
from supplychain.analysis.coverage import Cell, Standing
from supplychain.analysis.selection import FILTERS, Selection
from supplychain.models import Area, BodyArea, BodyKind, FrozenLine, Publication
from supplychain.public import extracts, feeds, published, selected
from supplychain.public.area_services import providers_by_service
from supplychain.public.areas import NOTHING, STANDINGS, kinds
from supplychain.public.chosen import Chosen, chosen_quarter
from supplychain.public.csv_export import csv_response
from supplychain.public.over_time import providers_by_quarter
from supplychain.public.paging import page_of
from supplychain.public.periods import in_words
from supplychain.public.provenance import documents, origin
from supplychain.public.series import CSV, World, public_page, show, wanted_format
from supplychain.public.words import Words, with_words, words

OWN_PARAMETERS = ("format", "page")
SHEET_LIMIT = 500  # agreements on one sheet


@public_page
def area(request: HttpRequest, series: World, code: str) -> HttpResponseBase:
    """One area: its agreements in one quarter, its quarters, its bodies and their owners, and its gaps."""
    found = area_of(series, code)
    selection = Selection.parse(series.name, {**selected.asked(request), "area": [code]}, OWN_PARAMETERS)
    if wanted_format(request) == CSV:
        selected.refuse_notices(selection)
        return csv_response(request, series, f"area-{code}", *extracts.selected_lines(selection))
    counted = area_quarters(series.name, code)
    chosen = chosen_quarter(request, series, {entry.period for entry in counted})
    context = {
        "area": found,
        "origin": origin(found),
        "chosen": chosen,
        "notices": [notice.sentence for notice in selection.notices if notice.parameter != "quarter"],
        "nothing": NOTHING,
        "behind": newer_without(series, code, chosen),
        **(quarter_context(request, series, selection, chosen) if chosen.publication else {}),
        **over_time(series, found, counted),
        **history(series, found),
        "crumbs": [("Home", f"{series.prefix}/"), ("Areas", f"{series.prefix}/areas/"), (found.name, "")],
    }
    return show(request, "public/area.html", series, context)


@public_page
def sheet(request: HttpRequest, series: World, code: str) -> HttpResponseBase:
    """What is reported as available in one area, to be printed: provider, service, for whom, since and until when.

    No summaries, which are free text, and nothing that had ended before the quarter's last day.
    """
    found = area_of(series, code)
    by_quarter = breakdown.breakdown(Selection.parse(series.name, {"area": [code]}), ["quarter"])
    chosen = chosen_quarter(request, series, {entry.keys["quarter"] for entry in by_quarter})
    lines = available(found, chosen.publication) if chosen.publication else FrozenLine.objects.none()
    rows = on_the_sheet(with_words(lines.select_related("publication")[:SHEET_LIMIT], words(series)))
    context = {
        "area": found,
        "chosen": chosen,
        "rows": rows,
        "more": max(lines.count() - SHEET_LIMIT, 0) if rows else 0,
        "kinds": sorted({line["row"].return_kind for line in rows}),
        "nothing": NOTHING,
        "address": request.build_absolute_uri(f"{series.prefix}/areas/{code}/"),
        "crumbs": [
            ("Home", f"{series.prefix}/"),
            ("Areas", f"{series.prefix}/areas/"),
            (found.name, f"{series.prefix}/areas/{code}/"),
            ("Sheet to print", ""),
        ],
    }
    return show(request, "public/area_sheet.html", series, context)


@public_page
def feed(request: HttpRequest, series: World, code: str) -> HttpResponseBase:
    """The valid versions that name the area, newest first, each with what it says of it."""
    found = area_of(series, code)
    page = request.build_absolute_uri(f"{series.prefix}/areas/{code}/")
    subtitle = f"What disclosures say of services in {found.name}."
    made = feeds.begun(request, series, found.name, f"/areas/{code}/", subtitle)
    word = feeds.WORDS[series.demonstration]
    figures = breakdown.breakdown(Selection.parse(series.name, {"area": [code]}), ["quarter"])
    for publication in published.readable(series.name)[: feeds.ENTRIES]:
        said = [entry for entry in figures if entry.keys["quarter"] == publication.period]
        if said:
            made.add_item(
                title=f"{word}{found.name}, {publication.quarter.label} ({publication.period})",
                link=f"{page}?quarter={publication.quarter.slug}",
                description=" ".join(entry_sentence(entry) for entry in said),
                unique_id=f"{page}?quarter={publication.quarter.slug}#v{publication.version}",
                pubdate=publication.published_at,
                updateddate=publication.published_at,
                author_name=feeds.AUTHOR,
                categories=["correction"] if publication.version > 1 else ["disclosure"],
            )
    return feeds.answer(made)


def entry_sentence(entry: Figures) -> str:
    """What one kind of return says of the area in a quarter."""
    source = {"compiled": "Compiled from public records", "filed": "Filed", "demonstration": "Invented"}
    providers = f"{entry.providers} provider{'' if entry.providers == 1 else 's'}"
    agreements = f"{entry.agreements} agreement{'' if entry.agreements == 1 else 's'}"
    return f"{source[entry.return_kind]}: {agreements} with {providers}."


def on_the_sheet(lines: list[dict]) -> list[dict]:
    """Lines that a sheet would say twice in the same words, said once with their number."""
    found: dict[tuple, dict] = {}
    for line in lines:
        row = line["row"]
        said = (line["service"], row.provider_id, row.payer_id, line["cohorts"], row.start_date, row.end_date)
        entry = found.setdefault((*said, row.shown_from, row.shown_to), line | {"agreements": 0})
        entry["agreements"] += 1
    return list(found.values())


def area_of(series: World, code: str) -> Area:
    """The area of a series. Raises :class:`NotFound`."""
    found = Area.objects.filter(series=series.name, code=code).first()
    if found is None:
        raise NotFound("no-such-area", f"There is no area with the code {code}.")
    return found


def quarter_context(request: HttpRequest, series: World, selection: Selection, chosen: Chosen) -> dict:
    """The chosen quarter: its lines page by page, its services with who provides them, and its gaps. Nine queries."""
    publication = chosen.publication
    now = selection.with_values(quarter=[publication.period])
    totals = breakdown.totals(now)
    page = page_of(selected.paginator(now, totals), request)
    known = words(series)
    (code,) = selection.chosen["area"]
    services = coverage.matrix(publication, "service", code)
    cohorts = coverage.matrix(publication, "cohort", code)
    providers = providers_by_service(publication, code)
    return {
        "publication": publication,
        "here": coverage.covered_areas(publication, code)[0].cell,
        "in_choice": page.paginator.count,
        "page": page,
        "lines": with_words(page, known),
        "lines_caption": f"Agreements, {publication.quarter.label}",
        "only": chosen_filters(selection, known),
        "services": [
            cell | {"providers": providers.get(cell["code"])}
            for cell in said(services, known.services)
            if cell["cell"].reported
        ],
        "cohorts": [cell for cell in said(cohorts, known.cohorts) if cell["cell"].reported],
        "gaps": gaps_by_standing(services, known.services),
        "kinds": kinds([*services.values(), *cohorts.values()]),
        "csv": f"?{now.with_values(area=[]).query}&format=csv",
        "explore": f"{series.prefix}/explore/?{now.query}&by=service",
    }


def newer_without(series: World, code: str, chosen: Chosen) -> dict | None:
    """The newest disclosure of all, with why no line of it names the area, where that is so. Two queries at most."""
    newest = published.readable(series.name).first()
    if newest is None or newest in chosen.offered:
        return None
    cell = coverage.covered_areas(newest, code)[0].cell
    return {"publication": newest, "words": STANDINGS[cell.standing][0], "meaning": STANDINGS[cell.standing][1]}


def said(cells: dict[tuple[str, str], Cell], titles: dict[str, str]) -> list[dict]:
    """The cells of one area by their titles."""
    return [{"code": code, "title": titles.get(code, code), "cell": cell} for (_, code), cell in cells.items()]


def gaps_by_standing(cells: dict[tuple[str, str], Cell], titles: dict[str, str]) -> list[dict]:
    """For each kind of gap: what it means, and which services have it."""
    return [
        {"words": STANDINGS[standing][0], "meaning": STANDINGS[standing][1], "titles": found}
        for standing in Standing
        if standing not in (Standing.PROVIDED, Standing.SHOWN_EARLIER)
        and (found := [titles.get(code, code) for (_, code), cell in cells.items() if cell.standing == standing])
    ]


def chosen_filters(selection: Selection, known: Words) -> list[dict]:
    """By what the lines are chosen besides the area and the quarter, each with the address without it."""
    titles = {"service": known.services, "cohort": known.cohorts, "funding_type": known.funding}
    return [
        {
            "title": FILTERS[name].title,
            "values": [titles.get(name, {}).get(value, value) for value in values],
            "without": f"?{selection.with_values(**{name: (), 'area': ()}).query}#agreements",
        }
        for name, values in selection.chosen.items()
        if name not in ("area", "quarter")
    ]


def over_time(series: World, found: Area, counted: list[AreaQuarter]) -> dict:
    """Quarter by quarter: agreements and providers, and the money of lines that name this area alone or with others.

    One query.
    """
    providers = [(Quarter.parse(entry.period), entry.return_kind, entry.providers) for entry in counted]
    versions = list(published.readable(series.name))
    return {
        "over_time": [{"quarter": Quarter.parse(entry.period), "figures": entry} for entry in reversed(counted)],
        "pictures": providers_by_quarter(providers, versions, f"in {found.name}"),
    }


@dataclass(frozen=True, slots=True)
class Owned:
    """An owner of a body, and from when to when within the time that the body held the area."""

    name: str
    public_id: str
    during: str
    origin: object


def history(series: World, found: Area) -> dict:
    """Whose area it was when, and whose those bodies were, each fact with its source. Three queries."""
    held = list(
        BodyArea.objects.filter(area=found)
        .select_related("body")
        .prefetch_related("body__ownerships__owner")
        .order_by("during", "body__code")
    )
    rows, facts = [], [found]
    for entry in held:
        owners = [row for row in entry.body.ownerships.all() if overlap(row.during, entry.during)]
        owners.sort(key=lambda row: (row.during.lower is not None, row.during.lower))
        facts += [entry, *owners]
        rows.append(
            {
                "row": entry,
                "kind": BodyKind(entry.kind).label,
                "during": in_words(entry.during),
                "origin": origin(entry),
                "owners": [
                    Owned(row.owner.name, row.owner.public_id, in_words(row.during), origin(row)) for row in owners
                ],
            }
        )
    today = [entry for entry in rows if entry["row"].during.upper is None]
    return {"history": rows, "today": today, "documents": documents(series, facts)}


def overlap(one, other) -> bool:
    """Have two spans of days a day in common? An end that is not known is open."""
    starts = [span.lower for span in (one, other) if span.lower]
    ends = [span.upper for span in (one, other) if span.upper]
    return not starts or not ends or max(starts) < min(ends)


def available(found: Area, publication: Publication) -> QuerySet[FrozenLine]:
    """The lines of a version that name the area and had not ended by the quarter's last day, by service and name."""
    last_day = publication.quarter.last_day
    return (
        FrozenLine.objects.filter(publication=publication, area_codes__contains=[found.code])
        .exclude(Q(end_date__lt=last_day) | Q(shown_to__lt=last_day) | Q(start_date__gt=last_day))
        .order_by("service_category", "provider_name", "tier", "agreement_ref")
    )
