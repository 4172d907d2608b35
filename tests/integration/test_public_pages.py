"""Does every public page answer, to everybody, with the right things, and nothing from behind the wall?"""

import csv
import datetime as dt
import io
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape

from portal.models import User
from portal.templatetags.portal import gbp
from providers.models import Organisation, OrganisationAlias
from supplychain.filing.rules.origins import ORIGINS
from supplychain.models import Publication, Release, RuleVersion
from tests.integration.disclosure_builder import Q1, World
from tests.integration.public_site import PAGES, QUARTER, frozen

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("page", PAGES)
def test_pages_answer_without_cookies_and_may_be_kept(client: Client, page: str) -> None:
    answer = client.get(page)
    assert answer.status_code == 200
    assert not answer.cookies
    assert answer["Cache-Control"] == "public, max-age=60"
    assert "Cookie" not in answer.get("Vary", "")
    again = client.get(page, headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == answer["ETag"]
    head = client.head(page)
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", answer["ETag"])


def test_a_session_of_the_workbench_changes_nothing_on_public_pages(client: Client) -> None:
    """The public role can't read sessions, so nothing on these pages may ask for one."""
    client.cookies["sessionid"] = "x" * 32
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/bodies/").status_code == 200
    assert not [query["sql"] for query in asked if "session" in query["sql"]]


def test_pages_only_answer_reading(client: Client) -> None:
    assert client.post("/bodies/").status_code == 405


@pytest.mark.parametrize(
    "address",
    [
        "/bodies/?page=abc", "/bodies/?whatever=%00", "/bodies/C06/?page=0", "/bodies/C06/?page=%00",
        "/bodies/Z99/", "/bodies/%00/", "/bodies/toolongacode/", "/bodies/%E2%98%83/",
        "/providers/?page=abc", "/providers/?page=99999", "/providers/?page=-1", "/providers/?page=9" + "9" * 60,
        "/providers/?page=%D9%A3", "/providers/?q=%00%0A%1b", "/providers/?q=" + "x" * 5000, "/providers/?q=%25_%5C'",
        "/providers/GB-CHC-00000000/", "/providers/GB-CHC-%00/", "/providers/..%2f..%2fetc/",
        "/disclosures/2018-20-q1/", "/disclosures/2018-19-q5/", "/disclosures/9999-00-q1/", "/disclosures/2018-19-q1/",
        "/disclosures/2018-19-q1/v0/", "/disclosures/2018-19-q1/v01/", "/disclosures/2018-19-q1/v99999999/",
        "/disclosures/2018-19-q1/v1/", "/disclosures/2018-19-q1/v1/..%2f..%2fmanage.py", "/rules/Z99/", "/rules/M1/",
        "/disclosures/?format=%00", "/bodies/?format=xlsx", "/providers/?format=" + "y" * 3000,
        "/demonstration/disclosures/2018-19-q2/v1/?page=%00", "/demonstration/bodies/D01/?page=77",
    ],
)  # fmt: skip
def test_bad_addresses_get_a_page_and_never_a_fault(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code in {200, 404}
    assert "<h1" in answer.content.decode()


def test_an_unknown_form_of_a_list_is_refused_in_a_sentence(client: Client) -> None:
    answer = client.get("/bodies/?format=xml")
    assert answer.status_code == 404
    assert "ask for format=csv" in answer.content.decode()


def test_codes_and_ids_lead_to_their_one_spelling(client: Client) -> None:
    assert client.get("/bodies/c06/")["Location"] == "/bodies/C06/"
    assert client.get("/rules/m01/")["Location"] == "/rules/M01/"
    assert client.get("/demonstration/providers/gb-chc-9901001/")["Location"] == (
        "/demonstration/providers/GB-CHC-9901001/"
    )
    assert client.get("/bodies")["Location"] == "/bodies/"


def test_an_id_that_was_given_once_leads_to_the_organisation_that_has_it_now(client: Client) -> None:
    organisation = Organisation.objects.get(public_id="GB-CHC-9901001")
    OrganisationAlias.objects.create(old_id="XP-999999", organisation=organisation, reason="Identified.")
    answer = client.get("/demonstration/providers/XP-999999/")
    assert (answer.status_code, answer["Location"]) == (301, "/demonstration/providers/GB-CHC-9901001/")
    assert client.get("/providers/XP-999999/").status_code == 404, "the other series does not know it"


def test_lines_under_an_old_id_stand_on_the_page_of_the_new_one(client: Client) -> None:
    frozen()
    fact = {"source": "TEST", "confidence": "solid"}
    Organisation.objects.get(public_id="GB-CHC-0000001").delete()
    organisation = Organisation.objects.create(name="Provider One", public_id="GB-CHC-7777777", **fact)
    OrganisationAlias.objects.create(old_id="GB-CHC-0000001", organisation=organisation, reason="Merged.")
    page = client.get("/providers/GB-CHC-7777777/").content.decode()
    assert gbp(Decimal("100.25")) in page
    assert "A-1" in page and "A-2" not in page


def test_a_quarter_leads_to_its_valid_version(client: Client) -> None:
    answer = client.get("/demonstration/disclosures/2018-19-q1/")
    assert (answer.status_code, answer["Location"]) == (302, "/demonstration/disclosures/2018-19-q1/v2/")


def test_a_superseded_version_says_so_and_leads_on(client: Client) -> None:
    page = client.get("/demonstration/disclosures/2018-19-q1/v1/").content.decode()
    assert "Version 2 is the valid one." in page
    assert 'href="/demonstration/disclosures/2018-19-q1/v2/"' in page
    valid = client.get("/demonstration/disclosures/2018-19-q1/v2/").content.decode()
    assert "is the valid one" not in valid
    assert Publication.objects.get(series="demonstration", period="2018-19 Q1", version=2).correction_notice in valid


@pytest.mark.parametrize("state", ["open", "building", "built", "failed"])
def test_what_is_not_published_is_not_there(client: Client, state: str) -> None:
    publication = frozen(state="building")
    Publication.objects.filter(pk=publication.pk).update(state=state)
    for address in ("", "v1/", "v1/supply-chain.csv", "v1/?format=csv"):
        assert client.get(f"/disclosures/{QUARTER.slug}/{address}").status_code == 404, address
    for page in ("/", "/disclosures/", "/providers/", "/bodies/C01/", "/disclosures/feed.atom"):
        text = client.get(page).content.decode()
        assert "Provider 1" not in text and QUARTER.slug not in text, page


def test_home_says_what_is_known_until_a_return_is_published(client: Client) -> None:
    Publication.objects.filter(series="real").delete()
    before = client.get("/").content.decode()
    assert "No return of any body has been published here yet" in before
    assert re.search(r">21</p>\s*<p><a [^>]+>Community Rehabilitation Companies</a>", before) and "£" not in before
    assert "Yearly audit: none has been published yet." in before
    assert before.count('href="/demonstration/"') == 1
    frozen(kind="compiled", amounts=(None, None))
    compiled = client.get("/").content.decode()
    assert "compiled by the portal from public records" in compiled and "£" not in compiled


def test_home_shows_figures_of_filed_returns_with_their_derivation(client: Client) -> None:
    Publication.objects.filter(series="real").delete()
    publication = frozen(amounts=("100.25", "0.50", None))
    Release.objects.create(
        series="real", kind="disclosure", period="2018-19 Q2", version=1, announced_at=timezone.now(),
        goes_public_at=dt.datetime(2099, 1, 5, 9, 30, tzinfo=dt.UTC), announced_by=User.objects.first(),
    )  # fmt: skip
    page = client.get("/").content.decode()
    assert "£100.75" in page and "without 1 agreement that shows no amount" in page
    assert f'href="{publication.address}#totals"' in page
    assert "5 January 2099, 9:30am" in page
    derivation = client.get(publication.address).content.decode()
    assert "£100.75" in derivation and 'id="totals"' in derivation


def test_home_shows_filed_returns_even_where_a_compiled_quarter_is_newer(client: Client) -> None:
    Publication.objects.filter(series="real").delete()
    filed = frozen(amounts=("100.25",))
    compiled = frozen(kind="compiled", amounts=(None,), quarter=QUARTER.next)
    page = client.get("/").content.decode()
    assert "£100.25" in page and f'href="{filed.address}"' in page
    assert "No return" not in page and compiled.address not in page


def test_data_go_up_to_the_newest_publication_of_any_quarter(client: Client) -> None:
    frozen(quarter=QUARTER.next, at=dt.datetime(2098, 1, 5, 9, 30, tzinfo=dt.UTC))
    frozen(at=dt.datetime(2099, 1, 5, 9, 30, tzinfo=dt.UTC))
    assert "Data as of 5 January 2099, 9:30am." in client.get("/bodies/").content.decode()


def test_the_rules_come_as_csv_too(client: Client) -> None:
    answer = client.get("/rules/?format=csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode(), newline="")))
    page = client.get("/rules/").content.decode()
    assert answer["Content-Type"].startswith("text/csv") and len(rows) > 40
    assert all(f"/rules/{row['code']}/" in page and row["severity"] and row["asks"] for row in rows)
    assert all(f">{origin.code}<" in page and escape(origin.reason) in page for origin in ORIGINS)


def test_a_disclosure_of_compiled_lines_claims_no_amounts(client: Client) -> None:
    page = client.get(frozen(kind="compiled", amounts=(None, None)).address).content.decode()
    assert "compiled by the portal" in page and "£" not in page
    assert "not available [x]" in page


def test_compiled_lines_say_so_wherever_they_stand(client: Client) -> None:
    frozen(kind="compiled", amounts=(None, None))
    body = client.get("/bodies/C01/").content.decode()
    assert "Compiled by the portal from public records" in body and "What became of the money" not in body
    assert "£" not in body and "passed on:" not in body
    provider = client.get("/providers/GB-CHC-0000001/").content.decode()
    assert "Who funds it" in provider and "Received and passed on" not in provider and "£" not in provider


def test_nil_late_and_missing_are_told_apart(client: Client) -> None:
    page = client.get("/demonstration/disclosures/2018-19-q1/v2/").content.decode()
    assert "Nil return" in page and "Late" in page
    assert "Missing" in client.get("/demonstration/disclosures/2018-19-q2/v1/").content.decode()


def test_a_body_shows_its_money_to_the_penny(client: Client) -> None:
    world = World()
    world.body("D91")
    filed = world.filed("D91", Q1, income_gbp="1000.00")
    world.line(filed, "A-1", "Alpha", "600.10")
    world.line(filed, "A-1/1", "Beta", "200.05", above="A-1")
    world.line(filed, "A-2", "Gamma", None, amount_status="not-disclosed")
    world.own_delivery(filed, "150.00")
    world.published(Q1)
    page = client.get("/demonstration/bodies/D91/").content.decode()
    assert "at most £399.90" in page, "income less tier 2, an upper bound as one amount is unknown"
    assert "at most £249.90" in page, "less own delivery"
    assert "£400.05" in page, "what Alpha is not reported to have passed on"
    words = re.sub(r"(?s)<script.*?</script>|<[^>]+>", "", page)
    assert "profit" in words and "margin" not in words and "kept" not in words


def test_facts_stand_with_source_and_doubt(client: Client) -> None:
    page = client.get("/bodies/C06/").content.decode()
    assert 'href="#source-S-INTERSERVE"' in page and 'id="source-S-INTERSERVE"' in page
    assert "Unverified" in page
    assert "1 February 2015 to 25 June 2021" in page


def test_a_period_that_nobody_confirmed_is_marked_wherever_it_shows(client: Client) -> None:
    """The day on which regions began is not known; that they exist is."""
    page = client.get("/bodies/R-A/").content.decode()
    in_force = re.search(r"In force</dt>(.*?)</dd>", page, re.DOTALL)[1]
    assert "from 1 July 2020" in in_force and "Unverified" in in_force and "source-GK" in in_force
    assert "Unverified" not in re.search(r"Organisation</dt>(.*?)</dd>", page, re.DOTALL)[1]
    home = client.get("/").content.decode()
    assert re.search(
        r">12</p>\s*<p><a [^>]+>probation regions</a>, in force from 1 July 2020.{0,120}Unverified", home, re.DOTALL
    )
    rows = {
        row["code"]: row
        for row in csv.DictReader(io.StringIO(b"".join(client.get("/bodies/?format=csv").streaming_content).decode()))
    }
    assert (rows["R-A"]["period_confidence"], rows["C01"]["period_confidence"]) == ("unverified", "solid")


def test_an_organisation_known_from_documents_only_has_a_page(client: Client) -> None:
    partner = Organisation.objects.get(name="Nacro", series="real")
    page = client.get(f"/providers/{partner.public_id}/").content.decode()
    assert "No published disclosure names this organisation" in page or "Agreements" in page
    assert "Sodexo Justice Services" in page


def test_rules_show_the_severity_of_the_day(client: Client) -> None:
    RuleVersion.objects.filter(rule="M01").delete()
    RuleVersion.objects.create(rule="M01", valid_from="2020-01-01", severity="warning", reason="While bodies learn.")
    RuleVersion.objects.create(rule="M01", valid_from="2099-01-01", severity="error", reason="From then on.")
    page = client.get("/rules/M01/").content.decode()
    assert "Needs an explanation before the return is submitted." in page
    assert "1 January 2099" in page and "While bodies learn." in page


def test_without_the_demonstration_nothing_of_it_is_there(client: Client, settings) -> None:
    settings.PORTAL_DEMONSTRATION = False
    answer = client.get("/demonstration/bodies/")
    assert answer.status_code == 404
    text = answer.content.decode()
    assert "runs without the demonstration" in text and "/demonstration/" not in text
    assert "/demonstration/" not in client.get("/").content.decode()


def test_where_the_demonstration_is_not_loaded_it_is_not_there(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE supplychain_body CASCADE")
    assert client.get("/demonstration/").status_code == 404


def test_contacts_are_the_operators_or_said_to_be_missing(client: Client, settings) -> None:
    settings.PORTAL_CONTACT, settings.SECURITY_CONTACT, settings.SECURITY_TXT_AT = "", "", ""
    assert "has not named an address" in client.get("/about/contact/").content.decode()
    assert client.get("/.well-known/security.txt").status_code == 404
    settings.PORTAL_CONTACT, settings.SECURITY_CONTACT = "ask@portal.example", "mailto:security@portal.example"
    assert "mailto:ask@portal.example" in client.get("/about/contact/").content.decode()
    lines = dict(line.split(": ", 1) for line in client.get("/.well-known/security.txt").content.decode().splitlines())
    assert lines["Contact"] == "mailto:security@portal.example"
    expires = dt.datetime.fromisoformat(lines["Expires"])
    assert dt.timedelta(days=30) < expires - timezone.now() < dt.timedelta(days=365)
    settings.SECURITY_TXT_AT = "https://operator.example/.well-known/security.txt"
    assert client.get("/.well-known/security.txt")["Location"] == settings.SECURITY_TXT_AT


def test_robots_may_read_pages(client: Client) -> None:
    answer = client.get("/robots.txt")
    assert answer["Content-Type"].startswith("text/plain")
    assert "Disallow: /\n" not in answer.content.decode() + "\n"
