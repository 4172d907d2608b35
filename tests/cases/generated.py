"""Which returns are good? Any that this draws: a few agreements in up to three tiers, with texts, codes and amounts."""

import datetime as dt
from collections.abc import Mapping, Sequence

from hypothesis import strategies as st

from supplychain.filing.codes import CODE_LISTS

from .returns import row

FIRST, LAST = dt.date(2015, 2, 1), dt.date(2018, 9, 30)  # of starts: in the body's days, up to the quarter's end
FAR = dt.date(2025, 3, 31)
DEEPEST = 4
MOST_PENCE = 9_000_000_00
NAMES = st.from_regex(r"\A[A-ZŴÉ][a-zŵŷé&',;\"-]{2,12} [a-zŵŷ]{3,12}\Z")
SUMMARIES = st.from_regex(r"\A[A-ZÉ][a-zŵŷé&',;\"(🏠-]{0,20}[ \n][a-zŵŷ<>{}%\\/ ]{0,40}[a-z.]\Z")


def pounds(pence: int) -> str:
    """Pence as an amount."""
    return f"{pence // 100}.{pence % 100:02}"


def codes(name: str) -> st.SearchStrategy[str]:
    """Some codes of a list, each once."""
    return st.lists(st.sampled_from(CODE_LISTS[name]), unique=True, max_size=3).map(";".join)


@st.composite
def good_returns(draw: st.DrawFn) -> list[dict[str, str]]:
    """Rows of a funding table in which no rule finds an error."""
    made: list[dict[str, str]] = []
    left: dict[str, int] = {}  # pence that an agreement may still pass on
    for number in range(draw(st.integers(2, 7))):
        above = draw(st.sampled_from([None, *(one for one in made if int(one["tier"]) < DEEPEST)]))
        one = row(9_000 + number, tier="2", provider_name=f"{draw(NAMES)} {chr(97 + number) * 4}")
        most, start, end = MOST_PENCE, FIRST, FAR
        if above:
            one |= {"upstream_ref": above["agreement_ref"], "tier": str(int(above["tier"]) + 1)}
            most, start = left[above["agreement_ref"]], dt.date.fromisoformat(above["start_date"])
            end = dt.date.fromisoformat(above["end_date"])
        pence = draw(st.integers(0, most))
        if above:
            left[above["agreement_ref"]] -= pence
        left[one["agreement_ref"]] = pence
        opening = draw(st.sampled_from([0, 0, 1_234_56]))
        one |= {
            "service_summary": draw(SUMMARIES),
            "service_category": draw(st.sampled_from(CODE_LISTS["service_category"])),
            "area": draw(st.sampled_from(["ALL", "elsewhere"])),
            "start_date": draw(st.dates(start, LAST)).isoformat(),
            "end_date": draw(st.dates(LAST, end)).isoformat(),
            "amount_paid_gbp": pounds(pence),
            "amount_to_date_gbp": pounds(pence + opening),
            "opening_to_date_gbp": pounds(opening) if opening else "",
            "cohorts": draw(codes("cohort")),
            "specialist": draw(st.sampled_from(["", "yes", "no"])),
            "notice_days": draw(st.sampled_from(["", "0", "90"])),
            "people_supported": draw(st.sampled_from(["", "0", "3", "250"])),
        }
        made.append(one)
    return made


def leaves(made: Sequence[Mapping[str, str]]) -> list[int]:
    """Where rows stand on which no other hangs."""
    above = {one.get("upstream_ref") for one in made}
    return [place for place, one in enumerate(made) if one["agreement_ref"] not in above]


@st.composite
def mutations(draw: st.DrawFn, content: bytes) -> bytes:
    """Bytes of a file with some of them lost, doubled, exchanged or put in."""
    changed = bytearray(content)
    for _change in range(draw(st.integers(1, 4))):
        first = draw(st.integers(0, len(changed)))
        size = draw(st.integers(0, 40))
        kind = draw(st.sampled_from(["cut", "lose", "double", "put in", "write over"]))
        if kind == "cut":
            del changed[first:]
        elif kind == "lose":
            del changed[first : first + size]
        elif kind == "double":
            changed[first:first] = changed[first : first + size * 10]
        else:
            fresh = draw(
                st.binary(max_size=12) | st.sampled_from([b'"', b"\r", b"\n", b",", b"\0", b"=", b"\xff", b"<!"])
            )
            changed[first : first + (len(fresh) if kind == "write over" else 0)] = fresh
    return bytes(changed)
