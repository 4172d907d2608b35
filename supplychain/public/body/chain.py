"""What does a body say in one version: its agreements along each path, what became of the money, and its chain?"""

from dataclasses import replace

from django.core.paginator import Paginator
from django.http import HttpRequest

from portal.pictures.sankey import Link, Node, Sankey
from portal.templatetags.portal import gbp, percentage
from providers.models import Sector
from supplychain.analysis import flows, money, pounds_way
from supplychain.analysis.pounds_way import TIER_2, Stop
from supplychain.models import FrozenLine, Publication
from supplychain.public import pound
from supplychain.public.body.measures import contributions
from supplychain.public.paging import page_of
from supplychain.public.words import Words, with_words

LINES_A_PAGE = 100
FLOWS_LISTED = 100
END = "Not reported as passed on"


def supply_chain(publication: Publication | None, code: str, known: Words, request: HttpRequest) -> dict:
    """The lines of a body along each path, a page of them, their measures, and the money."""
    if publication is None:
        return {"lines": [], "page": None, "contributions": []}
    traced = money.trace(publication, code)
    rows = (
        FrozenLine.objects.filter(publication=publication, body_code=code)
        .select_related("publication")
        .order_by("path")
    )
    paginator = Paginator(rows, LINES_A_PAGE)
    paginator.count = len(traced.hops)  # known, so that lines are not counted again
    shown = page_of(paginator, request)
    hops = {hop.agreement_ref: hop for hop in traced.hops}
    when = publication.quarter.label
    stops = pounds_way.stops(publication, code)
    paid, way = pound.income(stops, when), pound.paid(stops, when)
    return {
        "lines": with_words(shown, known, hops),
        "page": shown,
        "contributions": contributions(publication, code, [hops[line.agreement_ref] for line in shown]),
        "money": traced,
        "figures": headline(traced, pound.of(stops, TIER_2)),
        "income_bars": paid and replace(paid, open=False),
        "bars": way and replace(way, open=False),
        "sankey": sankey(flows.chain(traced), when),
    }


def headline(traced: money.BodyMoney, paid: list[Stop]) -> dict:
    """What the page begins with: counts, and shares of the money paid to tier 2 (none where nothing is shown)."""
    whole = pound.total(paid)
    return {
        "providers": len({hop.payee_id or hop.agreement_ref for hop in traced.hops}),
        "agreements": len(traced.hops),
        "services": len({hop.service_category for hop in traced.hops}),
        "of_income": traced.income and percentage(traced.passed_down.amount, traced.income),
        "deeper": percentage(pound.total([stop for stop in paid if stop.tier != 2]), whole),
        "voluntary": percentage(pound.total([stop for stop in paid if stop.sector == Sector.VOLUNTARY]), whole),
    }


def sankey(chain: flows.Chain, when: str) -> Sankey | None:
    """The chain as bands; none where no flow between parties can be drawn."""
    if not any(chain.parties[flow.payee].kind in (flows.PARTY, flows.OTHERS) for flow in chain.drawn):
        return None
    keys = dict.fromkeys(key for flow in chain.drawn for key in (flow.payer, flow.payee))
    bounds = {flow.payee: "at most" for flow in chain.drawn if flow.at_most}
    known = {flow.payee for flow in chain.drawn}
    if not any(flow.lacking for flow in chain.flows if flow.payer == flows.BODY):
        known.add(flows.BODY)
    bounds |= {key: "at least" for key in keys if key not in known}  # what it passes on is all that is shown of it
    listed = sorted(chain.flows, key=lambda flow: (chain.parties[flow.payee].tier, -(flow.amount or 0)))
    return Sankey(
        id="chain-bands",
        title=f"From payer to payee, tier by tier, {when}",
        takeaway=takeaway(chain),
        notes=notes(chain, len(listed)),
        nodes=[
            Node(key, name(chain.parties[key]), chain.parties[key].tier - 1, kind(chain.parties[key]),
                 bounds.get(key, "")) for key in keys
        ],
        links=[Link(flow.payer, flow.payee, flow.amount, prefix(flow)) for flow in chain.drawn],
        columns=["What the body pays", *(f"Tier {tier}" for tier in range(2, chain.tiers + 1))],
        headings=("From", "To", "Tier of the payee", "Agreements", "Paid in the quarter"),
        rows=[row(chain, flow) for flow in listed[:FLOWS_LISTED]],
    )  # fmt: skip


def name(party: flows.Party) -> str:
    """Whom a node stands for, in words."""
    if party.kind == flows.OTHERS:
        return f"{party.count} others at tier {party.tier}"
    return END if party.kind == flows.NOT_PASSED_ON else party.name or "withheld [w]"


def kind(party: flows.Party) -> str:
    """How a node is drawn."""
    return "end" if party.kind == flows.NOT_PASSED_ON else party.kind


def prefix(flow: flows.Flow) -> str:
    """What is said before an amount that is a bound."""
    return "at most" if flow.at_most else "at least" if flow.lacking else ""


def row(chain: flows.Chain, flow: flows.Flow) -> tuple[str, ...]:
    """A flow as a row of the table: an end has no agreements and no tier."""
    payee = chain.parties[flow.payee]
    end = payee.kind == flows.NOT_PASSED_ON
    amount = "not shown" if flow.amount is None else " ".join(filter(None, (prefix(flow), gbp(flow.amount))))
    tier, agreements = ("", "") if end else (f"Tier {payee.tier}", str(flow.agreements))
    return name(chain.parties[flow.payer]), name(payee), tier, agreements, amount


def takeaway(chain: flows.Chain) -> str:
    """What the picture comes to: how much is shown as paid to how many at tier 2, and from there on."""
    told = []
    for tier in sorted({chain.parties[flow.payee].tier for flow in chain.flows}):
        paid = [flow for flow in chain.flows if (payee := chain.parties[flow.payee]).tier == tier
                and payee.kind == flows.PARTY and flow.amount is not None]  # fmt: skip
        if paid:
            payees = len({flow.payee for flow in paid})
            total = gbp(sum((flow.amount for flow in paid if flow.amount is not None), money.ZERO))
            told.append(f"{total} to {payees} provider{'' if payees == 1 else 's'} at tier {tier}")
    return f"Shown as paid: {', '.join(told)}." if told else ""


def notes(chain: flows.Chain, listed: int) -> list[str]:
    """What stands beside the picture: what can't be drawn, and what an end means."""
    left = chain.not_drawn
    unknown = sum(flow.lacking for flow in chain.flows)
    other = sum(1 for flow in left if flow.amount is not None and chain.parties[flow.payee].kind == flows.PARTY)
    told = []
    if unknown:
        told.append(f"{unknown} agreement{'' if unknown == 1 else 's'} without a shown amount")
    if other:
        told.append(f"{other} payment{'' if other == 1 else 's'} of £0 or less")
    sentences = [f"Not drawn, and in the table: {' and '.join(told)}."] if told else []
    ends = {chain.parties[flow.payee].kind for flow in chain.drawn}
    if flows.NOT_PASSED_ON in ends:
        sentences.append(
            "Not reported as passed on is no profit: it pays for the payer’s own work as well. Where nothing is "
            "reported below a provider, its branch ends with it."
        )
    if listed > FLOWS_LISTED:
        sentences.append(f"The table has {FLOWS_LISTED} of {listed} flows; the CSV of the lines has them all.")
    return sentences
