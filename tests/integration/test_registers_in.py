"""Does a copy of a register bring what changed, and say what it did and what it did not take?"""

import datetime as dt
import json
import zipfile
from pathlib import Path

import pytest
from django.core.management import call_command

from providers.models import RegisterCopy, RegisterEntry, RegisterLink, RegisterName
from tests.integration.register_files import (
    as_published,
    merger,
    mergers,
    other_name,
    other_names,
    table,
    zipped,
)

pytestmark = pytest.mark.django_db


def loaded(capsys: pytest.CaptureFixture, path: Path, *more: str, code: int = 0) -> str:
    """What the command says, having ended with ``code``."""
    arguments = ["import_register", str(path), "--series", "demonstration", "-v0", *more]
    if code:
        with pytest.raises(SystemExit) as ended:
            call_command(*arguments)
        assert ended.value.code == code
    else:
        call_command(*arguments)
    said = capsys.readouterr()
    return said.err if code else said.out


def known_names() -> set[tuple]:
    found = RegisterName.objects.filter(series="demonstration")
    return set(found.values_list("org_id", "part", "kind", "text"))


def test_other_names_are_taken_as_published(tmp_path: Path, capsys) -> None:
    path = other_names(
        tmp_path,
        other_name(9900001, "Harbour  Trust"),
        other_name(9900001, "The Harbour & Quay Society Ltd", "Previous name"),
        other_name(9900001, "Harbour Hostel", part=2),
        other_name(9900001, "Harbour Trust"),
    )
    said = loaded(capsys, path)
    assert known_names() == {
        ("GB-CHC-9900001", 0, "working", "Harbour Trust"),
        ("GB-CHC-9900001", 0, "former", "The Harbour & Quay Society Ltd"),
        ("GB-CHC-9900001", 2, "working", "Harbour Hostel"),
    }
    assert set(RegisterName.objects.values_list("folded", flat=True)) >= {"harbour and quay society", "harbour trust"}
    assert "4 rows read, 3 taken" in said and "it was given before; the first is taken: 1 (row 4)" in said
    copy = RegisterCopy.objects.get(series="demonstration", table="charity_other_names")
    assert (copy.as_at, copy.scheme, copy.entries) == (dt.date(2026, 11, 1), "GB-CHC", 3)


@pytest.mark.parametrize("layout", ["bare", "one long line", "pretty", "carriage returns"])
def test_however_the_array_is_laid_out(tmp_path: Path, capsys, layout: str) -> None:
    rows = [
        {"date_of_extract": "2026-11-01T00:00:00"} | other_name(9900000 + n, f'Näme, "{n}" \\ {{[') for n in range(9)
    ]
    text = {
        "bare": as_published([other_name(9900000 + n, f'Näme, "{n}" \\ {{[') for n in range(9)]),
        "one long line": json.dumps(rows),
        "pretty": json.dumps(rows, indent=2, ensure_ascii=False),
        "carriage returns": json.dumps(rows, indent=1).replace("\n", "\r\n"),
    }[layout]
    path = tmp_path / "whatever.bin"
    path.write_text(text, encoding="utf-8", newline="")
    assert "9 rows read, 9 taken" in loaded(capsys, path)
    assert len(known_names()) == 9 and ("GB-CHC-9900003", 0, "working", 'Näme, "3" \\ {[') in known_names()


def test_a_newer_copy_changes_only_what_changed_and_says_what_is_gone(tmp_path: Path, capsys) -> None:
    first = other_names(tmp_path, other_name(9900001, "Stays"), other_name(9900002, "Goes"))
    loaded(capsys, first)
    stays = RegisterName.objects.get(text="Stays").pk
    again = loaded(capsys, first)
    assert "is there already; nothing was changed" in again
    second = other_names(
        tmp_path, other_name(9900001, "Stays"), other_name(9900003, "Comes"), day="2026-11-08T00:00:00"
    )
    assert "1 added, 0 changed, 1 gone" in loaded(capsys, second)
    assert RegisterName.objects.get(text="Stays").pk == stays
    assert {text for *_, text in known_names()} == {"Stays", "Comes"}
    older = other_names(tmp_path, other_name(9900001, "Older"), day="2026-11-07T00:00:00")
    assert "2026-11-07" in (said := loaded(capsys, older, code=1)) and "2026-11-08" in said
    assert {text for *_, text in known_names()} == {"Stays", "Comes"}


def test_series_never_meet(tmp_path: Path, capsys) -> None:
    loaded(capsys, other_names(tmp_path, other_name(9900001, "Invented")))
    call_command("import_register", str(other_names(tmp_path, other_name(9900002, "Other"))), "-v0")
    assert {text for *_, text in known_names()} == {"Invented"}
    assert RegisterName.objects.get(series="real").text == "Other"


