"""Are the flows of a chain those of its agreements, with ends that add up, and few enough to be drawn?"""

from decimal import Decimal

from supplychain.analysis.flows import BODY, Chain, chain
from supplychain.analysis.money import NOTHING, BodyMoney, Hop, Sum, TierSum

END = "not-passed-on:3"


def hop(ref: str, amount: str | None, below: Sum = NOTHING, upstream: str = "", payee: str | None = None) -> Hop:
    tier = ref.count("/") + 2
    name = payee if payee is not None else f"Provider {ref}"
    return Hop(
        "D91", ref, upstream, (ref,), tier, "", "", "", name and f"XP-{name}", name, "voluntary", "mentoring",
        None if amount is None else Decimal(amount), "" if amount else "[x]", below, "demonstration",
    )  # fmt: skip


def body(*hops: Hop) -> BodyMoney:
    second = [one for one in hops if one.tier == 2]
    known = [one.received for one in second if one.received is not None]
    tier = TierSum(sum(known, Decimal(0)), len(second), len(second) - len(known), 2)
    return BodyMoney(
        "D91", "Body", "Owner", "published", "demonstration", None, "[x]", None, "[x]", (tier,), (), hops,
    )  # fmt: skip


def found(one: Chain) -> dict[tuple[str, str], tuple[Decimal | None, bool]]:
    return {(flow.payer, flow.payee): (flow.amount, flow.at_most) for flow in one.flows}


def below(*amounts: str | None) -> Sum:
    known = [Decimal(amount) for amount in amounts if amount is not None]
    return Sum(sum(known, Decimal(0)), len(amounts), amounts.count(None))


def test_every_pound_that_is_paid_to_tier_2_goes_somewhere() -> None:
    traced = body(
        hop("A", "400.00", below("250.00")), hop("A/1", "250.00", upstream="A"), hop("B", "100.00"),
    )  # fmt: skip
    flows = chain(traced)
    assert found(flows) == {
        (BODY, "2:XP-Provider A"): (Decimal("400.00"), False),
        (BODY, "2:XP-Provider B"): (Decimal("100.00"), False),
        ("2:XP-Provider A", "3:XP-Provider A/1"): (Decimal("250.00"), False),
        ("2:XP-Provider A", END): (Decimal("150.00"), False),
    }
    assert sum(flow.amount for flow in flows.drawn if flow.payer == BODY) == traced.passed_down.amount
    assert flows.tiers == 3


def test_agreements_with_the_same_payee_are_one_flow_and_withheld_payees_are_not() -> None:
    flows = chain(body(hop("A", "10.00", payee="X"), hop("B", "5.00", payee="X"), hop("C", "1.00", payee=""),
                       hop("D", "2.00", payee="")))  # fmt: skip
    amounts = {key: amount for (payer, key), (amount, _) in found(flows).items() if payer == BODY}
    assert amounts["2:XP-X"] == Decimal("15.00")
    assert (amounts["2:/C"], amounts["2:/D"]) == (Decimal("1.00"), Decimal("2.00"))


def test_an_unknown_amount_makes_ends_a_bound_and_is_kept_apart() -> None:
    flows = chain(body(hop("A", "400.00", below("50.00", None)), hop("A/1", "50.00", upstream="A"),
                       hop("A/2", None, upstream="A"), hop("B", None)))  # fmt: skip
    assert found(flows)["2:XP-Provider A", END] == (Decimal("350.00"), True)
    assert {flow.payee for flow in flows.not_drawn} == {"3:XP-Provider A/2", "2:XP-Provider B"}


def test_nought_and_clawbacks_are_kept_apart() -> None:
    flows = chain(body(hop("A", "0.00"), hop("B", "-20.50"), hop("C", "70.00")))
    assert {flow.payee: flow.amount for flow in flows.not_drawn} == {
        "2:XP-Provider A": Decimal("0.00"),
        "2:XP-Provider B": Decimal("-20.50"),
    }


def test_the_smaller_payees_are_drawn_together_and_no_pound_is_lost() -> None:
    hops = [hop(f"A{number:02}", f"{number}.00", below("0.50") if number % 2 else NOTHING) for number in range(1, 61)]
    hops += [hop(f"A{number:02}/1", "0.50", upstream=f"A{number:02}") for number in range(1, 61, 2)]
    traced = body(*hops)
    flows = chain(traced)
    assert 20 <= len(flows.drawn) <= 30 < len(flows.flows)
    assert sum(flow.amount for flow in flows.drawn if flow.payer == BODY) == traced.passed_down.amount
    kept = {flow.payee for flow in flows.drawn}
    assert "2:XP-Provider A60" in kept and "2:XP-Provider A01" not in kept
    others = flows.parties["others:2"]
    shown_alone = len({key for key in kept if key.startswith("2:")})
    assert others.count == 60 - shown_alone
    assert sum(flow.amount for flow in flows.drawn if flow.payee.startswith(("3:", "others:3"))) == Decimal("15.00")
