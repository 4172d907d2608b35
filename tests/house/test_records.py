"""Do the records keep their promises:

pairs of when and who, closed lists of states, named foreign tables, described columns?
"""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models
from django.urls import URLResolver, get_resolver

from portal import database_roles
from portal.signed_in import ADDRESSES
from supplychain.disclosure.columns import TABLES
from supplychain.filing.rules.catalogue import RULES
from supplychain.models import Publication
from tests.house.test_layers import ROOT

APPS = ("portal", "providers", "supplychain", "audits")
MODELS = [model for label in APPS for model in apps.get_app_config(label).get_models()]
RECORDS = [model for model in MODELS if not model.__name__.endswith("Event") or model.__name__ == "Event"]
RETURNS = ROOT / "fixtures" / "returns"
JUDGED_AT_FILING = {"P03"}  # whether a quarter is open is no question to a file; test_return_life asks it


def pairs(model: type[models.Model]) -> list[str]:
    names = {field.name for field in model._meta.fields}
    return sorted(name.removesuffix("_by") for name in names if name.endswith("_by") and f"{name[:-3]}_at" in names)


@pytest.mark.parametrize("model", RECORDS, ids=lambda model: model._meta.label)
def test_when_and_who_stand_together(model: type[models.Model]) -> None:
    """Each pair of ``_at`` and ``_by`` has its constraint, or neither can be empty."""
    constrained = {
        constraint.name.removesuffix("_pair").removeprefix(f"{model._meta.model_name}_")
        for constraint in model._meta.constraints
        if constraint.name.endswith("_pair")
    }
    free = [
        name
        for name in pairs(model)
        if name not in constrained
        and (model._meta.get_field(f"{name}_at").null or model._meta.get_field(f"{name}_by").null)
    ]
    assert set(free) <= {"created"}, "a job may be made by nobody, but never at no time"


@pytest.mark.parametrize("model", RECORDS, ids=lambda model: model._meta.label)
def test_a_state_is_one_of_a_closed_list(model: type[models.Model]) -> None:
    if not any(field.name == "state" for field in model._meta.fields):
        return
    checks = [c for c in model._meta.constraints if isinstance(c, models.CheckConstraint) and "state_known" in c.name]
    assert checks, f"{model._meta.label}.state has no constraint that names its values"


def test_the_public_role_reads_tables_that_exist_and_nothing_private() -> None:
    tables = set(database_roles.public_tables())
    private = {
        "supplychain_return",
        "supplychain_line",
        "supplychain_kpirow",
        "supplychain_publicationreturn",
        "portal_user",
    }
    assert not tables & private
    assert {Publication._meta.db_table, "supplychain_frozenline"} <= tables


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_published_column_is_described(table) -> None:
    for column in table.columns:
        assert column.title and column.description.endswith("."), f"{table.name}.{column.name}"
    names = [column.name for column in table.columns]
    assert len(names) == len(set(names))


# The order that readers rely on: columns may be appended, never inserted or renamed.
PUBLISHED = {
    "supply-chain": """
        quarter version body_code body_name body_kind owner_name agreement_ref upstream_ref tier role payer_id
        payer_name provider_id provider_name charity_number company_number sector service_category
        service_summary cohorts specialist area_codes area_scope funding_type start_date end_date shown_from
        shown_to agreement_value_gbp agreement_value_gbp_status amount_paid_gbp amount_paid_gbp_status
        amount_to_date_gbp amount_to_date_gbp_status people_supported people_supported_status referrals_received
        referrals_received_status explanation_code return_kind
    """,
    "flows": """
        quarter body_code tier payer_id payer_name payee_id payee_name agreements amount_paid_gbp
        amount_paid_gbp_status return_kind
    """,
    "kpi-contributions": """
        quarter body_code kpi_code kpi_kind agreement_ref provider_id numerator numerator_status denominator
        body_numerator body_denominator return_kind
    """,
    "bodies": """
        code name kind owner_name filing_status due_at submitted_at late income_received_gbp
        income_received_gbp_status return_kind
    """,
    "changes": """
        basis file key change column old new
    """,
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_columns_keep_their_order(name: str) -> None:
    table = next(table for table in TABLES if table.name == name)
    agreed = PUBLISHED[name].split()
    assert [column.name for column in table.columns][: len(agreed)] == agreed


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_has_words_and_a_file_that_breaks_it(rule) -> None:
    for text in (rule.title, rule.plain, rule.why, rule.example):
        assert len(text) > 8, f"{rule.code}: {text!r}"
    if rule.code in JUDGED_AT_FILING:
        return
    expected = [json.loads(path.read_text(encoding="utf-8")) for path in (RETURNS / rule.code).rglob("expected.json")]
    assert expected, f"fixtures/returns/{rule.code}/ is missing"
    assert any(rule.code == issue[0] for one in expected for issue in one["issues"])


def routes(resolver: URLResolver, prefix: str = "") -> dict[str, Any]:
    """The view at each route."""
    found: dict[str, Any] = {}
    for entry in resolver.url_patterns:
        here = prefix + str(entry.pattern)
        found |= routes(entry, here) if isinstance(entry, URLResolver) else {here: entry.callback}
    return found


PUBLIC_ROUTES = (
    "livez", "readyz", ".well-known/", "robots.txt", "sitemap", "^sitemap",
    "disclosures/", "areas/", "bodies/", "providers/", "search/",
    "services/", "kpis/", "rules/", "calendar/", "data/", "about/", "explore/", "insight/", "api/", "^api/",
)  # fmt: skip
FOR_ANYBODY = {"filing/sign-in/", "filing/sign-out/"}


def test_every_route_is_public_on_purpose_or_has_a_guard() -> None:
    """Behind the door each view says who may come in; in front of it none asks, and so none could let somebody in."""
    guards = {"signed in", "token"}
    unguarded = []
    for route, view in routes(get_resolver()).items():
        door = getattr(getattr(view, "cls", view), "door", None)
        if f"/{route}".startswith(ADDRESSES):
            if door not in guards and (route, door) not in {(known, "for anybody") for known in FOR_ANYBODY}:
                unguarded.append(route)
        elif door or ((named := route.removeprefix("demonstration/")) and not named.startswith(PUBLIC_ROUTES)):
            unguarded.append(route)
    assert unguarded == []


def test_the_drawing_of_the_states_is_current() -> None:
    out = io.StringIO()
    call_command("draw_states", "--check", stdout=out, stderr=out)
    assert "is current" in out.getvalue()


def test_the_top_level_is_as_agreed() -> None:
    agreed = [
        "manage.py",
        "pyproject.toml",
        "portal",
        "supplychain",
        "providers",
        "audits",
        "templates",
        "static",
        "fixtures",
        "tests",
        "docker-compose.yml",
        "README.md",
        "Makefile",
        "Dockerfile",
        "docs",
        "LICENSE",
        "package.json",
        "package-lock.json",
    ]
    made_here = {"var", "node_modules", "__pycache__"}
    found = {path.name for path in Path(ROOT).iterdir() if not path.name.startswith(".")}
    assert found - made_here <= set(agreed)
