"""Is the right organisation offered, never assigned, and is every decision kept, undone and made again?"""

import datetime as dt
from collections.abc import Callable

import pytest

from portal.errors import NotAllowed, NotNow, NotValid
from portal.models import Role, RoleGrant, User
from portal.quarters import Quarter
from providers.actions import add_organisation
from providers.identifiers import parse_charity_number, parse_company_number
from providers.matching import Asked, offers
from providers.models import (
    MatchDecision,
    Organisation,
    OrganisationAlias,
    RegisterEntry,
    RegisterLink,
    RegisterName,
)
from providers.names import folded, likeness, names_in
from supplychain.actions import matching as deeds
from supplychain.actions.parties import bind_agreements
from supplychain.filing import who_is_who
from supplychain.models import Agreement, Body, Return
from tests.integration.filing_cast import FROM_2015, make_cast

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC)
SERIES = "demonstration"
FACT = {"source": "TEST", "confidence": "solid"}
BRIDGE, GATE, COMPANY = "GB-CHC-9900001", "GB-CHC-9900002", "GB-COH-99000001"


@pytest.fixture
def registers() -> None:
    """Two charities with one working name, one of them with a former one and a company; and a merged one."""
    for org_id, kind, text in [
        (BRIDGE, "registered", "THE BRIDGE (EAST MERCIA) LIMITED"),
        (BRIDGE, "working", "Bridge Together"),
        (BRIDGE, "former", "MERCIA ADVICE ON ALCOHOL"),
        (GATE, "registered", "Gate and Garden Trust"),
        (GATE, "working", "Bridge Together"),
        ("GB-CHC-9900003", "registered", "Old Mill Project"),
    ]:
        RegisterName.objects.create(series=SERIES, org_id=org_id, kind=kind, text=text)
    RegisterEntry.objects.create(
        series=SERIES,
        org_id=BRIDGE,
        name="THE BRIDGE (EAST MERCIA) LIMITED",
        places=["Test-North"],
        status="registered",
    )
    RegisterEntry.objects.create(
        series=SERIES, org_id=GATE, name="Gate and Garden Trust", removed_on=dt.date(2015, 1, 1), status="removed"
    )
    RegisterEntry.objects.create(
        series=SERIES, org_id="GB-CHC-9900003", name="Old Mill Project", successor=BRIDGE, merged_on=dt.date(2017, 4, 1)
    )
    RegisterLink.objects.create(series=SERIES, table="pairs", one=BRIDGE, other=COMPANY)


@pytest.fixture
def keeper() -> User:
    person = User.objects.create_user("test-keeper")
    RoleGrant.objects.create(user=person, role=Role.ADMIN, during=FROM_2015)
    return person


def provider(name: str, *numbers) -> Organisation:
    return add_organisation(name=name, series=SERIES, identifiers=numbers, name_kind="returned", **FACT)


def asked(*names: str, **more) -> list:
    return offers(Asked(names=names, series=SERIES, **more))


def test_folding_and_what_a_cell_may_hold() -> None:
    assert folded("The St. Mungo’s & Co Ltd") == "st mungos and co" and folded("LTD") == "ltd" and folded("Ŵy") == "wy"
    assert names_in("Addaction (With You)") == ["Addaction (With You)", "Addaction", "With You"]
    assert "Change Grow Live" in names_in("CGL / Change Grow Live") and names_in("Ltd") == ["Ltd"]
    assert likeness("abc", "abc") == 1 and likeness("abc", "xyz") == 0 and 0.3 < likeness("pact", "pacto") < 0.7


def test_a_name_that_two_share_is_offered_with_its_doubts(registers) -> None:
    first, second = asked("Bridge Together", places=("Test-North",), paid_from=dt.date(2018, 4, 1))
    assert (first.org_id, second.org_id) == (BRIDGE, GATE) and first.score > second.score
    assert "“Bridge Together” is its working name." in first.reasons
    assert any("Test-North, where it was paid to work" in reason for reason in first.reasons)
    assert first.doubts == ["One other organisation has the same name."]
    assert "It left its register on 1 January 2015." in second.doubts
    assert max(first.score, second.score) < 90, "a name alone is never almost certain"


def test_one_of_another_nation_is_offered_after_one_of_this(registers) -> None:
    for org_id in ("GB-SC-SC099001", "GB-CHC-9900005"):
        RegisterName.objects.create(series=SERIES, org_id=org_id, kind="registered", text="Lantern Hill")
    assert [one.org_id for one in asked("Lantern Hill")] == ["GB-CHC-9900005", "GB-SC-SC099001"]


@pytest.mark.parametrize("name", ["Mercia Advice on Alcohol Ltd", "MERCIA ADVICE ON ALCHOL", "Bridge, East Mercia"])
def test_former_names_and_typing_errors_lead_to_it(registers, name: str) -> None:
    assert asked(name)[0].org_id == BRIDGE


