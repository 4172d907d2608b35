"""By which rules is a return judged, why, and what has to be done where one is broken?"""

import datetime as dt
import re
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils import timezone

from portal.errors import NotFound
from portal.templatetags.portal import london
from supplychain.filing.rules.catalogue import BY_CODE, RULES, InForce, in_force
from supplychain.filing.rules.changes import in_words
from supplychain.filing.rules.origins import ORIGINS
from supplychain.filing.rules.rule import GROUPS, TAGS, Rule, Words
from supplychain.models import RuleVersion
from supplychain.public.csv_export import csv_of_rows
from supplychain.public.series import CSV, World, public_page, show, wanted_format

FIGURE = re.compile(r"\{[^}]*\}")


@public_page
def index(request: HttpRequest, series: World) -> HttpResponse:
    """All rules by group, with the severity that is in force today."""
    today = in_force(timezone.localdate())
    if wanted_format(request) == CSV:
        return as_csv(series, list(today.values()))
    later = RuleVersion.objects.filter(valid_from__gt=timezone.localdate()).order_by("-valid_from")
    coming = {row.rule: row for row in later}  # the next one of each
    context = {
        "groups": [
            {
                "letter": letter,
                "caption": f"{letter}: {title}",
                "rules": [
                    {"now": today[rule.code], "coming": coming.get(rule.code)} for rule in RULES if rule.group == letter
                ],
            }
            for letter, title in GROUPS.items()
        ],
        "count": len(RULES),
        "origins": ORIGINS,
        "crumbs": [("Home", f"{series.prefix}/"), ("Rules", "")],
    }
    return show(request, "public/rules.html", series, context)


def as_csv(series: World, rules: list[InForce]) -> HttpResponse:
    """The list of rules as CSV, in the order of the page."""
    return csv_of_rows(
        series,
        "rules",
        ("code", "group", "title", "severity", "asks", "why", "fix"),
        (
            (
                one.rule.code,
                one.rule.group_title,
                one.rule.title,
                one.severity,
                one.rule.plain,
                one.rule.why,
                one.rule.fix,
            )
            for one in rules
        ),
    )


@public_page
def rule(request: HttpRequest, series: World, code: str) -> HttpResponse:
    """One rule: what it asks, why, an example, what to do, and how severe it is from when on."""
    if code != code.upper():
        return HttpResponsePermanentRedirect(f"{series.prefix}/rules/{code.upper()}/")
    found = BY_CODE.get(code)
    if found is None:
        raise NotFound("no-such-rule", f"There is no rule {code}.")
    versions = severities(code)
    today = in_force(timezone.localdate())[code]
    context = {
        "rule": found,
        "tag": TAGS[found.tag],
        "today": today,
        "forms": [spoken(words) for words in found.words.values()],
        "thresholds": in_words(today.thresholds),
        "coming": [one for one in reversed(versions) if one["coming"]],
        "versions": versions,
        "crumbs": [("Home", f"{series.prefix}/"), ("Rules", f"{series.prefix}/rules/"), (code, "")],
    }
    return show(request, "public/rule.html", series, context)


def severities(code: str) -> list[dict]:
    """Since when, or from when on, a rule is how severe, newest first: its dated rows, or the catalogue's own."""
    own = BY_CODE[code]
    known = [
        version(own, row.valid_from, row.severity, row.thresholds, row.reason)
        for row in RuleVersion.objects.filter(rule=code).order_by("-valid_from")
    ]
    if not known or known[-1]["valid_from"] > own.valid_from:
        known.append(version(own, own.valid_from, own.severity, {}, "As the portal starts."))
    return known


def version(rule: Rule, valid_from: dt.date, severity: str, thresholds: Mapping, reason: str) -> dict:
    """One row of the table of severities."""
    return {
        "valid_from": valid_from,
        "coming": f"From {london(valid_from)}" if valid_from > timezone.localdate() else "",
        "severity": severity,
        "thresholds": in_words({**rule.thresholds, **thresholds}),
        "reason": reason,
    }


def spoken(words: Words) -> dict[str, str]:
    """What a finding says, with … where a figure of the return stands; empty where nothing else would be left."""
    parts = {"message": words.message, "expected": words.expected, "fix": words.fix}
    return {name: "" if FIGURE.fullmatch(text) else FIGURE.sub("…", text) for name, text in parts.items()}