def test_faulty_rows_are_counted_with_examples_and_left_out(tmp_path: Path, capsys) -> None:
    good = [other_name(9900000 + n, f"Name {n}") for n in range(300)]
    faulty = [
        other_name(12, "Too low"),
        other_name(10**30, "Beyond all"),
        other_name("9900001; DROP TABLE", "Text"),
        other_name(9900001, 17),
        other_name(9900001, {"a": 1}),
        other_name(9900001, "x" * 301),
        other_name(9900001, " "),
        other_name(9900001, "\ud800"),
        other_name(9900001, "nul\0nul"),
        other_name(9900001, "Nick", "Nick\ud800\x1b[31mname"),
        other_name(9900001, "Part", part=-1),
        other_name(9900001, "Other day") | {"date_of_extract": "2026-10-01T00:00:00"},
        {"organisation_number": 1},
    ]
    objects = [json.dumps({"date_of_extract": "2026-11-01T00:00:00"} | row) for row in (*good, *faulty)]
    objects.append(
        objects[0].replace('"linked_charity_number": 0', '"linked_charity_number": 0, "charity_name": "twice"')
    )
    path = tmp_path / "names.json"
    path.write_text("[" + ",\n".join([*objects, "7"]) + "]")
    said = loaded(capsys, path)
    assert "315 rows read, 300 taken" in said
    assert "a number is none that the register gives: 3 (row 301 (GB-CHC-12), row 302" in said
    assert (
        "it has “charity_name” twice: 1 (row 314)" in said
        and "it is not an object: 1 (row 315)" in said
        and "Nick??[31mname" in said
    )
    assert len(known_names()) == 300


def test_too_many_faulty_rows_are_refused_together(tmp_path: Path, capsys) -> None:
    rows = [other_name(9900000 + n, f"Name {n}") for n in range(60)] + [other_name(n, "Wrong") for n in range(21)]
    said = loaded(capsys, other_names(tmp_path, *rows), code=1)
    assert "21 of the 81 rows" in said and not known_names()
    assert not RegisterCopy.objects.filter(table="charity_other_names").exists()


WHOLE = as_published([other_name(9900000 + n, f"Name {n}") for n in range(50)])


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        (WHOLE[: len(WHOLE) // 2], 2, "in object 2"),
        (WHOLE + "{", 2, "something follows"),
        (WHOLE.replace("\n,", "\n", 1), 2, "is expected, at character"),
        ("[" * 100_000, 2, "nested without end"),
        ('[{"date_of_extract":' + "9" * 5000 + "}]", 2, "too many digits"),
        ('["a"]', 2, "is not an object"),
        ("[]", 1, "holds no rows"),
        ("{}", 2, "does not begin with"),
        ("a,b,c\n1,2,3\n", 2, "no table of a register"),
        ("", 2, "is empty"),
        (WHOLE.replace("registered_charity_number", "nothing"), 1, "lacks registered_charity_number"),
        (WHOLE.replace("2026-11-01T00", "2926-11-01T00"), 1, "is no day"),
        (WHOLE.replace("2026-11-01T00", "2126-11-01T00"), 1, "is to come"),
    ],
)  # fmt: skip
def test_what_is_no_such_table_is_refused_with_the_place(tmp_path, capsys, text, code, words) -> None:
    path = tmp_path / "names.json"
    path.write_text(text, encoding="utf-8")
    assert words in loaded(capsys, path, code=code)
    assert not known_names()


