"""Do rules and public pages use what registers say: numbers that don't exist, removed and merged charities, income?"""

import datetime as dt
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from providers.actions import absorb_organisation, add_organisation, drop_identifier
from providers.identifiers import Identifier
from providers.models import Organisation, RegisterCopy, RegisterEntry
from supplychain import demonstration, reference
from supplychain.filing.check import ReturnPaths
from tests.integration.filing_world import RETURNS, TODAY, checked, make_world
from tests.integration.register_files import charities, charity, companies, company, merger, mergers

pytestmark = pytest.mark.django_db
SERIES = "demonstration"
REMOVED = {"charity_registration_status": "Removed"}


@pytest.fixture(autouse=True)
def no_other_registers() -> None:
    RegisterCopy.objects.all().delete()
    RegisterEntry.objects.all().delete()


def load(path: Path, *more: str) -> None:
    call_command("import_register", str(path), "--series", SERIES, "-v0", *more)


def issues(tmp_path: Path, **numbers: str) -> list[tuple[str, str, str, str]]:
    """Rule, severity, value and expectation of what O02, O03 and O07 say of a good return with these numbers in it."""
    text = (RETURNS / "O07" / "funding.csv").read_text(encoding="utf-8")
    for was, now in {"SC990003": "9900010", "9900001": "9900001", **numbers}.items():
        text = text.replace(f",{was},", f",{now},")
    path = tmp_path / "funding.csv"
    path.write_text(text, encoding="utf-8")
    report = checked(ReturnPaths(funding=path), at=TODAY)
    return [
        (issue.rule, issue.severity, issue.value, issue.expected)
        for issue in report.issues
        if issue.rule in {"O02", "O03", "O07"}
    ]


@pytest.fixture
def world() -> None:
    make_world()
    RegisterCopy.objects.all().delete()
    RegisterEntry.objects.all().delete()


@pytest.mark.usefixtures("world")
def test_mergers_alone_make_no_number_unknown(tmp_path: Path) -> None:
    load(mergers(tmp_path, merger(9900001, 9900003, "2017-04-01"), merger(9900003, 9900004, "2018-06-30"),
                 merger(9900004, 9900005, "2018-07-01")))  # fmt: skip
    # 2018-19 Q2 begins on 1 July: by then 9900003 had gone into 9900004, and that one not yet further.
    assert issues(tmp_path) == [("O07", "error", "9900001", "GB-CHC-9900004")]


@pytest.mark.usefixtures("world")
def test_a_list_of_numbers_tells_which_exist_and_which_had_left(tmp_path: Path) -> None:
    load(
        charities(
            tmp_path, charity(9900002, "Harbour Trust"),
            charity(9900010, "Heather Society", date_of_removal="2016-05-01T00:00:00", **REMOVED),
        )
    )  # fmt: skip
    assert issues(tmp_path) == [
        ("O02", "error", "9900001", "a number of the register"),
        ("O03", "warning", "9900010", "a provider that existed in the quarter"),
    ]


@pytest.mark.usefixtures("world")
def test_companies_that_are_not_among_the_living_are_information(tmp_path: Path) -> None:
    load(companies(tmp_path, company("09900004", "OTHER LTD")))
    assert issues(tmp_path) == [("O02", "information", "09900003", "a number of the register")]


@pytest.mark.usefixtures("world")
def test_an_old_list_only_informs(tmp_path: Path) -> None:
    load(charities(tmp_path, charity(9900002, "Harbour Trust"), charity(9900010, "H"), day="2026-06-01T00:00:00"))
    assert issues(tmp_path) == [("O02", "information", "9900001", "a number of the register")]


def known(name: str, *numbers: str, source: str = "DEMO") -> Organisation:
    return add_organisation(
        name=name, series=SERIES, source=source, confidence="solid",
        identifiers=[Identifier("GB-CHC", number) for number in numbers],
    )  # fmt: skip


