"""Does the chain of publications give every rewriting away?"""

import datetime as dt
import hashlib

import pytest

from supplychain.disclosure import chain
from supplychain.disclosure.verify import pence_of
from supplychain.models import ChainLink, Publication


def three_links() -> list[ChainLink]:
    links: list[ChainLink] = []
    for number in (1, 2, 3):
        link = ChainLink(
            series="demonstration",
            number=number,
            publication=Publication(period=f"2018-19 Q{number}", version=1),
            manifest_sha256=hashlib.sha256(bytes([number])).hexdigest(),
            published_at=dt.datetime(2018, 6 + number, 1, 9, 30, 0, 123456, dt.timezone(dt.timedelta(hours=1))),
            previous_link=links[-1].link if links else "",
        )
        link.link = chain.digest(link)
        links.append(link)
    return links


def test_one_line_a_publication_in_utc_and_whole_seconds() -> None:
    first, second, _ = three_links()
    header, line, next_line, _, end = chain.text(three_links()).split("\n")
    assert header == "number,period,version,manifest_sha256,published_at,previous_link,link" and end == ""
    covered = f"1,2018-19 Q1,1,{first.manifest_sha256},2018-07-01T08:30:00Z,"
    assert line == f"{covered},{hashlib.sha256(covered.encode()).hexdigest()}"
    assert next_line.split(",")[5] == first.link and next_line.endswith(second.link)


def test_a_whole_chain_holds() -> None:
    assert chain.verify(chain.text(three_links())) == []
    assert chain.verify(chain.text([])) == []


def without_line(text: str, number: int) -> str:
    lines = text.split("\n")
    return "\n".join(lines[:number] + lines[number + 1 :])


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda text: text.replace("2018-19 Q2", "2018-19 Q4"),
        lambda text: text.replace("T08:30:00Z", "T08:30:01Z", 1),
        lambda text: without_line(text, 1),
        lambda text: without_line(text, 2),
        lambda text: text.replace("\n2,", "\n9,"),
        lambda text: text.replace(",link\n", "\n", 1),
        lambda text: text + "4,short\n",
        lambda text: "",
    ],
)
def test_every_rewriting_shows(rewrite) -> None:
    assert chain.verify(rewrite(chain.text(three_links())))


def test_a_link_made_anew_breaks_the_one_after_it() -> None:
    links = three_links()
    links[1].manifest_sha256 = "0" * 64
    links[1].link = chain.digest(links[1])
    assert chain.verify(chain.text(links)) == ["Link 3 of the chain does not carry the link before it."]


@pytest.mark.parametrize(("text", "pence"), [("", 0), ("0.00", 0), ("12.30", 1230), ("-0.05", -5), ("-12.30", -1230)])
def test_amounts_are_read_in_pence(text: str, pence: int) -> None:
    assert pence_of(text) == pence


@pytest.mark.parametrize("text", ["12", "12.3", "1.234", "twelve", "1,000.00", "1e5.00"])
def test_other_amounts_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        pence_of(text)