def test_bytes_that_are_no_text_and_damaged_archives_are_refused(tmp_path: Path, capsys) -> None:
    path = tmp_path / "names.json"
    path.write_bytes(WHOLE.encode().replace(b"Name 7", b"Nam\xe9 7"))
    at = path.read_bytes().index(b"\xe9")
    assert f"at byte {at:,} stands 0xE9" in loaded(capsys, path, code=2)
    archive = zipped(tmp_path, "charity_other_names", WHOLE * 40)
    whole = archive.read_bytes()
    archive.write_bytes(whole[: len(whole) // 2])
    assert "damaged or cut short" in loaded(capsys, archive, code=2)
    archive.write_bytes(whole[:200] + bytes(64) + whole[264:])
    assert "damaged or cut short" in loaded(capsys, archive, code=2)
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("publicextract.charity_other_names.json", b"[" + bytes([32]) * 101_000_000)
    assert "more tightly than any table" in loaded(capsys, archive, code=2)
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("one.json", WHOLE)
        made.writestr("two.json", WHOLE)
    assert "holds 2 files" in loaded(capsys, archive, code=2)
    assert "is not a file" in loaded(capsys, tmp_path, code=2)
    assert "can't be read" in loaded(capsys, tmp_path / "missing", code=2)
    assert not known_names()


def test_fields_beyond_the_published_ones_are_named_once(tmp_path: Path, capsys) -> None:
    path = other_names(tmp_path, *(other_name(9900000 + n, "Name") | {"brand_new": n} for n in range(5)))
    assert loaded(capsys, path).count("brand_new") == 1


def test_mergers_lead_to_the_one_that_goes_on(tmp_path: Path, capsys) -> None:
    path = mergers(
        tmp_path,
        merger(9900001, 9900002, "2015-04-01"),
        merger(9900002, 9900003, "2017-04-01"),
        merger(9900004, 9900005), merger(9900005, 9900006), merger(9900006, 9900004),
        merger(9900007, 9900007),
        merger(9900008, 9900001), merger(9900008, 9900003),
        merger(9900009, 9900003, part=3),
        merger("", 9900003), merger(9900010, ""), merger("12345", 9900003),
    )  # fmt: skip
    said = loaded(capsys, path)
    entries = RegisterEntry.objects.filter(series="demonstration")
    assert dict(entries.values_list("org_id", "successor")) == {
        "GB-CHC-9900001": "GB-CHC-9900002",
        "GB-CHC-9900002": "GB-CHC-9900003",
        **dict.fromkeys((f"GB-CHC-990000{n}" for n in (4, 5, 6, 8)), ""),
    }
    chain = RegisterEntry.objects.chain("demonstration", "GB-CHC-9900001")
    assert [(entry.org_id, entry.merged_on) for entry in chain] == [
        ("GB-CHC-9900001", dt.date(2015, 4, 1)), ("GB-CHC-9900002", dt.date(2017, 4, 1)),
    ]  # fmt: skip
    assert "mergers that lead back to where they began: 3 (GB-CHC-9900004 into GB-CHC-9900005" in said
    assert "several charities are named as the one that goes on: 1 (GB-CHC-9900008)" in said
    assert "a charity is merged into itself: 1 (row 7 (GB-CHC-9900007))" in said
    assert "the charity that was merged has no number: 1 (row 11)" in said
    assert "a number is none that the register gives: 1 (row 13 (GB-CHC-12345))" in said
    assert ("GB-CHC-9900009", 3, "registered", "Old 9900009") in known_names()
    assert RegisterCopy.objects.get(table="mergers", series="demonstration").as_at == dt.date(2017, 4, 1)


def test_mergers_that_are_gone_lead_nowhere_any_more(tmp_path: Path, capsys) -> None:
    loaded(capsys, mergers(tmp_path, merger(9900001, 9900002), merger(9900003, 9900002)))
    later = mergers(tmp_path, merger(9900001, 9900004, "2016-04-01"))
    said = loaded(capsys, later, "--as-at", "2026-11-02")
    assert "Mergers: 1 added, 0 changed, 2 gone" in said
    found = RegisterEntry.objects.filter(series="demonstration").values_list("org_id", "successor")
    assert list(found) == [("GB-CHC-9900001", "GB-CHC-9900004")]


def test_pairs_of_numbers_become_links(tmp_path: Path, capsys) -> None:
    header = ("org_id_a", "org_id_b", "name")
    pairs = [
        ("GB-CHC-9900001", "GB-COH-99000001", "Harbour Trust"),
        ("GB-SC-SC990001", "GB-COH-SC990001", "Thistle"),
        ("GB-CHC-1", "GB-COH-99000002", "No number"),
    ]
    said = loaded(capsys, table(tmp_path / "pairs-2026-10-01.csv", header, *pairs))
    assert (
        "as of 2026-10-01" in said
        and "Links: 2 added" in said
        and "a number is none that the register gives: 1 (" in said
    )
    cios = [("CE999001", "9900002"), ("CS999002", "SC990002"), ("01234567", "9900003")]
    loaded(capsys, table(tmp_path / "cios.csv", ("company_number", "charity_number"), *cios))
    mutuals = [("GB-MPR-99001R", "GB-COH-IP99001R", "Mutual Ltd")]
    loaded(capsys, table(tmp_path / "mutuals.csv", ("mutual_id", "company_id", "name"), *mutuals))
    assert set(RegisterLink.objects.filter(series="demonstration").values_list("table", "one", "other")) == {
        ("charity-companies", "GB-CHC-9900001", "GB-COH-99000001"),
        ("charity-companies", "GB-SC-SC990001", "GB-COH-SC990001"),
        ("cio-numbers", "GB-CHC-9900002", "GB-COH-CE999001"),
        ("cio-numbers", "GB-SC-SC990002", "GB-COH-CS999002"),
        ("mutual-companies", "GB-MPR-99001R", "GB-COH-IP99001R"),
    }
    assert ("GB-MPR-99001R", 0, "registered", "Mutual Ltd") in known_names()
