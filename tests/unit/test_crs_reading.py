"""Is the public record of commissioned services read as it stands, and is every fault in it one sentence?"""

import json
import os
import shutil
from pathlib import Path

import pytest

from portal.errors import NotValid
from portal.quarters import Quarter
from supplychain.compiled.crs import read_folder
from supplychain.compiled.persons import looks_like_a_person
from supplychain.compiled.records import Known, Provider, Records
from supplychain.compiled.returns import Compiled, Places, compile_returns, content_digest, reference_below
from supplychain.compiled.shipped import (
    FOLDER,
    SNAPSHOT,
    decisions,
    known_codes,
    read_shipped,
    write_tables,
)
from tests.integration.crs_source import NOT_TAKEN, contract, write_shipped, write_source

NAMES = {"PRIME": "Prime Housing", "BELOW": "Below Advice", "OTHER": "Other Advice"}
KNOWN = Known(
    areas={"durham", "kent"}, regions={"R-A", "R-K"}, services={"ACC": "accommodation", "WOS": "women", "DNR": "other"}
)
PLACES = Places({"durham": "R-A", "cleveland": "R-A", "kent": "R-K"})
GOOD = contract("GOOD_1")


def nobody_known(code: str, name: str) -> Provider:
    return Provider(code, name, f"crs:{code}")


def read(folder: Path, *contracts: dict, decide=nobody_known) -> Records:
    write_source(folder, [GOOD, *contracts], NAMES)
    return read_folder(folder, day=SNAPSHOT, known=KNOWN, decide=decide)


def compile_with(folder: Path, *contracts: dict, decide=nobody_known) -> Compiled:
    return compile_returns(read(folder, *contracts, decide=decide), PLACES)


def without(key: str) -> dict:
    return {name: value for name, value in contract("BAD_1").items() if name != key or key == "contract_reference"}


def test_a_contract_is_read_and_its_free_text_is_not(tmp_path: Path) -> None:
    record = contract(
        "PRJ_1",
        contract_type_id="DNR-SW",
        region={"nps_region_code": None, "pcc_region_code": "kent"},
        scheduling={"hide_before": "2021-01-01", "hide_after": "2026-03-10T23:59:00+00"},
        providers={"prime_provider_code": "PRIME", "subcontractor_codes": ["OTHER", "BELOW"]},
    )
    records = read(tmp_path, record)
    assert records.left_out == ()
    assert [one.reference for one in records.contracts] == ["GOOD_1", "PRJ_1"]
    read_one = records.contracts[1]
    assert (read_one.type, read_one.region, read_one.area, read_one.prime) == ("DNR-SW", "", "kent", "PRIME")
    assert read_one.subcontractors == ("BELOW", "OTHER")
    assert (str(read_one.shown_from), str(read_one.shown_to)) == ("2021-01-01", "2026-03-10")
    assert NOT_TAKEN not in repr(records) + repr(compile_returns(records, PLACES))


