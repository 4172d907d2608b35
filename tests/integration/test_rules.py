"""Does every rule find what breaks it, and nothing else? Folders of fixtures/returns are its cases."""

import pytest
from django.core.management import call_command

from supplychain.filing.rules.catalogue import BY_CODE, RULES
from supplychain.filing.rules.origins import ORIGINS
from tests.cases.fixtures import FOLDERS, try_folder
from tests.integration.filing_world import RETURNS, expected_in, world_for_a_while


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """The world of the fixtures, made once for this module and taken away again."""
    with django_db_blocker.unblock(), world_for_a_while():
        yield


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: str(folder.relative_to(RETURNS)))
def test_a_fixture_breaks_exactly_its_rule(folder, world, django_db_blocker) -> None:
    with django_db_blocker.unblock():
        _outcome, wrong = try_folder(folder)
    assert wrong == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_has_a_fixture_and_words(rule) -> None:
    folder = RETURNS / rule.code
    expected = expected_in(folder)
    assert {issue[0] for issue in expected["issues"]} == {rule.code} or expected.get("filing") == rule.code
    assert "{" not in rule.fix
    for text in (rule.title, rule.plain, rule.why, rule.example, rule.message, rule.expected, rule.fix):
        assert text
    assert all(folder.name.split("-")[0] in BY_CODE for folder in FOLDERS if folder.parent == RETURNS)


def test_each_check_of_the_collection_has_its_fate() -> None:
    assert len(ORIGINS) == len({one.code for one in ORIGINS}) == 72
    asked = {one.code for one in ORIGINS if one.fate in ("kept", "changed")}
    assert asked | {"P03"} == {one.code for one in ORIGINS if one.code in BY_CODE}
    assert all(one.reason for one in ORIGINS if one.fate != "kept")
    assert {code for code in BY_CODE if code not in {one.code for one in ORIGINS}} == {
        *("F09", "F10", "F11", "V09", "V10", "V11", "O08", "M15", "M16", "M17", "K08", "K09")
    }


def test_the_page_of_rules_is_as_the_catalogue_has_it(capsys) -> None:
    call_command("draw_rules", "--check")
    assert "is current" in capsys.readouterr().out