def test_the_page_of_a_provider_shows_what_its_register_says_and_of_which_day(tmp_path: Path, client: Client) -> None:
    known("Harbour Trust", "9900001")
    known("Quay Trust", "9900002")
    load(
        charities(
            tmp_path, charity(9900001, "Harbour Trust", date_of_removal="2016-05-01T00:00:00", **REMOVED),
            charity(9900002, "Quay Trust"),
        )
    )  # fmt: skip
    load(mergers(tmp_path, merger(9900001, 9900002, "2016-04-01"), merger(9900002, 9900003, "2018-01-01")))
    page = client.get("/demonstration/providers/GB-CHC-9900001/").content.decode()
    text = " ".join(page.split())
    assert "9900001: removed, entered on 3 February 2001, removed on 1 May 2016" in text
    assert "Charity Commission for England and Wales, copy of 1 November 2026" in text
    assert 'merged into <a class="govuk-link" href="/demonstration/providers/GB-CHC-9900002/">Quay Trust</a>' in text
    assert "on 1 April 2016" in text and "copy of 1 January 2018" in text
    assert "100k to 500k, 2025-26" in text and "ended on 31 March 2026" in text
    other = " ".join(client.get("/demonstration/providers/GB-CHC-9900002/").content.decode().split())
    assert "merged into New 9900003 (GB-CHC-9900003)" in other


def test_the_old_number_of_a_merged_charity_leads_to_the_one_that_goes_on(tmp_path: Path, client: Client) -> None:
    load(mergers(tmp_path, merger(9900001, 9900002), merger(9900002, 9900003), merger(9900004, 9900005)))
    assert client.get("/demonstration/providers/GB-CHC-9900001/").status_code == 404
    known("Told By A Return", "9900005", source="RETURN")
    known("Goes On", "9900003", "9900013")
    for number in ("9900001", "9900002"):
        answer = client.get(f"/demonstration/providers/GB-CHC-{number}/")
        assert (answer.status_code, answer["Location"]) == (302, "/demonstration/providers/GB-CHC-9900003/")
    assert client.get("/demonstration/providers/GB-CHC-9900004/").status_code == 404
    assert client.get("/providers/GB-CHC-9900001/").status_code == 404, "the real world is another one"


def test_bringing_registers_in_again_leaves_organisations_as_they_are(tmp_path: Path) -> None:
    one = known("Harbour Trust", "9900001")
    path = charities(tmp_path, charity(9900001, "Harbour Trust"))
    load(path)
    one.refresh_from_db()
    one.legal_form = "as somebody found out"
    one.save()
    load(charities(tmp_path, charity(9900001, "Harbour Trust", latest_income=None), day="2026-11-02T00:00:00"))
    one.refresh_from_db()
    assert (one.legal_form, one.income_band) == ("as somebody found out", "100k to 500k")
    assert RegisterEntry.objects.get(org_id="GB-CHC-9900001").income_year_end == dt.date(2026, 3, 31)


def test_an_organisation_that_takes_over_another_learns_what_its_register_says(tmp_path: Path) -> None:
    load(charities(tmp_path, charity(9900001, "Harbour Trust", latest_income=20_000_000)))
    one, other = known("Harbour Trust", "9900001"), known("Quay Trust", "9900002")
    assert (one.income_band, other.income_band) == ("over 10m", "")
    absorb_organisation(organisation=one, into=other, reason="the same")
    assert (other.income_band, other.legal_form) == ("over 10m", "charitable company")
    drop_identifier(organisation=other, identifier=Identifier("GB-CHC", "9900001"), reason="not the same after all")
    assert (other.income_band, other.income_year, other.legal_form) == ("", "", "")
    third = known("Harbour Trust", "9900001")
    drop_identifier(organisation=third, identifier=Identifier("GB-CHC", "9900001"), reason="its only number")
    assert (third.income_band, third.income_year, third.legal_form) == ("", "", "")


def test_loading_reference_and_demonstration_again_leaves_what_registers_said(tmp_path: Path) -> None:
    """St Mungo's and Harbour Lantern, each of its own world."""
    real = charities(tmp_path, charity(1149085, "ST MUNGO'S"))
    call_command("import_register", str(real), "-v0")
    load(charities(tmp_path, charity(9901001, "HARBOUR LANTERN TRUST")))
    told = Organisation.objects.filter(public_id__in=["GB-CHC-1149085", "GB-CHC-9901001"]).order_by("pk")
    before = list(told.values_list("income_band", "income_year"))
    assert before == [("100k to 500k", "2025-26")] * 2
    changed = sum(counts.touched for counts in reference.load().values()) + demonstration.load().changed_rows
    assert (changed, list(told.values_list("income_band", "income_year"))) == (0, before)
