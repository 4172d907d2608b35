"""Who pays whom in a body's chain, tier by tier, so that it can be drawn: parties, flows between them, and ends.

It begins with what the body pays to tier 2. What a payee received and is not reported to have passed on is an end of
its own; a payee below whom nothing is reported ends its branch. A flow of no known amount, of 0 or of less can't be
drawn and is kept apart. Worked out from :func:`supplychain.analysis.money.trace`, without asking the database.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from supplychain.analysis.money import ZERO, BodyMoney, Hop

MOST_DRAWN = 30
PARTY, OTHERS, NOT_PASSED_ON = "party", "others", "not-passed-on"
BODY = "body"


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody at one tier (so the same organisation at two tiers is two), ``count`` of them together (``others``), or
    an end. ``public_id`` and ``name`` are blank where they are withheld.
    """

    key: str
    name: str
    public_id: str
    tier: int
    kind: str = PARTY
    count: int = 1


@dataclass(frozen=True, slots=True)
class Flow:
    """Pounds from one party to another over ``agreements``, ``lacking`` of which show none; ``at_most`` for an end of
    which an unknown amount below is a part. ``amount`` is ``None`` where none is shown.
    """

    payer: str
    payee: str
    amount: Decimal | None
    agreements: int = 0
    lacking: int = 0
    at_most: bool = False

    @property
    def drawable(self) -> bool:
        return self.amount is not None and self.amount > 0


@dataclass(frozen=True, slots=True)
class Chain:
    """All flows of a body, and (``drawn``) those that a picture can hold, with the parties of both by key."""

    parties: dict[str, Party]
    flows: tuple[Flow, ...]
    drawn: tuple[Flow, ...]

    @property
    def not_drawn(self) -> list[Flow]:
        """Flows of no known amount, of 0 or of less."""
        return [flow for flow in self.flows if not flow.drawable]

    @property
    def tiers(self) -> int:
        """The deepest tier that is drawn, ends among them."""
        return max((self.parties[flow.payee].tier for flow in self.drawn), default=1)


def chain(money: BodyMoney, most: int = MOST_DRAWN) -> Chain:
    """The flows of one body's quarter; at most ``most`` of them are drawn, the smaller payees together as others."""
    parties = {BODY: Party(BODY, money.name, "", 1)}
    keys = {hop.agreement_ref: _key(hop) for hop in money.hops}
    paid: dict[tuple[str, str], list[Hop]] = {}
    for hop in money.hops:
        key = keys[hop.agreement_ref]
        parties.setdefault(key, Party(key, hop.payee_name, hop.payee_id, hop.tier))
        paid.setdefault((keys.get(hop.upstream_ref, BODY), key), []).append(hop)
    flows = [_flow(payer, payee, hops) for (payer, payee), hops in paid.items()]
    ends = list(_ends(money, keys))
    for flow in ends:
        parties.setdefault(flow.payee, Party(flow.payee, "", "", parties[flow.payer].tier + 1, NOT_PASSED_ON))
    drawn, together = _capped([flow for flow in (*flows, *ends) if flow.drawable], parties, most)
    return Chain(parties | together, (*flows, *ends), tuple(drawn))


def _key(hop: Hop) -> str:
    """One for each organisation at a tier; a withheld payee is nobody else's equal."""
    return f"{hop.tier}:{hop.payee_id or '/' + hop.agreement_ref}"


def _flow(payer: str, payee: str, hops: list[Hop]) -> Flow:
    known = [hop.received for hop in hops if hop.received is not None]
    amount = sum(known, ZERO) if known else None
    return Flow(payer, payee, amount, len(hops), len(hops) - len(known))


def _ends(money: BodyMoney, keys: dict[str, str]) -> Iterable[Flow]:
    """What is not reported as passed on by those below whom agreements are reported."""
    rests: dict[str, list[Hop]] = {}
    for hop in money.hops:
        if hop.passed_down.lines and hop.not_passed_on is not None:
            rests.setdefault(keys[hop.agreement_ref], []).append(hop)
    for payer, hops in rests.items():
        amount = sum((hop.not_passed_on for hop in hops if hop.not_passed_on is not None), ZERO)
        yield Flow(payer, f"{NOT_PASSED_ON}:{hops[0].tier + 1}", amount, at_most=any(hop.at_most for hop in hops))


def _capped(flows: list[Flow], parties: dict[str, Party], most: int) -> tuple[list[Flow], dict[str, Party]]:
    """The flows with as many of the largest payees as fit, and those who stand for the others of each tier."""
    received: dict[str, Decimal] = {}
    for flow in flows:
        if flow.amount is not None and parties[flow.payee].kind == PARTY:
            received[flow.payee] = received.get(flow.payee, ZERO) + flow.amount
    largest = sorted(received, key=lambda key: (-received[key], key))
    fewer = _merged(flows, _others(largest[most:], parties))  # once, for a long chain has thousands
    for kept in range(min(most, len(largest)), -1, -1):
        others = _others(largest[kept:], parties)
        merged = _merged(fewer, others)
        if len(merged) <= most:
            break
    counted: dict[str, int] = {}
    for key in others.values():
        counted[key] = counted.get(key, 0) + 1
    together = {key: Party(key, "", "", int(key.partition(":")[2]), OTHERS, count) for key, count in counted.items()}
    return merged, together


def _others(keys: list[str], parties: dict[str, Party]) -> dict[str, str]:
    """For each of the smaller payees the key of the others of its tier; one alone stays itself."""
    by_tier: dict[int, list[str]] = {}
    for key in keys:
        by_tier.setdefault(parties[key].tier, []).append(key)
    return {key: f"{OTHERS}:{tier}" for tier, found in by_tier.items() if len(found) > 1 for key in found}


def _merged(flows: list[Flow], others: dict[str, str]) -> list[Flow]:
    found: dict[tuple[str, str], Flow] = {}
    for flow in flows:
        payer, payee = others.get(flow.payer, flow.payer), others.get(flow.payee, flow.payee)
        before = found.get((payer, payee))
        found[payer, payee] = (
            replace(flow, payer=payer, payee=payee)
            if before is None
            else Flow(
                payer, payee, (before.amount or ZERO) + (flow.amount or ZERO), before.agreements + flow.agreements,
                before.lacking + flow.lacking, before.at_most or flow.at_most,
            )
        )  # fmt: skip
    return list(found.values())