def test_numbers_go_before_names(registers) -> None:
    by_company = asked("Gate and Garden Trust", numbers=(COMPANY,))
    assert [one.org_id for one in by_company][:2] == [BRIDGE, GATE] and by_company[0].word == "almost certain"
    merged = asked("Old Mill Project", numbers=("GB-CHC-9900003",))[0]
    assert merged.org_id == BRIDGE and "was merged into" in " ".join(merged.reasons)


def test_nothing_is_assigned_by_a_name_and_a_decision_gives_the_number(registers, keeper) -> None:
    provider_ = provider("Bridge Together")
    assert provider_.public_id.startswith("XP-") and not provider_.identifiers.exists()
    question = who_is_who.question_of(provider_)
    offer = who_is_who.offer_named(question, BRIDGE)
    decision = deeds.accept_match(organisation=provider_, candidate=BRIDGE, by=keeper, now=NOW, offer=offer)
    provider_.refresh_from_db()
    assert provider_.public_id == BRIDGE and decision.evidence["reasons"] == offer.reasons
    assert OrganisationAlias.objects.get(old_id=decision.subject).organisation == provider_

    deeds.undo_decision(decision=decision, by=keeper, now=NOW)
    provider_.refresh_from_db()
    assert provider_.public_id == decision.subject and not provider_.identifiers.exists()
    assert list(provider_.names.values_list("text", flat=True)) == ["Bridge Together"]
    with pytest.raises(NotNow, match="taken back already"):
        deeds.undo_decision(decision=decision, by=keeper, now=NOW)

    again = deeds.redo_decision(decision=decision, by=keeper, now=NOW)
    provider_.refresh_from_db()
    assert provider_.public_id == BRIDGE and again.redo_of == decision and again.evidence == decision.evidence
    assert who_is_who.decisions_about(provider_).count() == 2


def test_accepting_one_that_is_known_makes_them_one_and_undoing_makes_them_two(registers, keeper) -> None:
    cast = make_cast()
    charity = provider("The Bridge", parse_charity_number("9900001"))
    nameless = provider("Bridge Together")
    agreement = Agreement.objects.create(body=cast.body, ref="A1", payee=nameless, first_quarter=Quarter(2018, 1))
    pk, former = nameless.pk, nameless.public_id
    decision = deeds.accept_match(organisation=nameless, candidate=BRIDGE, by=keeper, now=NOW)
    agreement.refresh_from_db()
    assert agreement.payee == charity and not Organisation.objects.filter(pk=pk).exists()
    assert OrganisationAlias.objects.get(old_id=former).organisation == charity
    assert charity.names.filter(text="Bridge Together").exists()

    deeds.undo_decision(decision=decision, by=keeper, now=NOW)
    agreement.refresh_from_db()
    assert (agreement.payee_id, agreement.payee.public_id, agreement.payee.name) == (pk, former, "Bridge Together")
    assert not charity.names.filter(text="Bridge Together").exists()
    assert not OrganisationAlias.objects.filter(old_id=former).exists()


def test_refused_offers_stay_away_until_that_is_taken_back(registers, keeper) -> None:
    nameless = provider("Bridge Together")
    decision = deeds.refuse_match(organisation=nameless, candidate=BRIDGE, by=keeper, now=NOW)
    assert [one.org_id for one in who_is_who.offers_for(who_is_who.question_of(nameless))] == [GATE]
    with pytest.raises(NotNow, match="decided already"):
        deeds.refuse_match(organisation=nameless, candidate=BRIDGE, by=keeper, now=NOW)
    deeds.undo_decision(decision=decision, by=keeper, now=NOW)
    assert BRIDGE in [one.org_id for one in who_is_who.offers_for(who_is_who.question_of(nameless))]


def test_the_work_list_holds_what_is_open_and_what_was_put_off(keeper) -> None:
    cast = make_cast()
    first, second = provider("Quite Unknown Group"), provider("Never Registered Group")
    for number, one in enumerate([first, first, second]):
        Agreement.objects.create(body=cast.body, ref=f"A{number}", payee=one, first_quarter=Quarter(2018, 1))
    ours = [first.pk, second.pk]

    def listed(state: str = "open") -> list[Organisation]:
        return [one for one in who_is_who.questions(SERIES, state=state) if one.pk in ours]

    assert listed() == [first, second], "those with most agreements first"
    deeds.declare_new(organisation=first, by=keeper, now=NOW)
    later = deeds.decide_later(organisation=second, by=keeper, now=NOW)
    assert listed() == [] and listed("later") == [second]
    deeds.undo_decision(decision=later, by=keeper, now=NOW)
    assert listed() == [second] and listed("later") == []
    assert second not in who_is_who.questions("real")


