"""Do the pages about data and methods say what holds, do machines find all of it, and are names kept as they are?"""

import csv
import datetime as dt
import json
import re
import subprocess
import sys
import unicodedata
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.test import Client

from portal.templatetags.portal import gbp, percentage
from providers.actions import add_organisation
from providers.identifiers import parse_charity_number
from supplychain.analysis import breakdown, cliff_edge, concentration, measures, money, pounds_way, reliance, services
from supplychain.analysis.rows import rows_of
from supplychain.analysis.selection import Selection
from supplychain.disclosure.columns import TABLES
from supplychain.models import FrozenLine, FrozenParty, Publication, RuleVersion
from supplychain.public import samples, sitemap
from supplychain.public.data import FEEDS, LISTS
from supplychain.public.methods import EXAMPLE, FIGURES
from tests.integration.disclosure_builder import Q1, World
from tests.integration.public_site import frozen, publish

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
DATASET = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def example() -> Publication:
    """The return that the methods work with, published."""
    world = World()
    world.body("D91")
    filed = world.filed("D91", Q1, income_gbp="100000.00")
    world.own_delivery(filed, "40000.00")
    world.organisation("Alpha", sector="private")
    world.line(filed, "A", "Alpha", "30000.00", end_date=dt.date(2014, 8, 31))
    world.line(filed, "B", "Beta", None, amount_status="not-disclosed")
    world.line(filed, "C", "Gamma", "12000.00", above="A")
    world.figures(filed, world.kpi(), "90/120", A="9")
    return world.published(Q1)


def test_the_worked_example_is_what_the_analyses_say() -> None:
    publication = example()
    said = {figure.slug: figure.example for figure in FIGURES}
    body = money.trace(publication, "D91")
    alpha = next(hop for hop in body.hops if hop.agreement_ref == "A")
    tiers = {tier.tier: tier for tier in body.by_tier}
    (share,) = measures.contributions(publication.pk, "T01", slice(0, 9))
    assert "£100,000" in EXAMPLE and body.income == 100_000
    assert said["paid"] == f"Tier 2: {gbp(tiers[2].amount)}, without 1 line. Tier 3: {gbp(tiers[3].amount)}."
    assert (tiers[2].lines_without_amount, tiers[3].lines_without_amount) == (1, 0)
    assert body.at_most and not alpha.at_most
    assert said["not-passed-on"] == f"The body: at most {gbp(body.not_passed_on)}. A: {gbp(alpha.not_passed_on)}."
    assert said["neither"] == f"At most {gbp(body.neither)}."
    assert said["counts"].startswith(f"{len(body.hops)} lines") and len({hop.payee_id for hop in body.hops}) == 3
    assert said["share"] == f"9 of 90: {share.share}%. The body’s own value: 90 of 120, which is {share.body.percent}%."
    assert said["to-date"].startswith(f"A: {gbp(FrozenLine.objects.get(provider_name='Alpha').amount_to_date_gbp)}")
    assert said["passed-down"].endswith(f"which is {percentage(alpha.passed_down.amount, alpha.received)}.")


def test_the_worked_example_is_what_further_analyses_say() -> None:
    publication, said = example(), {figure.slug: figure.example for figure in FIGURES}
    stops = [stop for stop in pounds_way.stops(publication) if stop.basis == pounds_way.TIER_2]
    stopped = {stop.sector: stop.amount for stop in stops}
    whole = sum(stopped.values())
    assert said["pounds-way"].startswith(
        f"Of {gbp(whole)}, {gbp(stopped['private'])} stops with A and {gbp(stopped['voluntary'])} with C: "
    )
    assert said["pounds-way"].count(percentage(stopped["voluntary"], whole)) == 2
    followed = pounds_way.followed(publication)
    assert said["not-disclosed"].startswith(f"{followed.without_amount} of {followed.agreements} agreements")
    chosen = Selection.parse("demonstration", {"body": ["D91"]})
    ((price, _by_terms), (largest,)) = services.price_ranges(chosen), concentration.concentrations(publication, "body")
    assert said["price"].startswith(f"{price.known} agreements") and price.median is None
    assert said["concentration"].startswith(f"A has {largest.largest}% of what is shown: {gbp(largest.paid)}")
    assert f"{largest.herfindahl:,.0f}" in said["concentration"]
    ((cell,), (ends,)) = (
        breakdown.breakdown(Selection.parse("demonstration", {"body": ["D91"], "tier": ["2"]}), ["area"]),
        rows_of(cliff_edge.totals_statement(chosen, dt.date(2014, 6, 30))),
    )
    assert said["areas"].startswith(f"The area: {gbp(cell.amount)} at tier 2, without {cell.lines_without_amount} line")
    assert said["cliff-edge"] == (
        f"On 30 June, {ends['within_3']} agreement ends within three months, and {ends['open_ended']} name no end."
    )
    behind, _by_body = reliance.behind("demonstration", ["D91"], dt.date(2014, 6, 30))
    assert said["owners"].startswith(f"{behind.agreements} agreements and {behind.providers} providers")


