"""Is what must not be seen nowhere to be seen, and nowhere to be worked out? Tried as an attacker would."""

from decimal import Decimal

import pytest

from portal.errors import NotNow
from supplychain.disclosure.verify import verify_folder
from supplychain.models import FrozenKpi, FrozenParty, Publication, Redaction
from tests.integration.disclosure_builder import Q1, Q2, World, folder, rows

pytestmark = pytest.mark.django_db


def text_of_all_files(publication: Publication) -> str:
    return "".join(path.read_text() for path in folder(publication).iterdir() if path.suffix != ".zip")


def only(publication: Publication, name: str, **cells: str) -> dict[str, str]:
    """The one row with these cells."""
    (row,) = [row for row in rows(publication, name) if all(row[column] == cell for column, cell in cells.items())]
    return row


def figures(publication: Publication, kpi: str = "T01") -> dict[str, str]:
    """Numerators as shown, ``c`` where suppressed; the body's own as ``all``."""
    found = [row for row in rows(publication, "kpi-contributions.csv") if row["kpi_code"] == kpi]
    shown = {row["agreement_ref"]: row["numerator"] or row["numerator_status"][1] for row in found}
    return shown | {"all": found[0]["body_numerator"] or found[0]["body_numerator_status"][1]}


class TestWithheldAmounts:
    def world(self) -> World:
        world = World()
        world.body("D91")
        filed = world.filed("D91", Q1)
        world.line(filed, "A-1", "Alpha", "100.00", amount_to_date_gbp="100.00")
        world.line(filed, "W-1", "Beta", None, amount_status="withheld", agreement_value_gbp="777.77")
        world.withhold("D91", "W-1", "safety")
        return world

    def test_the_row_stays_and_the_values_go(self) -> None:
        publication = self.world().published()
        row = only(publication, "supply-chain.csv", agreement_ref="W-1")
        for column in ("amount_paid_gbp", "amount_to_date_gbp", "agreement_value_gbp"):
            assert (row[column], row[f"{column}_status"]) == ("", "[w]")
        assert row["provider_name"] == "Beta" and row["withheld_reason"] == "safety"
        assert "777.77" not in text_of_all_files(publication)
        assert publication.totals_pence == {"2": 10000} and publication.lines_without_amount == {"2": 1}
        flow = only(publication, "flows.csv", payee_name="Beta")
        cells = [flow[column] for column in ("amount_paid_gbp", "amount_paid_gbp_status", "lines_without_amount")]
        assert cells == ["", "[w]", "1"]

    def test_a_later_amount_to_date_does_not_give_it_away(self) -> None:
        """Paid to date in the second quarter less paid in it would be the withheld amount of the first."""
        world = self.world()
        world.published()
        filed = world.filed("D91", Q2)
        world.line(filed, "A-1", "Alpha", "5.00", amount_to_date_gbp="105.00")
        world.line(filed, "W-1", "Beta", "10.00", amount_to_date_gbp="343.21")
        publication = world.published(Q2)
        row = only(publication, "supply-chain.csv", agreement_ref="W-1")
        assert (row["amount_paid_gbp"], row["amount_paid_gbp_status"]) == ("10.00", "")
        assert (row["amount_to_date_gbp"], row["amount_to_date_gbp_status"]) == ("", "[w]")
        assert row["withheld_reason"] == "safety" and "343.21" not in text_of_all_files(publication)
        assert only(publication, "supply-chain.csv", agreement_ref="A-1")["amount_to_date_gbp"] == "105.00"
        assert verify_folder(folder(publication)) == []

    def test_a_correction_that_withholds_does_not_repeat_the_amount_in_its_changes(self) -> None:
        world = self.world()
        first = Publication.objects.get(pk=world.published().pk)
        filed = world.filed("D91", Q1, replaces=first.parts.get().of_return)
        world.line(filed, "A-1", "Alpha", None, amount_status="withheld")
        world.withhold("D91", "A-1")
        publication = world.published()
        change = only(publication, "changes.csv", basis="version", key="D91/A-1", column="amount_paid_gbp")
        assert (change["old"], change["new"]) == ("", "")

    def test_nothing_is_withheld_without_an_accepted_request(self) -> None:
        world = World()
        world.body("D91")
        world.line(world.filed("D91", Q1), "W-1", "Beta", None, amount_status="withheld")
        with pytest.raises(NotNow, match="D91/W-1"):
            world.built()


