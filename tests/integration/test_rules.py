"""Does every rule find what breaks it, and nothing else? Folders of fixtures/returns are its cases."""

import json

import pytest
from django.core.management import call_command
from django.db import transaction

from supplychain.filing import staging
from supplychain.filing.readers import faults
from supplychain.filing.rules.catalogue import BY_CODE, RULES
from tests.integration.filing_world import RETURNS, arguments_in, expected_in, make_world

CASES = sorted(path.parent for path in RETURNS.rglob("expected.json") if path.parent.parent.name != "published")


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """The world of the fixtures, made once for this module and taken away again."""
    with django_db_blocker.unblock(), transaction.atomic():
        make_world()
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: str(folder.relative_to(RETURNS)))
def test_a_fixture_breaks_exactly_its_rule(folder, world, django_db_blocker, monkeypatch, capsys) -> None:
    expected = expected_in(folder)
    for name, limit in expected.get("limits", {}).items():
        monkeypatch.setattr(faults, name, limit)
    if expected.get("plant") == "a row is lost":
        lose_a_row(monkeypatch)
    with django_db_blocker.unblock():
        code = run([*arguments_in(folder), "--json"])
    report = json.loads(capsys.readouterr().out)
    found = [[issue["rule"], issue["severity"], issue["row"], issue["column"]] for issue in report["issues"]]
    assert found == expected["issues"], report["issues"]
    errors = sum(severity == "error" for _rule, severity, _row, _column in found)
    assert code == expected.get("exit", 1 if errors else 0)
    for issue in report["issues"]:
        assert issue["message"].endswith(".") and issue["expected"] and issue["fix"]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_has_a_fixture_and_words(rule) -> None:
    folder = RETURNS / rule.code
    expected = expected_in(folder)
    assert {issue[0] for issue in expected["issues"]} == {rule.code} or expected.get("filing") == rule.code
    assert "{" not in rule.fix
    for text in (rule.title, rule.plain, rule.why, rule.example, rule.message, rule.expected, rule.fix):
        assert text
    assert all(folder.name.split("-")[0] in BY_CODE for folder in CASES if folder.parent == RETURNS)


def test_the_page_of_rules_is_as_the_catalogue_has_it(capsys) -> None:
    call_command("draw_rules", "--check")
    assert "up to date" in capsys.readouterr().out


def run(arguments: list[str]) -> int:
    """The exit code of ``check_return``."""
    try:
        call_command("check_return", *arguments)
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def lose_a_row(monkeypatch) -> None:
    """Let the database keep a row less than it was sent."""
    load = staging.load

    def losing(judge, progress=None) -> int:
        return load(judge, progress) - 1

    monkeypatch.setattr(staging, "load", losing)