def test_every_figure_of_the_methods_has_its_place(client: Client) -> None:
    page = client.get("/demonstration/about/methods/").content.decode()
    anchors = re.findall(r'id="([^"]+)"', page)
    assert len(anchors) == len(set(anchors)) and {figure.slug for figure in FIGURES} <= set(anchors)
    for figure in FIGURES:
        assert client.get(f"/demonstration{figure.href}").status_code == 200, figure.slug


def test_lists_and_feeds_of_the_catalogue_are_there(client: Client) -> None:
    for address, _title in LISTS:
        answer = client.get(f"/demonstration{address}?format=csv")
        assert answer.status_code == 200 and answer["Content-Type"].startswith("text/csv"), address
        b"".join(answer)
    page = client.get("/demonstration/data/").content.decode()
    for address, _title in FEEDS:
        assert client.get(f"/demonstration{address}").status_code == 200, address
        assert f'href="/demonstration{address}"' in page


def test_each_feed_is_known_by_an_id_of_its_own_that_stays(client: Client) -> None:
    followed = [address for address, _title in FEEDS if address.endswith(".atom")]
    followed += ["/insight/cliff-edge/feed.atom", "/search/feed.atom?q=trust", "/areas/gullmere/feed.atom"]
    ids = {}
    for address in followed:
        feed = ElementTree.fromstring(client.get(f"/demonstration{address}").content)
        ids[address] = feed.findtext(f"{ATOM}id")
        selves = [link.get("href") for link in feed.findall(f"{ATOM}link") if link.get("rel") == "self"]
        assert selves == [ids[address]] == [f"http://testserver/demonstration{address}"]
        entries = [entry.findtext(f"{ATOM}id") for entry in feed.findall(f"{ATOM}entry")]
        assert entries and len(entries) == len(set(entries)), address
    assert len(set(ids.values())) == len(followed)


def test_the_dictionary_holds_every_column_of_every_file(client: Client) -> None:
    page = client.get("/data/dictionary/").content.decode()
    given = list(csv.DictReader(client.get("/data/dictionary/?format=csv").content.decode().splitlines()))
    for table in TABLES:
        names = [column.name for column in table.columns]
        assert [row["column"] for row in given if row["file"] == table.file] == names
        shown = re.search(rf'id="columns-{table.name}".*?</table>', page, re.DOTALL)[0]
        assert re.findall(r"<code[^>]*>(.*?)</code>", shown) == names
    assert 'id="shorthand"' in page and "[e]" in page and 'id="return-funding"' in page


def test_a_citation_names_version_and_digest(client: Client) -> None:
    publication = frozen()
    for address in (publication.address, "/data/"):
        cited = re.search(r'id="citation">(.*?)</p>', client.get(address).content.decode())
        if publication.address in (cited[1] if cited else "") or address != "/data/":
            assert f"version {publication.version}" in cited[1] and publication.digest in cited[1]


def test_samples_count_where_there_is_nothing_to_add_up(client: Client, tmp_path: Path) -> None:
    publication = frozen(kind="compiled", amounts=(None, None))
    table = tmp_path / publication.address.strip("/") / "supply-chain.csv"
    table.parent.mkdir(parents=True)
    table.write_text("tier,amount_paid_gbp\n2,\n3,\n2,\n", encoding="utf-8")
    program = next(one for one in samples.reading(tmp_path.as_uri(), publication, amounts=False) if one.id == "python")
    told = subprocess.run([sys.executable, "-I", "-c", program.code], capture_output=True, text=True, check=True)
    assert told.stdout == "Tier 2 2\nTier 3 1\n"
    page = client.get("/data/").content.decode()
    assert f"{publication.address}supply-chain.csv" in page
    assert "count its agreements by tier" in page and "paid[line" not in page
    assert "add up by tier" in client.get("/demonstration/data/").content.decode()