BAD = {
    "no type": (without("contract_type_id"), "contract_type_id is missing"),
    "no region": (without("region"), "region is missing"),
    "no providers": (without("providers"), "providers is missing"),
    "no dates": (without("scheduling"), "scheduling is missing"),
    "unknown type": (contract("BAD_1", contract_type_id="XYZ-1"), "unknown contract type “XYZ-1”"),
    "unknown region": (
        contract("BAD_1", region={"nps_region_code": "Z", "pcc_region_code": None}),
        "unknown region “R-Z”",
    ),
    "unknown area": (
        contract("BAD_1", region={"nps_region_code": None, "pcc_region_code": "atlantis"}),
        "unknown area “atlantis”",
    ),
    "two places": (
        contract("BAD_1", region={"nps_region_code": "A", "pcc_region_code": "durham"}),
        "either a region or a police force area",
    ),
    "no place": (
        contract("BAD_1", region={"nps_region_code": None, "pcc_region_code": None}),
        "either a region or a police force area",
    ),
    "unknown prime": (
        contract("BAD_1", providers={"prime_provider_code": "NOBODY", "subcontractor_codes": []}),
        "unknown prime “NOBODY”",
    ),
    "subcontractors no list": (
        contract("BAD_1", providers={"prime_provider_code": "PRIME", "subcontractor_codes": "BELOW"}),
        "should be a list of codes",
    ),
    "number for a text": (contract("BAD_1", contract_type_id=17), "contract_type_id is 17"),
    "no date": (
        contract("BAD_1", scheduling={"hide_before": "soon", "hide_after": None}),
        "“soon” where a date should be",
    ),
    "dates the wrong way round": (
        contract("BAD_1", scheduling={"hide_before": "2022-01-01", "hide_after": "2021-01-01"}),
        "before it was shown",
    ),
    "control characters": (contract("BAD_1", contract_type_id="A\u202eCC\x1b[31m"), "\\x1b[31m"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_contract_is_one_sentence_and_the_others_are_taken(tmp_path: Path, case: str) -> None:
    record, sentence = BAD[case]
    records = read(tmp_path, record)
    assert [one.reference for one in records.contracts] == ["GOOD_1"]
    [left_out] = records.left_out
    assert sentence in left_out.why and left_out.contracts == 1
    assert "\x1b" not in left_out.why and "\u202e" not in left_out.why


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"{", "is not JSON in line 1"),
        (b"", "is not JSON in line 1"),
        (b'{"a": "\xff"}', "is not UTF-8 at byte 7"),
        (b"[" * 100_000, "is not JSON that can be read"),
        (b"[]", "is missing"),
        (b"9" * 5000, "is not JSON that can be read"),
        (b" " * 5_000_001, "is larger than 5 MB"),
    ],
)
def test_a_file_that_is_no_contract_is_one_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    write_source(tmp_path, [GOOD], NAMES)
    (tmp_path / "contracts" / "bad.json").write_bytes(content)
    records = read_folder(tmp_path, day=SNAPSHOT, known=KNOWN, decide=nobody_known)
    assert len(records.contracts) == 1
    assert [(part.what, sentence in part.why) for part in records.left_out] == [("bad.json", True)]


def test_what_cannot_be_opened_is_one_sentence(tmp_path: Path) -> None:
    write_source(tmp_path, [GOOD], NAMES)
    (tmp_path / "contracts" / "folder.json").mkdir()
    os.mkfifo(tmp_path / "contracts" / "pipe.json")  # would wait for ever
    (tmp_path / "contracts" / "to-nowhere.json").symlink_to("nowhere")
    records = read_folder(tmp_path, day=SNAPSHOT, known=KNOWN, decide=nobody_known)
    assert len(records.contracts) == 1
    assert [part.why for part in records.left_out] == [
        "folder.json is not a file.",
        "pipe.json is not a file.",
        "to-nowhere.json can't be opened: No such file or directory.",
    ]


def test_a_reference_that_no_agreement_can_have_is_left_out(tmp_path: Path) -> None:
    write_source(tmp_path, [GOOD], NAMES)
    bad = contract("GOOD_1/BELOW")
    (tmp_path / "contracts" / "slash.json").write_text(json.dumps(bad), encoding="utf-8")
    records = read_folder(tmp_path, day=SNAPSHOT, known=KNOWN, decide=nobody_known)
    assert len(records.contracts) == 1 and "can't be the reference" in records.left_out[0].why


def test_only_the_link_to_a_strange_subcontractor_is_lost(tmp_path: Path) -> None:
    codes = ["BELOW", "NOBODY", "PRIME", "BELOW"]
    records = read(tmp_path, contract("B_1", providers={"prime_provider_code": "PRIME", "subcontractor_codes": codes}))
    assert records.contracts[0].subcontractors == ("BELOW",)
    assert [(part.contracts, part.links) for part in records.left_out] == [(0, 1)] * 3
    assert "unknown subcontractor “NOBODY”" in records.left_out[0].why


def test_a_contract_that_is_there_twice(tmp_path: Path) -> None:
    write_source(tmp_path, [GOOD, contract("SAME_1"), contract("DIFF_1")], NAMES)
    for name, record in {
        "same": contract("SAME_1", intervention_title="another"),
        "differs": contract("DIFF_1", contract_type_id="WOS"),
    }.items():
        (tmp_path / "contracts" / f"{name}.json").write_text(json.dumps(record), encoding="utf-8")
    records = read_folder(tmp_path, day=SNAPSHOT, known=KNOWN, decide=nobody_known)
    assert [one.reference for one in records.contracts] == ["GOOD_1", "SAME_1"]
    assert sum(part.contracts for part in records.left_out) == 3
    assert any("SAME_1 is there twice and says the same" in part.why for part in records.left_out)
    assert any("DIFF_1 is there twice and says different things" in part.why for part in records.left_out)


