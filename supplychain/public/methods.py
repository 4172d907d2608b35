"""How is each published figure defined, and what does it come to in one small example?

The definitions stand here once; pages lead to them. The example is invented and plainly so: a test builds it as a
return and has the analyses work it out, so what stands here is what they say.
"""

from dataclasses import dataclass

# The example: what is reported (amounts in pounds; B's is not known), as the tests build it.
EXAMPLE = (
    "A body received £100,000 in the quarter and reports £40,000 of own delivery. It paid A £30,000 and does not say "
    "what it paid B. A paid C £12,000. One of the body’s measures counts 90 of 120 people; 9 of the 90 came from A’s "
    "agreement."
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A published figure: what it is, what it is in the example, and what has to be kept in mind."""

    slug: str
    title: str
    definition: str
    example: str
    caution: str = ""
    href: str = ""


FIGURES = (
    Figure(
        "paid", "Paid to a tier",
        "The sum of the amounts that the agreements of one tier show as paid in the quarter. Agreements without a "
        "shown amount are counted beside it and nothing is estimated in their place; withheld ones are in no sum.",
        "Tier 2: £30,000.00, without 1 line. Tier 3: £12,000.00.",
        "Tiers are never added up: what reaches tier 3 went through tier 2.", "/explore/",
    ),
    Figure(
        "not-passed-on", "Not reported as passed on",
        "What a payer received less what it is reported to have paid to the next tier. For a body, what it received is "
        "its income from the Ministry in the quarter. It is “at most” that much where any amount below is not known, "
        "and is not told where what was received is not known.",
        "The body: at most £70,000.00. A: £18,000.00.",
        "It is not profit, margin or money kept: it holds own delivery, staff, buildings, and what was not reported.",
        "/bodies/",
    ),
    Figure(
        "neither", "Neither passed on nor own delivery",
        "A body’s income less what it paid to tier 2 and less its own delivery; told where all three are known, and "
        "“at most” where an amount at tier 2 is not.",
        "At most £30,000.00.", "", "/bodies/",
    ),
    Figure(
        "counts", "Agreements, lines and providers",
        "A line is one agreement in one quarter. Agreements are counted once over quarters, by body and reference; "
        "providers once by their id. Withheld providers are in no count of providers.",
        "3 lines, 3 agreements, 3 providers.", "", "/explore/",
    ),
    Figure(
        "share", "Share of a KPI",
        "The numerator that came from one agreement, as a share of the body’s own numerator, to one place, half away "
        "from zero. It is not told where either count is suppressed.",
        "9 of 90: 10.0%. The body’s own value: 90 of 120.",
        "Counts of 1 to 4 people are suppressed [c] everywhere, in totals, too. People are never added up over "
        "agreements, because one person may be in several.", "/kpis/",
    ),
    Figure(
        "areas", "Money by area",
        "Money stands with an area only where a line names that area alone; that of all other lines stands with "
        "“several areas”. Services and providers are counted in every area that a line names.",
        "Were A’s agreement in one area and the body’s others in two, that area would have £30,000.00.",
        "", "/areas/",
    ),
    Figure(
        "gaps", "Gaps",
        "A service or group without a line in an area is “none in this source” (compiled), “not reported” (a filed "
        "return names none), “return missing”, or “no return required”, by the bodies that held the area on the "
        "quarter’s last day.",
        "No line names a service for women: “not reported”.",
        "What nobody reports may still be there.", "/areas/gaps/",
    ),
    Figure(
        "continuity", "Reported payments fell",
        "What a provider is reported to have been paid in four quarters, less the same of the four quarters before; "
        "only where the returns of all its bodies are there in both and every line shows an amount.",
        "One quarter alone: it can’t be told.",
        "A fall may be timing: a payment that came a quarter later, a new reference, an agreement that ended.",
        "/insight/continuity/",
    ),
    Figure(
        "late", "Late, missing, not required",
        "A return is late where it was submitted after the due date that was set for it. Where no date was set nothing "
        "is late; outside the time in which a body had to report, no return was required.",
        "The body filed before its due date: not late.", "", "/calendar/",
    ),
)  # fmt: skip