def test_the_change_log_holds_the_rules_that_changed_and_no_others(client: Client) -> None:
    page = client.get("/data/changes/").content.decode()
    assert "format 1 of the manifest" in page and "ownership-bods.json" in page and "No rule was changed" in page
    RuleVersion.objects.create(
        rule="T05", severity="information", valid_from=dt.date(2026, 1, 1), reason="Told too often for what it finds."
    )
    page = client.get("/data/changes/").content.decode()
    (row,) = re.findall(r'<a class="govuk-link" href="/rules/([^"]+)/">', page)
    assert row == "T05" and "Told too often" in page


def test_search_engines_find_data_sets_with_their_files(client: Client) -> None:
    publication = frozen()
    version = json.loads(DATASET.search(client.get(publication.address).content.decode())[1])
    assert (version["@type"], version["version"]) == ("Dataset", "1")
    assert version["temporalCoverage"] == "2018-04-01/2018-06-30"
    (file,) = version["distribution"]
    assert file["contentUrl"].endswith(f"{publication.address}supply-chain.csv") and file["sha256"] == "e" * 64
    everything = json.loads(DATASET.search(client.get("/data/").content.decode())[1])
    assert publication.address in {"/" + part["url"].split("/", 3)[3] for part in everything["hasPart"]}
    for address in ("/demonstration/data/", "/demonstration/disclosures/2018-19-q1/v1/"):
        assert not DATASET.search(client.get(address).content.decode()), "invented data are no data set"


def test_the_site_map_holds_what_is_there_and_nothing_invented(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    frozen(amounts=("1.00", "2.00", "3.00"))
    monkeypatch.setattr(sitemap, "PROVIDERS_A_FILE", 2)
    assert "Sitemap: http://testserver/sitemap.xml" in client.get("/robots.txt").content.decode()
    index = ElementTree.fromstring(client.get("/sitemap.xml").content)
    maps = [entry.text for entry in index.iter(f"{MAP}loc")]
    assert len(maps) == 4 and all(entry.text for entry in index.iter(f"{MAP}lastmod"))
    listed = []
    for address in maps:
        answer = client.get(address.removeprefix("http://testserver"))
        assert answer["Content-Type"].startswith("application/xml")
        found = [entry.text for entry in ElementTree.fromstring(answer.content).iter(f"{MAP}loc")]
        assert 0 < len(found) <= 2 or "providers" not in address
        listed += found
    assert len(listed) == len(set(listed)) and not [address for address in listed if "demonstration" in address]
    paths = [address.removeprefix("http://testserver") for address in listed]
    parties = FrozenParty.objects.filter(publication__series="real", publication__state="published")
    assert {f"/providers/{party}/" for party in parties.values_list("public_id", flat=True)} <= set(paths)
    for path in (*sitemap.FIXED, *paths[-3:]):
        assert client.get(path).status_code == 200, path
    assert client.get("/sitemap-providers-99.xml").status_code == 404


def test_what_is_not_found_leads_to_a_search(client: Client) -> None:
    for address in ("/nothing/", "/bodies/C99/", "/demonstration/providers/GB-CHC-1/", "/areas/atlantis/"):
        answer = client.get(address)
        prefix = "/demonstration" if address.startswith("/demonstration") else ""
        assert answer.status_code == 404 and f'action="{prefix}/search/"' in answer.content.decode(), address


def test_welsh_letters_are_kept_on_pages_in_files_and_found_however_they_are_typed(client: Client) -> None:
    name = "Tŷ Dŵr Môn"
    publication = frozen(state="building")
    add_organisation(
        name=name, series="real", identifiers=[parse_charity_number("9900555")], source="S-TEST", confidence="solid"
    )
    FrozenParty.objects.filter(publication=publication, public_id="GB-CHC-0000001").update(
        public_id="GB-CHC-9900555", name=name
    )
    FrozenLine.objects.filter(publication=publication, provider_id="GB-CHC-0000001").update(
        provider_id="GB-CHC-9900555", provider_name=name
    )
    publish(publication)
    assert name == unicodedata.normalize("NFC", name)
    for asked in (name, unicodedata.normalize("NFD", name), "ty dwr mon", "TŶ DŴR", "tŷ dwr mon"):
        assert "/providers/GB-CHC-9900555/" in client.get("/search/", {"q": asked}).content.decode(), asked
    assert name in unescape(client.get("/providers/GB-CHC-9900555/").content.decode())
    assert name in client.get("/providers/feed.atom").content.decode()


def test_what_the_database_gives_as_csv_keeps_welsh_letters(client: Client) -> None:
    answer = client.get("/demonstration/providers/?format=csv")
    text = b"".join(answer.streaming_content).decode("utf-8")
    assert text == unicodedata.normalize("NFC", text) and next(iter(csv.reader(text.splitlines())))[0] == "id"
