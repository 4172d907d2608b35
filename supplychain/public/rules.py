"""By which rules is a return judged, why, and what has to be done where one is broken?"""

import csv
import datetime as dt
import re

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils import timezone

from portal.errors import NotFound
from supplychain.filing.rules.catalogue import BY_CODE, RULES, InForce, in_force
from supplychain.filing.rules.rule import GROUPS, TAGS, Words
from supplychain.models import RuleVersion
from supplychain.public import files
from supplychain.public.series import CSV, World, public_page, show, wanted_format

FIGURE = re.compile(r"\{[^}]*\}")


@public_page
def index(request: HttpRequest, series: World) -> HttpResponse:
    """All rules by group, with the severity that is in force today."""
    today = in_force(timezone.localdate())
    if wanted_format(request) == CSV:
        return as_csv(series, list(today.values()))
    context = {
        "groups": [
            {
                "letter": letter,
                "caption": f"{letter}: {title}",
                "rules": [today[rule.code] for rule in RULES if rule.group == letter],
            }
            for letter, title in GROUPS.items()
        ],
        "count": len(RULES),
        "crumbs": [("Home", f"{series.prefix}/"), ("Rules", "")],
    }
    return show(request, "public/rules.html", series, context)


def as_csv(series: World, rules: list[InForce]) -> HttpResponse:
    """The list of rules as CSV, in the order of the page."""
    response = HttpResponse(content_type=files.content_type("rules.csv"))
    response["Content-Disposition"] = f'attachment; filename="{series.file_prefix}rules.csv"'
    response["X-Robots-Tag"] = "noindex"
    writer = csv.writer(response, lineterminator="\n")
    writer.writerow(["code", "group", "title", "severity", "asks", "why", "fix"])
    for one in rules:
        rule = one.rule
        writer.writerow([rule.code, rule.group_title, rule.title, one.severity, rule.plain, rule.why, rule.fix])
    return response


@public_page
def rule(request: HttpRequest, series: World, code: str) -> HttpResponse:
    """One rule: what it asks, why, an example, what to do, and how severe it is from when on."""
    if code != code.upper():
        return HttpResponsePermanentRedirect(f"{series.prefix}/rules/{code.upper()}/")
    found = BY_CODE.get(code)
    if found is None:
        raise NotFound("no-such-rule", f"There is no rule {code}.")
    context = {
        "rule": found,
        "tag": TAGS[found.tag],
        "today": in_force(timezone.localdate())[code],
        "forms": [spoken(words) for words in found.words.values()],
        "versions": severities(code),
        "crumbs": [("Home", f"{series.prefix}/"), ("Rules", f"{series.prefix}/rules/"), (code, "")],
    }
    return show(request, "public/rule.html", series, context)


def severities(code: str) -> list[dict]:
    """Since when a rule is how severe, newest first: the dated rows, or the catalogue's own where there are none."""
    known = [
        {"valid_from": row.valid_from, "severity": row.severity, "reason": row.reason}
        for row in RuleVersion.objects.filter(rule=code).order_by("-valid_from")
    ]
    own: dt.date = BY_CODE[code].valid_from
    if not known or known[-1]["valid_from"] > own:
        known.append({"valid_from": own, "severity": BY_CODE[code].severity, "reason": "As the portal starts."})
    return known


def spoken(words: Words) -> dict[str, str]:
    """What a finding says, with … where a figure of the return stands; empty where nothing else would be left."""
    parts = {"message": words.message, "expected": words.expected, "fix": words.fix}
    return {name: "" if FIGURE.fullmatch(text) else FIGURE.sub("…", text) for name, text in parts.items()}