class TestCountsOfPeople:
    def test_small_counts_of_a_line(self) -> None:
        world = World()
        world.body("D91")
        filed = world.filed("D91", Q1)
        for people in (None, 0, 1, 4, 5):
            world.line(filed, f"A-{people}", "Alpha", people_supported=people, referrals_received=people)
        found = {
            row["agreement_ref"]: (row["people_supported"], row["people_supported_status"], row["referrals_received"])
            for row in rows(world.built(), "supply-chain.csv")
        }
        assert found == {
            "A-None": ("", "[x]", ""), "A-0": ("0", "", "0"), "A-1": ("", "[c]", ""), "A-4": ("", "[c]", ""),
            "A-5": ("5", "", "5"),
        }  # fmt: skip

    def shown(self, body: str, *, counts_people: bool = True, **contributions: str) -> dict[str, str]:
        world = World()
        world.body("D91")
        filed = world.filed("D91", Q1)
        for name in contributions:
            world.line(filed, name.replace("_", "-"), "Alpha")
        world.figures(filed, world.kpi(counts_people=counts_people), body, **contributions)
        publication = world.built()
        assert verify_folder(folder(publication)) == []
        return figures(publication)

    def test_small_numerators_are_suppressed(self) -> None:
        assert self.shown("90", A_1="3", A_2="1", A_3="60") == {"A-1": "c", "A-2": "c", "A-3": "60", "all": "90"}

    def test_a_measure_that_counts_no_people_is_shown(self) -> None:
        assert self.shown("3", counts_people=False, A_1="2") == {"A-1": "2", "all": "3"}

    def test_the_only_hidden_part_of_a_full_sum_gets_a_cover(self) -> None:
        """63 less 50 less 10 would be the hidden 3; the smallest other part goes too."""
        assert self.shown("63", A_1="3", A_2="10", A_3="50") == {"A-1": "c", "A-2": "c", "A-3": "50", "all": "63"}

    def test_no_cover_is_needed_where_the_body_has_more_of_its_own(self) -> None:
        assert self.shown("65", A_1="3", A_2="10", A_3="50") == {"A-1": "c", "A-2": "10", "A-3": "50", "all": "65"}

    def test_hidden_parts_that_can_only_be_one_each_get_a_cover(self) -> None:
        assert self.shown("52", A_1="1", A_2="1", A_3="50") == {"A-1": "c", "A-2": "c", "A-3": "c", "all": "52"}

    def test_the_total_goes_where_no_part_can_cover(self) -> None:
        ones = {f"A_{number}": "1" for number in range(6)}
        assert self.shown("6", **ones) == {f"A-{number}": "c" for number in range(6)} | {"all": "c"}

    def test_a_small_total_is_suppressed_and_zero_parts_stand(self) -> None:
        assert self.shown("4", A_1="0", A_2="4") == {"A-1": "0", "A-2": "c", "all": "c"}

    def test_denominators_are_protected_alike(self) -> None:
        world = World()
        world.body("D91")
        filed = world.filed("D91", Q1)
        for ref in ("A-1", "A-2", "A-3"):
            world.line(filed, ref, "Alpha")
        world.figures(filed, world.kpi(), "60/70", A_1="0/3", A_2="5/7", A_3="55/60")
        found = {
            row["agreement_ref"]: (row["denominator"], row["denominator_status"], row["body_denominator"])
            for row in rows(world.built(), "kpi-contributions.csv")
        }
        assert found == {"A-1": ("", "[c]", "70"), "A-2": ("", "[c]", "70"), "A-3": ("60", "", "70")}

    @pytest.mark.parametrize(
        "parts", [(1,), (3, 9), (4, 4), (1, 1, 1), (2, 0, 8), (1, 6, 30), (3, 5, 5), (4, 100, 7, 2)]
    )
    @pytest.mark.parametrize("own", [0, 1, 3, 20])
    def test_no_arithmetic_on_what_is_shown_fixes_a_hidden_count(self, parts: tuple[int, ...], own: int) -> None:
        """Every way to fill in the hidden parts that fits what is shown: no hidden part has only one possible value.

        The attacker knows that parts add up to the body's figure at most, and (the harder case) guesses exactly.
        """
        contributions = {f"A_{number}": str(part) for number, part in enumerate(parts)}
        shown = self.shown(str(sum(parts) + own), **contributions)
        hidden = [name for name, cell in shown.items() if cell == "c" and name != "all"]
        assert all(cell not in {"1", "2", "3", "4"} for cell in shown.values())
        if shown["all"] == "c" or not hidden:
            return
        left = int(shown["all"]) - sum(int(cell) for name, cell in shown.items() if name != "all" and cell != "c")
        assert possible_values(len(hidden), left, exactly=False) > 1
        if own == 0:
            assert possible_values(len(hidden), left, exactly=True) > 1

    def test_what_an_earlier_version_hid_is_not_uncovered_by_a_later_one(self) -> None:
        """The second version would need no cover, for its body has 1 of its own; the first one still does."""
        world = World()
        world.body("D91")
        first = world.filed("D91", Q1)
        for ref in ("A-1", "A-2", "A-3"):
            world.line(first, ref, "Alpha")
        world.figures(first, world.kpi(), "63", A_1="3", A_2="10", A_3="50")
        assert figures(world.published()) == {"A-1": "c", "A-2": "c", "A-3": "50", "all": "63"}
        second = world.filed("D91", Q1, replaces=first)
        for ref in ("A-1", "A-2", "A-3"):
            world.line(second, ref, "Alpha")
        world.figures(second, world.kpi(), "64", A_1="3", A_2="10", A_3="50")
        assert figures(world.published())["A-2"] == "c"

    def test_what_an_earlier_version_showed_is_no_cover(self) -> None:
        world = World()
        world.body("D91")
        first = world.filed("D91", Q1)
        for ref in ("A-1", "A-2"):
            world.line(first, ref, "Alpha")
        world.figures(first, world.kpi(), "64", A_1="3", A_2="10")
        assert figures(world.published()) == {"A-1": "c", "A-2": "10", "all": "64"}
        second = world.filed("D91", Q1, replaces=first)
        for ref in ("A-1", "A-2"):
            world.line(second, ref, "Alpha")
        world.figures(second, world.kpi(), "13", A_1="3", A_2="10")
        assert figures(world.published()) == {"A-1": "c", "A-2": "10", "all": "c"}

    def test_the_body_s_own_row_is_protected_for_pages_too(self) -> None:
        world = World()
        world.body("D91")
        filed = world.filed("D91", Q1)
        world.figures(filed, world.kpi(), "3/40")
        own = FrozenKpi.objects.get(publication=world.built(), agreement_ref="")
        assert (own.numerator, own.numerator_status, own.body_numerator_status) == (None, "[c]", "[c]")
        assert own.body_denominator == Decimal(40)