def test_providers_are_needed_and_each_has_one_name(tmp_path: Path) -> None:
    with pytest.raises(NotValid, match="holds no contracts"):
        read_folder(tmp_path / "nowhere", day=SNAPSHOT, known=KNOWN, decide=nobody_known)
    write_source(tmp_path, [GOOD], NAMES)
    file = tmp_path / "providers" / "providers.json"
    listed = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(
        json.dumps([*listed, {"code": "BELOW", "name": "Another"}, {"code": "X"}, "y", {"code": "Z", "name": "a\nb"}]),
        encoding="utf-8",
    )
    records = read_folder(tmp_path, day=SNAPSHOT, known=KNOWN, decide=nobody_known)
    assert set(records.providers) == {"PRIME", "OTHER"}
    assert [one.subcontractors for one in records.contracts] == [()]
    assert len(records.left_out) == 5
    for content in ("{", "{}", "[]"):
        file.write_text(content, encoding="utf-8")
        with pytest.raises(NotValid, match="providers can't be read"):
            read_folder(tmp_path, day=SNAPSHOT, known=KNOWN, decide=nobody_known)


def test_a_line_says_what_the_source_says_and_no_more(tmp_path: Path) -> None:
    womens = contract("W_1", contract_type_id="WOS", region={"nps_region_code": None, "pcc_region_code": "kent"})
    compiled = compile_with(tmp_path, womens)
    top, below = compiled.lines["R-A"]
    assert (top.agreement_ref, top.upstream_ref, top.tier, top.role) == ("GOOD_1", None, 2, "prime")
    assert (below.agreement_ref, below.upstream_ref, below.tier, below.role) == ("GOOD_1/BELOW", "GOOD_1", 3, "")
    assert (top.payer_key, top.payee_key, below.payer_key) == ("body:R-A", "crs:PRIME", "crs:PRIME")
    assert (top.areas, top.area_scope, top.cohorts) == (("cleveland", "durham"), "all", ())
    top, below = compiled.lines["R-K"]
    assert (below.areas, below.area_scope, below.cohorts) == (("kent",), "named", ("women",))
    assert (below.service_category, below.service_summary, below.amount_status) == ("women", "", "not-disclosed")


def test_a_region_without_any_contract_still_has_its_return(tmp_path: Path) -> None:
    assert compile_with(tmp_path).lines["R-K"] == []


@pytest.mark.parametrize(
    ("decided", "where", "costs", "taken"),
    [
        ({"PRIME": {"held_back": True, "reason": "A name."}}, "held_back", (1, 1), (0, 0)),
        ({"BELOW": {"held_back": True, "reason": "A name."}}, "held_back", (0, 1), (1, 0)),
        ({"PRIME": {"own_service_of": "R-A"}}, "skipped", (1, 1), (0, 0)),
        ({"BELOW": {"own_service_of": "R-A"}}, "skipped", (0, 1), (1, 0)),
        ({"BELOW": {"payee_key": "GB-CHC-1"}, "PRIME": {"payee_key": "GB-CHC-1"}}, "skipped", (0, 1), (1, 0)),
    ],
)
def test_what_stays_out_is_counted(tmp_path: Path, decided: dict, where: str, costs: tuple, taken: tuple) -> None:
    def decide(code: str, name: str) -> Provider:
        return Provider(**({"code": code, "name": name, "payee_key": f"crs:{code}"} | decided.get(code, {})))

    compiled = compile_with(tmp_path, decide=decide)
    [left_out] = getattr(compiled, where)
    assert (left_out.contracts, left_out.links) == costs
    assert (compiled.contracts, compiled.links) == taken


def test_an_area_of_nobody_is_skipped(tmp_path: Path) -> None:
    records = read(tmp_path, contract("K_1", region={"nps_region_code": None, "pcc_region_code": "kent"}))
    compiled = compile_returns(records, Places({"durham": "R-A"}))
    assert [part.what for part in compiled.skipped] == ["K_1"] and compiled.contracts == 1


