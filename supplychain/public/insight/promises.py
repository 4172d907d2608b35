"""Who was named in winning bids, and who of them is reported as funded?"""

from collections import Counter

from django.http import HttpRequest, HttpResponseBase

from providers.models import Organisation
from supplychain.analysis import promises
from supplychain.analysis.promises import VERDICTS
from supplychain.analysis.rows import Row, rows_of
from supplychain.public.csv_export import csv_response
from supplychain.public.insight import frame
from supplychain.public.provenance import Origin, listed, named
from supplychain.public.series import CSV, World, public_page, show, wanted_format


@public_page
def page(request: HttpRequest, series: World) -> HttpResponseBase:
    """Every commitment with what returns tell of it, and how many of each kind owners and bodies have."""
    everything = rows_of(promises.statement(series.name))
    owners = {row["owner_id"]: row["owner_name"] for row in everything if row["owner_id"]}
    body = frame.one_of(request, "body", ["", *dict.fromkeys(row["body_code"] for row in everything)])
    owner = frame.one_of(request, "owner", ["", *sorted(owners, key=lambda one: owners[one])])
    if wanted_format(request) == CSV:
        return csv_response(request, series, "promises", *promises.statement(series.name, body.value, owner.value))
    rows = [row for row in everything if body.value in ("", row["body_code"]) and owner.value in ("", row["owner_id"])]
    codes = sorted({code for row in rows for code in listed(row["source"])})
    others = Organisation.objects.in_series(series.name).exclude(language="")
    languages = dict(others.values_list("public_id", "language"))
    context = {
        **frame.page(series, "promises"),
        "notices": frame.notices(body, owner),
        "rows": [
            row
            | {
                "origin": Origin(listed(row["source"]), row["confidence"]),
                "language": languages.get(row["organisation_id"], ""),
            }
            for row in rows
        ],
        "counts": counted(rows),
        "by_owner": grouped(rows, "owner_id", "owner_name"),
        "by_body": grouped(rows, "body_code", "body_name"),
        "owners": [(one, owners[one]) for one in sorted(owners, key=lambda one: owners[one])],
        "bodies": list(
            dict.fromkeys((row["body_code"], f"{row['body_code']} {row['body_name']}") for row in everything)
        ),
        "body": body.value,
        "owner": owner.value,
        "told": any(row["returns_filed"] for row in rows),
        "example": next((row for row in rows if row["verdict"] == promises.FUNDED), None),
        "documents": named(series, codes),
    }
    return show(request, "public/insight/promises.html", series, context)


def counted(rows: list[Row]) -> list[tuple[str, int]]:
    """How many have which verdict, in the order of the words."""
    found = Counter(row["verdict"] for row in rows)
    return [(verdict, found[verdict]) for verdict in VERDICTS]


def grouped(rows: list[Row], key: str, name: str) -> list[dict]:
    """The same for each owner or body."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row[key] or "", []).append(row)
    return [
        {"code": code, "name": group[0][name] or "owner not known", "counts": counted(group), "named": len(group)}
        for code, group in sorted(found.items(), key=lambda item: item[1][0][name] or "")
    ]
