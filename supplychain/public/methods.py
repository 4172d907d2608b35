"""How is each published figure defined, and what does it come to in one small example?

The definitions stand here once; pages lead to them. The example is invented and plainly so: a test builds it as a
return and has the analyses work it out, so what stands here is what they say.
"""

from dataclasses import dataclass

# The example: what is reported (amounts in pounds; B's is not known), as the tests build it.
EXAMPLE = (
    "A body received £100,000 in April to June and reports £40,000 of own delivery. It paid A, a company, £30,000, and "
    "does not say what it paid B. A paid C, a charity, £12,000. All three agreements are contracts for one service in "
    "one area; A’s ends on 31 August, the others name no end. One of the body’s KPIs counts 90 of 120 people; 9 of the "
    "90 came from A’s agreement."
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A published figure: what it is, what it is in the example, what has to be kept in mind, and where it is shown."""

    slug: str
    title: str
    definition: str
    example: str
    caution: str = ""
    href: str = ""


MONEY = (
    Figure(
        "paid", "Paid to a tier, sector, service or anything else",
        "The sum of the amounts that agreements show as paid in the quarter. Agreements without a shown amount are "
        "counted beside it and nothing is estimated in their place; withheld ones are in no sum. A sum that holds an "
        "amount which the body calls an estimate is marked as estimated.",
        "Tier 2: £30,000.00, without 1 line. Tier 3: £12,000.00.",
        "Tiers are never added up: what reaches tier 3 went through tier 2.", "/explore/",
    ),
    Figure(
        "to-date", "Paid to date",
        "What the body says that was paid on the agreement from its start to the end of the quarter. It is shown line "
        "by line and never added up.",
        "A: £30,000.00, for this is its first quarter.", "", "/bodies/",
    ),
    Figure(
        "pounds-way", "Where each pound stops, and the shares of it",
        "Each pound paid to tier 2 counts once, at its last reported stop: what a payee received less what it is "
        "reported to have passed down stays with it, and the rest is followed. The share that goes on to tier 3 or "
        "deeper, and the share that stops with voluntary organisations at any tier, are of all that is shown as paid "
        "to tier 2, in percent to one place, half away from zero.",
        "Of £30,000.00, £18,000.00 stops with A and £12,000.00 with C: 40.0% goes on to tier 3 or deeper, and 40.0% "
        "stops with voluntary organisations.",
        "A payee may have paid others whom no return names. What is below an agreement without a shown amount is left "
        "out.", "/insight/pounds-way/",
    ),
    Figure(
        "grants", "Share paid as grants",
        "What is shown as paid to tier 2 on agreements whose terms are a grant, as a share of all that is shown as "
        "paid to tier 2.",
        "No agreement is a grant: 0.0%.", "", "/explore/",
    ),
    Figure(
        "not-disclosed", "Not disclosed",
        "How many agreements of filed returns show no amount, of all of them; and how many bodies with a return gave "
        "no income.",
        "1 of 3 agreements shows no amount; the body gave its income.", "", "/explore/",
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
        "passed-down", "Share passed down",
        "What a payer is reported to have paid to the next tier, as a share of what it received; “at least” where an "
        "amount below is not known, and not told where what it received is not.",
        "A: £12,000.00 of £30,000.00, which is 40.0%.", "", "/providers/",
    ),
    Figure(
        "price", "Price range",
        "The lowest, the middle and the highest amount that agreements of one service were paid in one quarter, over "
        "those with a shown amount above £0 that is no estimate. The median is the middle amount; with an even number "
        "of agreements, halfway between the two in the middle. Of fewer than 5 agreements nothing is summarised.",
        "2 agreements of known amount: fewer than 5, not summarised.",
        "It is no price of a place or an hour: agreements differ in size, length and number of people.", "/services/",
    ),
    Figure(
        "concentration", "Share of the largest",
        "Of what is shown as paid to tier 2 by one body, or for one area alone, the share of the payee that is shown "
        "as paid most, and of the three that are. The Herfindahl index is the sum of the squares of all shares in "
        "percent. What providers depend on is told as a count over all of them, never of one.",
        "A has 100.0% of what is shown: £30,000.00 of £30,000.00. The index is 10,000.",
        "Where a line shows no amount, as B’s, the true share may be lower.", "/insight/concentration/",
    ),
)  # fmt: skip
COUNTS = (
    Figure(
        "counts", "Agreements, lines and providers",
        "A line is one agreement in one quarter. Agreements are counted once over quarters, by body and reference; "
        "providers once by their id. Withheld providers are in no count of providers.",
        "3 lines, 3 agreements, 3 providers.", "", "/explore/",
    ),
    Figure(
        "coverage", "Coverage of a provider",
        "In how many quarters a line names it, of all quarters for which the bodies that ever name it filed or had to "
        "file; and in how many of the others a return of one of these is missing.",
        "Each provider: 1 of 1 quarter.", "", "/providers/",
    ),
    Figure(
        "areas", "Money and providers by area",
        "Money stands with an area only where a line names that area alone; that of all other lines stands with "
        "“several areas”. Services and providers are counted in every area that a line names.",
        "The area: £30,000.00 at tier 2, without 1 line, and 3 providers.", "", "/areas/",
    ),
    Figure(
        "gaps", "Gaps",
        "A service or group without a line in an area is “none in this source” (compiled), “not reported” (a filed "
        "return names none), “return missing”, or “no return required”, by the bodies that held the area on the "
        "quarter’s last day.",
        "No line names a service for women: “not reported”.",
        "What nobody reports may still be there.", "/areas/gaps/",
    ),
)  # fmt: skip
KPIS = (
    Figure(
        "share", "Value of a KPI, and share of it",
        "The value is the body’s numerator as a share of its denominator. The share of an agreement is the numerator "
        "that came from it, as a share of the body’s own numerator. Both are to one place, half away from zero, and "
        "not told where one of the counts is suppressed.",
        "9 of 90: 10.0%. The body’s own value: 90 of 120, which is 75.0%.",
        "Counts of 1 to 4 people are suppressed [c] everywhere, in totals, too. People are never added up over "
        "agreements, because one person may be in several.", "/kpis/",
    ),
    Figure(
        "kpi-kinds", "Volume, process, outcome or quality",
        "Each KPI counts once for each body whose contract has or had it; the figure is the share of each kind among "
        "all of them. The kind is the portal’s own reading of what the KPI counts.",
        "The body’s one KPI is of volume: 100.0%.", "", "/kpis/",
    ),
)  # fmt: skip
TIME = (
    Figure(
        "continuity", "Reported payments fell or rose",
        "What a provider is reported to have been paid in the quarters chosen (four, where nothing is chosen), less "
        "the same of as many quarters before; only where the returns of all its bodies are there in both and every "
        "line shows an amount.",
        "One quarter alone: it can’t be told.",
        "A fall may be timing: a payment that came a quarter later, a new reference, an agreement that ended.",
        "/insight/continuity/",
    ),
    Figure(
        "moved", "New since the quarter before, and no longer named",
        "The providers that a body’s lines name in one of two quarters that follow each other, and not in the other. "
        "Organisations are compared, so a new number is no new provider.",
        "No quarter before: it can’t be told.", "", "/bodies/",
    ),
    Figure(
        "cliff-edge", "Agreements that end soon",
        "Of each body’s newest filed return by a day, the agreements whose end date lies on that day or within 3, 6 or "
        "12 months after it. A successor is reported where another agreement has the same provider, service and one of "
        "the areas, starts later and lasts longer. Agreements without an end date are counted apart.",
        "On 30 June, 1 agreement ends within three months, and 2 name no end.",
        "“None reported” does not mean that a service ends.", "/insight/cliff-edge/",
    ),
    Figure(
        "filing", "Late, missing, not required",
        "A return is late where it was submitted after the due date that was set for it. Where no date was set nothing "
        "is late; outside the time in which a body had to report, no return was required.",
        "No due date was set: not late.", "", "/insight/filing/",
    ),
)  # fmt: skip
BEHIND = (
    Figure(
        "promises", "Funded, none reported, cannot be told",
        "What became of an organisation that a winning bid named: funded where a filed return of that body shows a "
        "payment above £0 to it at any tier; none reported where returns are published and none does; otherwise it "
        "cannot be told.",
        "Had the bid named C: funded. B: cannot be told. Anybody else: none reported.",
        "Being named in a bid is no contract.", "/insight/promises/",
    ),
    Figure(
        "owners", "Who relies on an owner",
        "Over the bodies that an owner owns on a day: the agreements, at every tier, that run on that day by the "
        "newest filed returns, with their providers (each once), areas and services, and what was paid to tier 2.",
        "3 agreements and 3 providers stand behind the body’s owner.",
        "To rely on an owner means no more than to stand in the chain of a body that it owns.", "/insight/owners/",
    ),
)  # fmt: skip
GROUPS = (
    ("money", "Money", MONEY), ("numbers", "Agreements, providers and places", COUNTS), ("kpis", "KPIs", KPIS),
    ("time", "Over time", TIME), ("behind", "Bids and owners", BEHIND),
)  # fmt: skip
FIGURES = tuple(figure for _slug, _title, figures in GROUPS for figure in figures)