def test_a_split_takes_numbers_names_and_agreements_along_and_is_taken_back(keeper) -> None:
    cast = make_cast()
    both = provider("Two in One", parse_charity_number("9900001"), parse_company_number("99000007"))
    agreements = [
        Agreement.objects.create(body=cast.body, ref=ref, payee=both, first_quarter=Quarter(2018, 1)) for ref in "AB"
    ]
    company = both.identifiers.get(scheme="GB-COH")
    decision = deeds.split_off(
        organisation=both, name="The Other Company", identifiers=[company], names=[], agreements=agreements[1:],
        reason="Another company of like name.", by=keeper, now=NOW,
    )  # fmt: skip
    made = Organisation.objects.get(public_id=decision.candidate)
    assert made.public_id == "GB-COH-99000007" and [a.ref for a in made.agreements.all()] == ["B"]
    assert [a.ref for a in both.agreements.all()] == ["A"]
    deeds.undo_decision(decision=decision, by=keeper, now=NOW)
    assert [a.ref for a in both.agreements.order_by("ref")] == ["A", "B"] and both.identifiers.count() == 2
    assert not Organisation.objects.filter(pk=made.pk).exists()


def test_a_merger_needs_a_reason_and_stays_in_its_series(keeper) -> None:
    one, other = provider("One"), provider("Other")
    with pytest.raises(NotValid, match="sentence why"):
        deeds.merge_organisations(organisation=one, into=other, reason=" ", by=keeper, now=NOW)
    real = add_organisation(name="Test Real", series="real", **FACT)
    with pytest.raises(NotValid, match="different series"):
        deeds.merge_organisations(organisation=one, into=real, reason="x", by=keeper, now=NOW)
    with pytest.raises(NotValid, match="with itself"):
        deeds.merge_organisations(organisation=one, into=one, reason="x", by=keeper, now=NOW)
    decision = deeds.merge_organisations(organisation=one, into=other, reason="Same people.", by=keeper, now=NOW)
    assert OrganisationAlias.objects.get(old_id=decision.subject).organisation == other
    assert not MatchDecision.objects.filter(undone_at__isnull=False).exists()


def test_only_who_keeps_the_reference_data_or_reviews_for_all_decides(registers) -> None:
    preparer, reviewer = (User.objects.create_user(f"test-{name}") for name in ("asker", "reviewer"))
    RoleGrant.objects.create(user=preparer, role=Role.PREPARER, during=FROM_2015)
    RoleGrant.objects.create(user=reviewer, role=Role.ACCEPTER, body_code="D91", during=FROM_2015)
    nameless = provider("Bridge Together")
    for person in (preparer, reviewer):
        with pytest.raises(NotAllowed, match="the role admin"):
            deeds.accept_match(organisation=nameless, candidate=BRIDGE, by=person, now=NOW)
    assert not nameless.identifiers.exists()


def test_a_number_that_is_none_is_refused_in_words(keeper) -> None:
    nameless = provider("Bridge Together")
    for candidate in ("GB-CHC-12", "nonsense", "GB-COH-1"):
        with pytest.raises(NotValid):
            deeds.accept_match(organisation=nameless, candidate=candidate, by=keeper, now=NOW)
    assert not MatchDecision.objects.filter(subject=nameless.public_id).exists()


def test_a_register_that_calls_two_one_puts_them_on_the_list(registers, keeper) -> None:
    charity, company = provider("The Bridge", parse_charity_number("9900001")), provider("Bridge Co", *_company())
    pairs = [{one, other} for one, other, _ in who_is_who.called_one(SERIES)]
    assert {charity, company} in pairs
    deeds.refuse_match(organisation=company, candidate=charity.public_id, by=keeper, now=NOW)
    assert {charity, company} not in [{one, other} for one, other, _ in who_is_who.called_one(SERIES)]


def _company() -> tuple:
    return (parse_company_number("99000001"),)


def test_what_was_decided_holds_for_the_next_return(registers, keeper, file_lines: Callable[..., Return]) -> None:
    """The same name without a number, in a known and in a new agreement, is who it was decided to be."""
    body = make_cast().body
    bind_agreements(file_lines(body, Quarter(2018, 1), {"A": "Bridge Together"}))
    nameless = Agreement.objects.get(body=body, ref="A").payee
    deeds.accept_match(organisation=nameless, candidate=BRIDGE, by=keeper, now=NOW)
    bind_agreements(file_lines(body, Quarter(2018, 2), {"A": "Bridge Together", "B": "Bridge Together"}))
    assert {a.payee.public_id for a in Agreement.objects.filter(body=body)} == {BRIDGE}


@pytest.fixture
def file_lines(keeper) -> Callable[..., Return]:
    def make(body: Body, quarter: Quarter, named: dict[str, str]) -> Return:
        filed = Return.objects.create(
            body=body, quarter=quarter, version=1, kind="demonstration", prepared_at=NOW, prepared_by=keeper
        )
        for number, (ref, name) in enumerate(named.items(), start=2):
            filed.lines.create(
                row_number=number, agreement_ref=ref, tier=2, payer_key=body.code, payee_key=f"name:{name}",
                provider_name=name, no_number_reason="applied-for", service_category="other", service_summary="x",
                area_scope="all", funding_type="grant", start_date=quarter.start, amount_paid_gbp=0,
                amount_to_date_gbp=0,
            )  # fmt: skip
        return filed

    return make