def possible_values(hidden: int, left: int, *, exactly: bool) -> int:
    """How many values a hidden part can have: ``hidden`` parts of at least 1 make up ``left``, or at most that."""
    if hidden == 1:
        return 1 if exactly else left
    return left - hidden + 1


class TestRedaction:
    def world(self) -> World:
        world = World()
        world.body("D91")
        world.organisation("Refuge at Mill Lane", "GB-CHC-9990007", "GB-COH-99900007")
        filed = world.filed("D91", Q1)
        beds = "Beds at Mill Lane."
        world.line(filed, "R-1", "Refuge at Mill Lane", "70.00", service_summary=beds, areas=["t-south"])
        world.line(filed, "R-2", "Beta", "20.00", above="R-1")
        world.figures(filed, world.kpi(), "90", R_1="30")
        return world

    def test_the_provider_vanishes_everywhere(self) -> None:
        world = self.world()
        world.published()
        world.redact("D91", "R-1", "provider")
        world.redact("D91", "R-1", "service_summary")
        publication = world.published()
        text = text_of_all_files(publication)
        for trace in ("Mill Lane", "9990007", "99900007"):
            assert trace not in text
        row = only(publication, "supply-chain.csv", agreement_ref="R-1")
        cells = [row[column] for column in ("provider_id", "provider_name", "charity_number", "company_number")]
        assert cells == ["", "[w]", "", ""]
        assert (row["service_summary"], row["withheld_reason"], row["amount_paid_gbp"]) == ("", "safety", "70.00")
        below = only(publication, "supply-chain.csv", agreement_ref="R-2")
        assert (below["payer_id"], below["payer_name"], below["withheld_reason"]) == ("", "[w]", "safety")
        assert {(row["payer_name"], row["payee_name"]) for row in rows(publication, "flows.csv")} == {
            ("Body D91 Ltd", "[w]"), ("[w]", "Beta")
        }  # fmt: skip
        assert only(publication, "kpi-contributions.csv", agreement_ref="R-1")["provider_id"] == ""
        assert not FrozenParty.objects.filter(publication=publication, public_id="GB-CHC-9990007").exists()
        assert publication.totals_pence == {"2": 7000, "3": 2000}
        assert verify_folder(folder(publication)) == []

    def test_changes_name_the_columns_and_neither_old_nor_new(self) -> None:
        world = self.world()
        world.published()
        world.redact("D91", "R-1", "provider")
        changes = {(row["file"], row["key"], row["column"]): row for row in rows(world.published(), "changes.csv")}
        for key in (
            ("supply-chain.csv", "D91/R-1", "provider_name"), ("supply-chain.csv", "D91/R-1", "charity_number"),
            ("supply-chain.csv", "D91/R-2", "payer_name"), ("kpi-contributions.csv", "D91/T01/R-1", "provider_id"),
        ):  # fmt: skip
            assert (changes[key]["old"], changes[key]["new"]) == ("", "")
        assert changes["supply-chain.csv", "D91/R-1", "withheld_reason"]["new"] == "safety"

    def test_the_next_quarter_keeps_the_provider_back_and_does_not_list_the_old_one(self) -> None:
        world = self.world()
        world.published()
        world.redact("D91", "R-1", "provider")
        filed = world.filed("D91", Q2)
        world.line(filed, "R-1", "Refuge at Mill Lane", "70.00", service_summary="Beds.")
        assert "Mill Lane" not in text_of_all_files(world.published(Q2)).replace("Beds at Mill Lane.", "")

    def test_a_summary_taken_back_stays_back_while_it_is_the_same(self) -> None:
        world = self.world()
        world.published()
        world.redact("D91", "R-1", "service_summary")
        world.redact("D91", "R-1", "area_codes")
        same = world.filed("D91", Q2)
        world.line(same, "R-1", "Refuge at Mill Lane", service_summary="Beds at Mill Lane.", areas=["t-north"])
        row = only(world.published(Q2), "supply-chain.csv", agreement_ref="R-1")
        assert (row["service_summary"], row["area_codes"], row["area_scope"]) == ("", "t-north", "named")
        cleaned = world.filed("D91", Q2, replaces=same)
        world.line(cleaned, "R-1", "Refuge at Mill Lane", service_summary="Beds for women.", areas=["t-south"])
        row = only(world.published(Q2), "supply-chain.csv", agreement_ref="R-1")
        assert (row["service_summary"], row["area_codes"], row["area_scope"]) == ("Beds for women.", "", "")

    def test_a_provider_named_elsewhere_is_still_listed(self) -> None:
        world = self.world()
        world.body("D92")
        world.line(world.filed("D92", Q1), "X-1", "Refuge at Mill Lane")
        world.redact("D91", "R-1", "provider")
        publication = world.built()
        assert only(publication, "providers.csv", id="GB-CHC-9990007")["name"] == "Refuge at Mill Lane"

    def test_an_unconfirmed_request_changes_nothing(self) -> None:
        world = self.world()
        world.redact("D91", "R-1", "provider")
        Redaction.objects.update(confirmed_at=None, confirmed_by=None)
        assert only(world.built(), "supply-chain.csv", agreement_ref="R-1")["provider_name"] == "Refuge at Mill Lane"


def test_compiled_returns_show_no_amount_whatever_they_hold() -> None:
    world = World()
    world.body("D91")
    filed = world.filed("D91", Q1, kind="compiled", income_gbp="9.99")
    world.line(filed, "A-1", "Alpha", "123.45", people_supported=50, agreement_value_gbp="123.45")
    publication = world.built()
    row = only(publication, "supply-chain.csv", agreement_ref="A-1")
    for column in ("amount_paid_gbp", "amount_to_date_gbp", "agreement_value_gbp", "people_supported"):
        assert (row[column], row[f"{column}_status"]) == ("", "[x]")
    body = only(publication, "bodies.csv", code="D91")
    assert (body["filing_status"], body["late"], body["income_received_gbp"]) == ("compiled", "", "")
    assert "123.45" not in text_of_all_files(publication)
