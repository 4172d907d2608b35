"""How does somebody use the API who has nothing but one page? Drawn from the schema, with examples that tests run."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse

from supplychain.public import published
from supplychain.public.api import schema
from supplychain.public.api.pages import MOST
from supplychain.public.api.resource import REFUSALS
from supplychain.public.series import World, public_page, show

EXAMPLE_QUARTER = "2018-19 Q1"  # where nothing was published yet
TAGS = {
    "lines": "Agreements, flows, measures and what they add up to",
    "disclosures": "Disclosures, their files and rows",
    "parties": "Organisations, bodies, owners and areas, and the search for them",
    "words": "Codes, measures, rules and sources",
    "filing": "Filing returns, with a token",
    "about": "About the API",
}
KINDS = {"integer": "whole number", "number": "number", "boolean": "true or false", "object": "object", "null": "null"}
FORMATS = {
    "date": "day, ISO 8601",
    "date-time": "moment, UTC, ISO 8601",
    "decimal": "exact figure as text",
    "uri": "address",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """What a value is, in words; ``form`` names the component of the schema that it is made of, or nothing."""

    words: str
    form: str = ""


@public_page
def reference(request: HttpRequest, series: World) -> HttpResponse:
    """Everything about the API on one page, without scripts."""
    document = schema.of_world(series, request)
    newest = published.newest_with_returns(series.name)
    base = request.build_absolute_uri(series.prefix + schema.BASE)
    quarter = newest.period if newest else EXAMPLE_QUARTER
    context = {
        "base": base,
        "groups": groups(document),
        "forms": forms(document),
        "examples": examples(base, quarter),
        "explored": f"{series.prefix}/explore/?quarter={quarter.replace(' ', '+')}&sector=voluntary&by=tier",
        "refusals": REFUSALS,
        "most": MOST,
        "crumbs": [("Home", f"{series.prefix}/"), ("Data", f"{series.prefix}/data/"), ("API", "")],
    }
    return show(request, "public/api.html", series, context)


def groups(document: dict[str, Any]) -> list[dict]:
    """The operations by what they are about, in the order of :data:`TAGS`."""
    found: dict[str, list[dict]] = {}
    for path, methods in document["paths"].items():
        for method, one in methods.items():
            found.setdefault(one["tags"][0], []).append(operation(path, method, one, document))
    known = [tag for tag in TAGS if tag in found] + sorted(found.keys() - TAGS.keys())
    return [{"tag": tag, "title": TAGS.get(tag, tag), "operations": found[tag]} for tag in known]


def operation(path: str, method: str, one: dict[str, Any], document: dict[str, Any]) -> dict:
    """An operation as the page shows it."""
    return {
        "id": one["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": one["summary"],
        "description": one["description"],
        "parameters": [
            {"name": each["name"], "kind": kind(each["schema"]), "text": each["description"], "in": each["in"]}
            for each in one.get("parameters", ())
        ],
        "answer": answer(one, document),
        "caption": f"Parameters of {path}",
        "table_id": f"parameters-{one['operationId']}",
    }


def answer(one: dict[str, Any], document: dict[str, Any]) -> Kind:
    """What an operation gives: where it is a page of a list, what that is a list of."""
    given = next((one["responses"][code] for code in ("200", "201", "202") if code in one["responses"]), None)
    if not given or "content" not in given:
        return Kind("a redirect")
    found = kind(next(iter(given["content"].values()))["schema"])
    rows = properties(document, found.form).get("results")
    return Kind(f"a page of a {kind(rows).words}", kind(rows).form) if rows else found


def properties(document: dict[str, Any], form: str) -> dict[str, Any]:
    """The fields of a component of the schema."""
    return document["components"]["schemas"].get(form, {}).get("properties", {})


def forms(document: dict[str, Any]) -> list[dict]:
    """Every object that answers are made of, with its fields."""
    return [
        {
            "name": name,
            "table_id": f"fields-{name}",
            "caption": f"Fields of {name}",
            "text": one.get("description", ""),
            "fields": [
                {"name": field, "kind": kind(form), "text": form.get("description", "")}
                for field, form in one.get("properties", {}).items()
            ],
        }
        for name, one in sorted(document["components"]["schemas"].items())
        if not name.endswith("Page")
    ]


def kind(form: dict[str, Any]) -> Kind:
    """What a part of the schema allows, in words."""
    if "$ref" in form:
        name = form["$ref"].rpartition("/")[2]
        return Kind(name, name)
    for several in ("allOf", "oneOf", "anyOf"):
        if several in form:
            found = [kind(one) for one in form[several]]
            return Kind(" or ".join(one.words for one in found), next((one.form for one in found if one.form), ""))
    types = form.get("type", "object")
    types = [types] if isinstance(types, str) else types
    optional = ", or null" if "null" in types else ""
    if "array" in types:
        items = kind(form["items"])
        return Kind(f"list of {items.words}{optional}", items.form)
    if "enum" in form:
        return Kind("one of " + ", ".join(str(one) for one in form["enum"] if one is not None) + optional)
    if form.get("additionalProperties"):
        return Kind(f"object: {kind(form['additionalProperties']).words} by name{optional}")
    plain = next((one for one in types if one != "null"), "null")
    return Kind(FORMATS.get(form.get("format", ""), KINDS.get(plain, "text")) + optional)


def examples(base: str, quarter: str) -> list[dict[str, str]]:
    """Programs that run as they stand. Tests run them; whoever changes one is told whether it still does."""
    escaped = quarter.replace(" ", "%20")
    money = f'''import json
from urllib.parse import urlencode
from urllib.request import urlopen

query = urlencode({{"by": "tier", "sector": "voluntary", "quarter": "{quarter}"}})
with urlopen("{base}totals/?" + query) as answer:
    told = json.load(answer)
for row in told["rows"]:
    print("tier", row["tier"], row["return_kind"], row["amount_paid_gbp"], "in", row["lines"], "lines")'''
    lines = f'''import json
from decimal import Decimal
from urllib.request import urlopen

address, total = "{base}agreements/?sector=voluntary&quarter={escaped}&page_size=50", Decimal(0)
while address:
    with urlopen(address) as answer:
        page = json.load(answer)
    total += sum(Decimal(row["amount_paid_gbp"] or 0) for row in page["results"])
    address = page["next"]
print(total)'''
    return [
        {
            "id": "money-python",
            "title": "Python: the money passed to voluntary organisations, by tier, in one quarter",
            "code": money,
        },
        {
            "id": "money-curl",
            "title": "curl: the same",
            "code": f'curl "{base}totals/?by=tier&sector=voluntary&quarter={escaped}"',
        },
        {"id": "lines-python", "title": "Python: every line of a selection, page by page", "code": lines},
        {
            "id": "again-curl",
            "title": "curl: only what is new since the last time",
            "code": f'curl --etag-save seen --etag-compare seen -o disclosures.json "{base}disclosures/"',
        },
    ]