def test_references_below_a_contract_fit_and_differ() -> None:
    assert reference_below("PRJ_5556", "KSS_CRC") == "PRJ_5556/KSS_CRC"
    long = [reference_below("P" * 40, f"{'S' * 30}_{number}") for number in range(50)]
    assert len(set(long)) == 50 and {len(reference) for reference in long} == {60}
    assert long[7] == reference_below("P" * 40, f"{'S' * 30}_7")
    assert reference_below("P", "A B") != reference_below("P", "A_B") != reference_below("P", "A/B")


def test_the_digest_is_of_the_content_alone(tmp_path: Path) -> None:
    lines = compile_with(tmp_path).lines["R-A"]
    quarter = Quarter(2026, 2)
    digest = content_digest("R-A", quarter, lines)
    assert digest == content_digest("R-A", quarter, lines[::-1])
    others = {content_digest("R-A", quarter, lines[:1]), content_digest("R-K", quarter, lines)}
    assert digest not in others | {content_digest("R-A", Quarter(2026, 3), lines)}


@pytest.mark.parametrize("name", ["Jane Doe", "Dr Example", "Karen Example Consultants", "Imaginary Person Consulting"])
def test_names_of_persons_are_noticed(name: str) -> None:
    assert looks_like_a_person(name)


def test_a_new_provider_that_looks_like_a_person_is_held_back() -> None:
    decide = decisions()
    assert decide("NEW_1", "Jane Doe Consulting").held_back
    assert not decide("NEW_2", "Invented Housing Association").held_back


def test_nobody_of_the_tables_looks_like_a_person_undecided() -> None:
    suspects = {known.code for known in read_shipped().providers.values() if looks_like_a_person(known.name)}
    held_back = {known.code for known in read_shipped().providers.values() if known.held_back}
    assert suspects == held_back == {"KAREN_MACKEY", "JUDAH_ARMANI"}


def test_the_tables_hold_the_whole_source() -> None:
    """Counts of domain facts, section 10c: the Ministry's source of August 2026."""
    records = read_shipped()
    primes = {one.prime for one in records.contracts}
    below = {code for one in records.contracts for code in one.subcontractors}
    assert records.left_out == ()
    assert (len(records.contracts), len(records.providers), records.links) == (196, 139, 343)
    assert (len(primes), len(below)) == (46, 107)
    assert sum(not one.subcontractors for one in records.contracts) == 67
    assert primes | below == set(records.providers)


def test_both_inputs_say_the_same_and_writing_keeps_the_decisions(tmp_path: Path) -> None:
    source = write_shipped(tmp_path / "source")
    records = read_folder(source, day=SNAPSHOT, known=known_codes(), decide=decisions())
    assert records == read_shipped()
    copied = Path(shutil.copytree(FOLDER, tmp_path / "reference"))
    for name in ("crs_contracts", "crs_subcontracts"):
        (copied / f"{name}.csv").unlink()
    assert write_tables(records, copied) == {"crs_contracts": 196, "crs_subcontracts": 343, "crs_providers": 139}
    for name in ("crs_contracts", "crs_subcontracts", "crs_providers"):
        assert (copied / f"{name}.csv").read_bytes() == (FOLDER / f"{name}.csv").read_bytes()


def test_who_is_who_was_decided_with_care() -> None:
    known = read_shipped().providers
    assert known["SHELTER"].payee_key == "GB-CHC-263710" and known["SHELTER"].charity_number == "263710"
    assert known["KSS_CRC"].payee_key == "XP-000021"
    assert known["WITH_YOU_WIGAN_LEIGH"].payee_key == known["WE_ARE_WITH_YOU"].payee_key
    apart = ("PACT", "PACT_FUTURES_CIC", "JIGSAW_SUPPORT", "ST_GILES_WISE_GRP", "ST_GILES_WISE_LTD")
    assert [known[code].payee_key for code in apart] == [f"crs:{code}" for code in apart]
    assert known["PRISON_ADVICE_CARE_TRST"].payee_key == "GB-CHC-219278"
    own = {code: one.own_service_of for code, one in known.items() if one.own_service_of}
    assert own == {"NWPS": "R-B", "PS_YATH_HOUSING": "R-C", "PS_EOE_HOUSING_SUPPORT": "R-I"}
