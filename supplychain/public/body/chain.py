"""What does a body say in one version: its agreements along each path, and the way of the money as pictures?"""

from django.core.paginator import Paginator
from django.http import HttpRequest

from portal.pictures.bars import Bar, Bars
from portal.pictures.sankey import Link, Node, Sankey
from portal.templatetags.portal import gbp
from providers.models import Sector
from supplychain.analysis import flows, money
from supplychain.models import FrozenLine, Publication
from supplychain.public.body.measures import contributions, results
from supplychain.public.paging import page_of
from supplychain.public.words import Words, with_words

LINES_A_PAGE = 100
FLOWS_LISTED = 100
REST_OF_BODY = f"{flows.NOT_PASSED_ON}:2"
ENDS = {flows.OWN_DELIVERY: "Own delivery", flows.NOT_PASSED_ON: "Not reported as passed on"}


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
    shown = page_of(Paginator(rows, LINES_A_PAGE), request)
    hops = {hop.agreement_ref: hop for hop in traced.hops}
    when = publication.quarter.label
    return {
        "lines": with_words(shown, known, hops),
        "page": shown,
        "contributions": contributions(publication, code, [hops[line.agreement_ref] for line in shown]),
        "results": results(publication, code),
        "money": traced,
        "bars": bars(traced, when),
        "sankey": sankey(flows.chain(traced), when),
        "sectors": [{"sum": entry, "sector": Sector(entry.sector).label} for entry in traced.by_sector],
    }


def bars(traced: money.BodyMoney, when: str) -> Bars | None:
    """The steps as bars; none where the income is not known, because then nothing is drawn to scale."""
    if traced.not_passed_on is None:
        return None
    prefix = "at most" if traced.at_most else ""
    own = "Own delivery (estimated)" if traced.own_delivery_status == "[e]" else "Own delivery"
    rest = ("Not reported as passed on", traced.not_passed_on)
    if traced.neither is not None:
        rest = ("Neither of the two", traced.neither)
    return Bars(
        id="money-bars",
        title=f"Income and what became of it, {when}",
        heading="Step",
        bars=[
            Bar("Income received", traced.income, traced.income_status),
            Bar("Paid to tier 2", traced.passed_down.amount, prefix="at least" if prefix else "", colour="second"),
            Bar(own, traced.own_delivery, traced.own_delivery_status),
            Bar(*rest, prefix=prefix, colour="quiet"),
        ],
    )


def sankey(chain: flows.Chain, when: str) -> Sankey | None:
    """The chain as bands; none where no flow between parties can be drawn."""
    if not any(chain.parties[flow.payee].kind in (flows.PARTY, flows.OTHERS) for flow in chain.drawn):
        return None
    keys = dict.fromkeys(key for flow in chain.drawn for key in (flow.payer, flow.payee))
    bounds = {flow.payee: "at most" for flow in chain.drawn if flow.at_most}
    known = {flow.payee for flow in chain.drawn} | {flow.payer for flow in chain.flows if flow.payee == REST_OF_BODY}
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
        columns=["Tier 1: the body", *(f"Tier {tier}" for tier in range(2, chain.tiers + 1))],
        headings=("From", "To", "Tier of the payee", "Agreements", "Paid in the quarter"),
        rows=[row(chain, flow) for flow in listed[:FLOWS_LISTED]],
    )  # fmt: skip


def name(party: flows.Party) -> str:
    """Whom a node stands for, in words."""
    if party.kind == flows.OTHERS:
        return f"{party.count} others at tier {party.tier}"
    return ENDS.get(party.kind) or party.name or "withheld [w]"


def kind(party: flows.Party) -> str:
    """How a node is drawn."""
    return "end" if party.kind in ENDS else party.kind


def prefix(flow: flows.Flow) -> str:
    """What is said before an amount that is a bound."""
    return "at most" if flow.at_most else "at least" if flow.lacking else ""


def row(chain: flows.Chain, flow: flows.Flow) -> tuple[str, ...]:
    """A flow as a row of the table: an end has no agreements and no tier."""
    payee = chain.parties[flow.payee]
    end = payee.kind in ENDS
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
