"""Does a real web process answer as the reference page and the schema say? The page's own examples, and a fuzzer."""

import csv
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from html import unescape
from pathlib import Path
from urllib.request import urlopen

import pytest
from django.test import Client

from portal.templatetags.portal import gbp
from tests.fuzz.asking import ask
from tests.integration.public_site import frozen, publish
from tests.integration.web_server import web_server

PROGRAM = re.compile(r'<pre class="app-program"[^>]*id="([a-z-]+)"><code[^>]*>(.*?)</code></pre>', re.DOTALL)
QUARTER = "2018-19 Q4"  # the newest of the demonstration
TIER = re.compile(r"tier (\d+) demonstration (\S+) in (\d+) lines")


@pytest.fixture
def site(own_database) -> Iterator[str]:
    """The address of a web process with the demonstration."""
    with web_server(own_database.environment) as port:
        yield f"http://127.0.0.1:{port}"


def page(site: str, address: str) -> str:
    """A page as that site shows it, drawn here, where its stylesheets need not be built."""
    return Client().get(address, HTTP_HOST=site.removeprefix("http://")).content.decode()


def programs_of(site: str) -> dict[str, str]:
    """The programs on the reference page."""
    return {name: unescape(text) for name, text in PROGRAM.findall(page(site, "/demonstration/data/api/"))}


def test_a_stranger_gets_the_money_by_tier_with_only_the_page(site: str, tmp_path: Path) -> None:
    """The issue's story: ten lines of Python from the page give what the page and the CSV give."""
    programs = programs_of(site)
    money = programs["money-python"]
    assert len([line for line in money.splitlines() if line]) <= 10 and QUARTER in money
    told = TIER.findall(printed(money, tmp_path))
    query = "quarter=2018-19+Q4&sector=voluntary"
    with urlopen(f"{site}/demonstration/explore/?{query}&format=csv") as answer:
        rows = list(csv.DictReader(io.TextIOWrapper(answer, "utf-8", newline="")))
    explored = page(site, f"/demonstration/explore/?{query}&by=tier")
    assert [tier for tier, _, _ in told] == sorted({row["tier"] for row in rows}) and len(told) > 2
    for tier, amount, lines in told:
        paid = [Decimal(row["amount_paid_gbp"] or 0) for row in rows if row["tier"] == tier]
        assert (Decimal(amount), int(lines)) == (sum(paid), len(paid))
        assert gbp(Decimal(amount)) in explored
    every = Decimal(printed(programs["lines-python"], tmp_path))
    assert every == sum(Decimal(amount) for _, amount, _ in told)
    assert gbp(every) in explored


@pytest.mark.usefixtures("curl")
def test_examples_with_curl_run_as_they_stand(site: str, tmp_path: Path) -> None:
    programs = programs_of(site)
    shown = run(["sh", "-c", programs["money-curl"]], tmp_path)
    assert '"by":["tier"]' in shown and '"series":"demonstration"' in shown
    run(["sh", "-c", programs["again-curl"]], tmp_path)
    first = (tmp_path / "disclosures.json").read_text()
    assert '"results":[{"quarter":"2018-19 Q4"' in first and (tmp_path / "seen").read_text().startswith('"')
    (tmp_path / "disclosures.json").unlink()
    run(["sh", "-c", programs["again-curl"]], tmp_path)
    assert not (tmp_path / "disclosures.json").exists(), "nothing new: 304, and no answer to write"


def printed(program: str, folder: Path) -> str:
    """What a Python program prints that has nothing but the standard library."""
    return run([sys.executable, "-I", "-S", "-c", program], folder)


def run(command: list[str], folder: Path) -> str:
    plain = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    done = subprocess.run(command, cwd=folder, env=plain, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.usefixtures("curl")
def test_what_pages_say_of_checking_and_reading_files_runs_as_it_stands(
    world_files: Path, site: str, tmp_path: Path
) -> None:
    disclosure = page(site, "/demonstration/disclosures/2018-19-q1/v2/")
    checks = {name: unescape(text) for name, text in PROGRAM.findall(disclosure)}
    (tmp_path / "work").mkdir()
    for name in ("check-all", "check-one", "check-chain"):
        said = run(["sh", "-e", "-c", checks[name]], tmp_path / "work")
        assert {"check-all": "supply-chain.csv: OK", "check-one": "supply-chain.csv: OK"}.get(
            name, "2018-19 Q1,2"
        ) in said
    links = run(["sh", "-e", "-c", checks["check-links"]], tmp_path / "work").splitlines()
    assert len(links) > 9 and all(line.endswith(" holds") for line in links)
    samples = {name: unescape(text) for name, text in PROGRAM.findall(page(site, "/demonstration/data/"))}
    run(["sh", "-e", "-c", samples["curl"]], tmp_path / "work")
    assert '"results":' in (tmp_path / "work" / "agreements.json").read_text()
    told = re.findall(r"Tier (\d+) (\S+)", printed(samples["python"], tmp_path))
    newest = page(site, f"/demonstration/disclosures/{QUARTER.lower().replace(' ', '-')}/v1/")
    assert len(told) > 2 and all(gbp(Decimal(amount)) in newest for _tier, amount in told)


def test_what_is_published_has_another_etag_at_once(own_database) -> None:
    client, address = Client(), "/api/v1/totals/?body=C01"
    before = client.get(address)
    publication = frozen(state="building")
    assert before.json()["totals"] == client.get(address).json()["totals"] == []
    publish(publication)
    after = client.get(address, headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200 and after["ETag"] != before["ETag"]
    assert after.json()["totals"][0]["amount_paid_gbp"] == "100.25"


def test_schemathesis_finds_nothing(own_database) -> None:
    """A short look at every operation; ``make fuzz`` takes a long one."""
    options = ("--max-examples", "3", "--seed", "1", "--generation-deterministic")
    done = ask(own_database.environment, *options, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
