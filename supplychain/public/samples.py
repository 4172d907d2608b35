"""Which lines can a reader paste to fetch, check and read what is published? Each is run by a test as it stands."""

from dataclasses import dataclass

from supplychain.models import Publication, series_prefix

PYTHON_PAID = """\
import csv
from collections import defaultdict
from decimal import Decimal
from urllib.request import urlopen

table = urlopen("TABLE").read().decode("utf-8")
paid = defaultdict(Decimal)
for line in csv.DictReader(table.splitlines(keepends=True)):
    if line["amount_paid_gbp"]:
        paid[line["tier"]] += Decimal(line["amount_paid_gbp"])
for tier in sorted(paid):
    print("Tier", tier, paid[tier])"""
PYTHON_COUNTED = """\
import csv
from collections import Counter
from urllib.request import urlopen

table = urlopen("TABLE").read().decode("utf-8")
agreements = Counter(line["tier"] for line in csv.DictReader(table.splitlines(keepends=True)))
for tier in sorted(agreements):
    print("Tier", tier, agreements[tier])"""
R_READ = """\
lines <- read.csv("TABLE",
  colClasses = c(charity_number = "character", company_number = "character"))
"""
R_PAID = f"{R_READ}aggregate(amount_paid_gbp ~ tier, data = lines, FUN = sum)"
R_COUNTED = f"{R_READ}table(lines$tier)"


@dataclass(frozen=True, slots=True)
class Sample:
    """Some lines for one program."""

    id: str
    title: str
    code: str


def checking(site: str, publication: Publication) -> list[Sample]:
    """Fetch a version and check that every byte is as it was published. ``site`` is scheme and host."""
    folder = f"{site}{publication.address}"
    chain = f"{site}{series_prefix(publication.series)}/disclosures/chain.csv"
    stem = f"{publication.quarter.slug}-v{publication.version}"
    return [
        Sample(
            "check-all",
            "Everything, from the archive",
            f"curl -fsSO {folder}{stem}.zip\n"
            f"mkdir {stem} && cd {stem}\n"
            f"python3 -m zipfile -e ../{stem}.zip .\n"
            "sha256sum --check SHA256SUMS",
        ),
        Sample(
            "check-one",
            "One file",
            f"curl -fsSO {folder}SHA256SUMS -O {folder}supply-chain.csv\nsha256sum --check --ignore-missing SHA256SUMS",
        ),
        Sample(
            "check-chain",
            "That this version stands in the chain of all versions",
            f"curl -fsS {folder}manifest.json | sha256sum | cut -c 1-64 > manifest.sha256\n"
            f"curl -fsS {chain} | grep -F -f manifest.sha256",
        ),
        Sample(
            "check-links",
            "That every line of the chain is as it was: its link is the SHA-256 of the cells before it",
            f"curl -fsS {chain} | tail -n +2 | while IFS= read -r line; do\n"
            '  printf %s "${line%,*}" | sha256sum | grep -q "^${line##*,} " && said=holds || said="does not hold"\n'
            '  echo "link ${line%%,*} $said"\n'
            "done",
        ),
    ]


def reading(site: str, publication: Publication, *, amounts: bool) -> list[Sample]:
    """Read the table of lines and add up by tier what it shows as paid: the totals of the page. Where it holds no
    ``amounts``, count its agreements.
    """
    table = f"{site}{publication.address}supply-chain.csv"
    newest = f"{site}{series_prefix(publication.series)}/api/v1/agreements/?quarter={publication.quarter.slug}"
    python, r = (PYTHON_PAID, R_PAID) if amounts else (PYTHON_COUNTED, R_COUNTED)
    return [
        Sample("curl", "curl", f"curl -fsSo supply-chain.csv {table}\ncurl -fsS '{newest}' > agreements.json"),
        Sample("python", "Python (standard library)", python.replace("TABLE", table)),
        Sample("r", "R", r.replace("TABLE", table)),
    ]
