"""Do today's contracts become compiled returns and their disclosure: once, whole, without amounts, set apart?"""

import collections
import csv
import datetime as dt
import io
import json
import re
import shutil
import time
from pathlib import Path

import frictionless
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.errors import NotAllowed, NotNow, NotValid
from portal.models import User
from portal.quarters import Quarter
from providers.actions import add_identifier
from providers.identifiers import Identifier
from providers.models import Organisation, OrganisationAlias, Series
from supplychain.actions.compiled import FiledCompiled, file_compiled
from supplychain.actions.returns import accept_return, reopen_return, send_back_return
from supplychain.compiled import local
from supplychain.compiled.shipped import FOLDER, read_shipped
from supplychain.disclosure.verify import verify_folder
from supplychain.disclosure.verify_records import verify_database
from supplychain.models import Agreement, Body, Line, Publication, Return, ReturnKind
from supplychain.states import ReturnState
from tests.integration.crs_source import NOT_TAKEN, write_shipped

pytestmark = pytest.mark.django_db

QUARTER = Quarter(2026, 2)
NOW = dt.datetime(2026, 11, 24, 10, 0, tzinfo=dt.UTC)
REGIONS = [f"R-{letter}" for letter in "ABCDEFGHIJKL"]
SKIPPED = {"PRJ_5556NWPS", "PRJ_2026_PSYATHHSS", "PRJ_2026_PSEOEHSS"}


def user(name: str) -> User:
    return User.objects.get(username=name)


def file(records=None, by: str = "preparer", quarter: Quarter = QUARTER) -> FiledCompiled:
    return file_compiled(records=records or read_shipped(), quarter=quarter, by=user(by), now=NOW)


def accept(*codes: str) -> None:
    for code in codes or REGIONS:
        accept_return(body_code=code, quarter=QUARTER, by=user("accepter"), now=NOW)


def changed(reference: str, **given):
    """The shipped records with one contract that says something else; ``drop=True`` takes it out."""
    records = read_shipped()
    contracts = []
    for one in records.contracts:
        values = {name: getattr(one, name) for name in one.__slots__}
        if one.reference != reference:
            contracts.append(one)
        elif not given.get("drop"):
            contracts.append(type(one)(**values | given))
    return type(records)(records.day, tuple(contracts), records.providers, records.services, records.left_out)


def run(*arguments: str) -> tuple[int, str]:
    """Exit code and everything said."""
    said = io.StringIO()
    try:
        call_command(*arguments, stdout=said, stderr=said)
    except SystemExit as end:
        return int(end.code or 0), said.getvalue()
    return 0, said.getvalue()


def rows(publication: Publication, name: str) -> list[dict[str, str]]:
    with (Path(settings.PORTAL_FILES) / publication.folder / f"{name}.csv").open(
        encoding="utf-8", newline=""
    ) as source:
        return list(csv.DictReader(source))


def test_every_region_gets_one_return_and_every_contract_is_accounted_for() -> None:
    """Domain facts, section 10c: 196 contracts, 343 links, less what is skipped and held back, each named."""
    outcome = file()
    assert [found.body_id for found in outcome.returns] == REGIONS
    assert {found.kind for found in outcome.returns} == {ReturnKind.COMPILED}
    assert {found.state for found in outcome.returns} == {ReturnState.SUBMITTED}
    compiled = outcome.compiled
    assert {part.what for part in compiled.skipped} == SKIPPED
    held_back = collections.Counter(part.what.partition("/")[2] for part in compiled.held_back)
    assert held_back == {"KAREN_MACKEY": 3, "JUDAH_ARMANI": 9}
    assert compiled.contracts + sum(part.contracts for part in compiled.skipped + compiled.held_back) == 196
    assert compiled.links + sum(part.links for part in compiled.skipped + compiled.held_back) == 343
    lines = Line.objects.filter(of_return__in=[found.pk for found in outcome.returns])
    assert collections.Counter(lines.values_list("tier", flat=True)) == {2: compiled.contracts, 3: compiled.links}
    named = {code for part in read_shipped().contracts for code in (part.prime,)} - {"NWPS"}
    named -= {"PS_YATH_HOUSING", "PS_EOE_HOUSING_SUPPORT"}
    assert len(named) == 43 and lines.filter(tier=2).values("payee_key").distinct().count() == 42  # one has two codes


def test_lines_say_nothing_that_the_source_does_not_say() -> None:
    file()
    lines = Line.objects.filter(of_return__quarter=QUARTER, of_return__kind=ReturnKind.COMPILED)
    for line in lines:
        assert (line.amount_status, line.amount_paid_gbp, line.amount_to_date_gbp) == ("not-disclosed", None, None)
        assert (line.start_date, line.end_date, line.agreement_value_gbp, line.people_supported) == (None,) * 4
        assert line.service_summary == "" and line.shown_from is not None
        assert line.role == ("prime" if line.tier == 2 else "")
        assert (line.cohorts == ["women"]) == (line.service_category == "women")
    kept = lines.get(agreement_ref="PRJ_5556/KSS_CRC")
    assert (kept.areas, kept.area_scope) == (["cheshire", "cumbria", "lancashire", "merseyside"], "all")
    kept = lines.get(agreement_ref="PRJ_14747")
    assert (kept.of_return.body_id, kept.areas, str(kept.shown_to)) == ("R-G", ["devon-and-cornwall"], "2026-03-05")


def test_filing_again_changes_nothing_and_the_database_refuses_a_wrong_chain() -> None:
    first = file()
    before = {found.pk: (found.lock_version, found.digest) for found in first.returns}
    again = file()
    assert again.changed == ()
    assert {found.pk: (found.lock_version, found.digest) for found in again.returns} == before
    line = Line.objects.filter(of_return=first.returns[0], tier=3).first()
    with pytest.raises(IntegrityError), transaction.atomic():
        Line.objects.filter(pk=line.pk).update(payer_key="crs:SOMEBODY")
        transaction.get_connection().check_constraints()


def test_a_changed_source_replaces_what_nobody_has_signed_off_and_waits_for_who_reviews() -> None:
    file()
    send_back_return(body_code="R-A", quarter=QUARTER, by=user("accepter"), now=NOW, reason="Wrong.")
    records = changed("PRJ_5428", drop=True)
    outcome = file(records)
    assert [found.body_id for found in outcome.changed] == ["R-A"]
    assert not Line.objects.filter(of_return__body="R-A", agreement_ref__startswith="PRJ_5428").exists()
    assert Return.objects.get(body="R-A", quarter=QUARTER).version == 1
    with pytest.raises(NotNow, match="submitted"):
        file()  # says something else about R-A, which is under review
    accept()
    with pytest.raises(NotNow, match="accepted"):
        file()
    payees = dict(Agreement.objects.filter(body="R-B").values_list("ref", "payee"))
    for code in ("R-A", "R-B"):
        reopen_return(body_code=code, quarter=QUARTER, by=user("accepter"), now=NOW, reason="Once more.")
    organisations = Organisation.objects.count()
    assert [found.body_id for found in file().changed] == ["R-A", "R-B"]
    accept("R-A", "R-B")
    assert dict(Agreement.objects.filter(body="R-B").values_list("ref", "payee")) == payees
    assert Organisation.objects.count() == organisations


def test_who_may_and_for_which_quarter() -> None:
    with pytest.raises(NotAllowed, match="preparer"):
        file(by="publisher")
    with pytest.raises(NotValid, match="say nothing about 2018-19 Q1"):
        file(quarter=Quarter(2018, 1))
    file()
    with pytest.raises(NotAllowed):
        accept_return(body_code="R-A", quarter=QUARTER, by=user("preparer"), now=NOW)


def test_a_return_that_a_region_filed_goes_before_the_public_record() -> None:
    own = Return.objects.create(
        body=Body.objects.get(pk="R-B"), quarter=QUARTER, kind=ReturnKind.FILED, prepared_at=NOW,
        prepared_by=user("preparer"),
    )  # fmt: skip
    outcome = file()
    assert len(outcome.returns) == 11 and own not in outcome.returns
    [left_out] = [part for part in outcome.compiled.skipped if part.what == "R-B"]
    assert "has filed a return" in left_out.why
    assert outcome.compiled.contracts + sum(part.contracts for part in outcome.compiled.skipped) == 196


def test_acceptance_makes_every_provider_known_once() -> None:
    file()
    accept()
    agreements = Agreement.objects.filter(body__in=REGIONS).select_related("payee")
    assert agreements.count() == Line.objects.filter(of_return__quarter=QUARTER).count()
    assert {agreement.payee.series for agreement in agreements} == {Series.REAL}
    wise = agreements.filter(ref__endswith="/THE_WISE_GROUP_LTD")
    assert wise.count() == 19 and {agreement.payee.public_id for agreement in wise} == {"GB-SC-SC004089"}
    human = agreements.filter(ref__endswith="/HUMANKIND")
    assert human.values("body").distinct().count() > 1 and human.values("payee").distinct().count() == 1
    new = human.first().payee
    assert (new.confidence, new.source, new.name) == ("reported", "S-GH-CRS", "HumanKind")
    assert new.public_id.startswith("XP-001") and not new.identifiers.exists()
    pluss = agreements.filter(ref__endswith="/PLUSS_ORG_CIC").first().payee
    assert pluss.sector == "social-enterprise"
    names = set(Organisation.objects.values_list("name", flat=True))
    assert not {name for name in names if re.search("Mackey|Armani|North West Probation Service|PS YatH|PS EoE", name)}
    shelter = Organisation.objects.get(public_id="GB-CHC-263710")
    assert shelter.identifiers.count() == 1 and agreements.filter(payee=shelter).count() == 5


def test_a_company_is_body_and_subcontractor_at_once() -> None:
    file()
    accept()
    company = Body.objects.get(pk="C21").organisation
    below = Agreement.objects.filter(payee=company)
    assert below.count() == 9
    assert {agreement.body_id for agreement in below} == {"R-B", "R-G", "R-I", "R-K"}
    assert Organisation.objects.filter(name="Kent, Surrey and Sussex CRC").get() == company


def test_an_agreement_keeps_its_payee_when_a_number_becomes_known() -> None:
    file()
    accept("R-A")
    company = Organisation.objects.get(public_id="XP-000058")
    add_identifier(organisation=company, identifier=Identifier("GB-COH", "99123456"), source="T", confidence="solid")
    assert OrganisationAlias.objects.filter(old_id="XP-000058", organisation=company).exists()
    accept("R-C")
    assert Agreement.objects.get(body="R-C", ref="PRJ_7681").payee == company


def test_the_command_reads_the_source_and_says_what_it_left_out(tmp_path: Path) -> None:
    source = write_shipped(tmp_path)
    code, said = run("import_crs", str(source), "--by", "preparer", "--quarter", "2026-27 Q2")
    assert code == 0, said
    assert "Read 196 contracts of 139 providers, 343 links from 46 primes to 107 subcontractors." in said
    assert "Taken: 193 contracts and 331 links" in said
    assert "Skipped: 3 contracts and 0 links." in said and "Held back: 0 contracts and 12 links." in said
    assert all(reference in said for reference in SKIPPED)
    digests = set(Return.objects.filter(quarter=QUARTER).values_list("body_id", "digest"))
    assert {(found.body_id, found.digest) for found in file().returns} == digests  # both inputs, the same returns
    assert file().changed == ()
    assert NOT_TAKEN not in repr(list(Line.objects.filter(of_return__quarter=QUARTER).values()))


def test_the_command_refuses_in_sentences(tmp_path: Path) -> None:
    code, said = run("import_crs", str(tmp_path), "--by", "preparer")
    assert code == 2 and "holds no contracts" in said
    source = write_shipped(tmp_path)
    for arguments, expected, sentence in (
        (["--by", "nobody"], 1, "There is no account 'nobody'."),
        (["--by", "publisher"], 1, "the role preparer"),
        (["--by", "preparer", "--quarter", "2026-27 Q1"], 1, "say nothing about 2026-27 Q1"),
        ([], 2, "Say who files"),
    ):
        code, said = run("import_crs", str(source), *arguments)
        assert (code, sentence in said) == (expected, True), said
    for file in (source / "contracts").iterdir():
        file.write_text("{", encoding="utf-8")
    code, said = run("import_crs", str(source), "--by", "preparer")
    assert code == 1 and "Not one contract" in said
    (source / "providers" / "providers.json").write_text("{", encoding="utf-8")
    code, said = run("import_crs", str(source), "--by", "preparer")
    assert code == 2 and "The providers can't be read" in said
    assert not Return.objects.filter(quarter=QUARTER).exists()


def test_a_deployed_instance_has_people_for_this(settings) -> None:
    settings.PORTAL_DEMONSTRATION = False
    code, said = run("load_compiled")
    assert code == 1 and "file with import_crs" in said
    assert not Return.objects.filter(quarter=QUARTER).exists()


@pytest.fixture
def published(own_database) -> Publication:
    """Today's map, published in a database of its own."""
    demonstration = list(Publication.objects.in_series(Series.DEMONSTRATION).values_list())
    local.load(now=NOW)
    assert list(Publication.objects.in_series(Series.DEMONSTRATION).values_list()) == demonstration
    return Publication.objects.in_series(Series.REAL).get()


@pytest.mark.django_db(transaction=True)
def test_the_disclosure_is_whole_valid_and_without_any_amount(published: Publication) -> None:
    folder = Path(settings.PORTAL_FILES) / published.folder
    assert (published.state, published.period, published.version) == ("published", "2026-27 Q2", 1)
    assert verify_folder(folder) == [] and verify_database(published) == []
    assert frictionless.validate(str(folder / "datapackage.json")).valid
    bodies = rows(published, "bodies")
    assert [body["code"] for body in bodies] == REGIONS  # neither companies nor divisions
    assert {(body["filing_status"], body["return_kind"], body["late"]) for body in bodies} == {
        ("compiled", "compiled", "")
    }
    lines = rows(published, "supply-chain")
    assert len(lines) == 193 + 331 and {line["return_kind"] for line in lines} == {"compiled"}
    money = ("agreement_value_gbp", "amount_paid_gbp", "amount_to_date_gbp", "people_supported", "referrals_received")
    assert {line[name] for line in lines for name in money} == {""}
    assert {line[f"{name}_status"] for line in lines for name in money} == {"[x]"}
    flows = rows(published, "flows")
    assert {(flow["amount_paid_gbp"], flow["amount_paid_gbp_status"]) for flow in flows} == {("", "[x]")}
    assert sum(int(flow["agreements"]) for flow in flows) == len(lines)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest["totals_pence"].values()) == {0}
    assert sum(published.lines_without_amount.values()) == len(lines)
    assert [line["body_code"] for line in lines if line["provider_name"] == "Kent, Surrey and Sussex CRC"] == [
        "R-B", "R-B", "R-G", "R-G", "R-I", "R-I", "R-K", "R-K", "R-K"
    ]  # fmt: skip
    invented = set(Organisation.objects.in_series(Series.DEMONSTRATION).values_list("public_id", flat=True))
    shown = {line[name] for line in lines for name in ("provider_id", "payer_id")}
    assert invented and not shown & invented and not {body["code"] for body in bodies if body["code"][0] == "D"}
    for page, words in (("bodies/C21", "Also a provider"), ("providers/XP-000021", "Also a reporting body")):
        text = Client().get(f"/{page}/").content.decode()
        assert words in text and all(f'href="/bodies/{code}/"' in text for code in ("R-B", "R-G", "R-I", "R-K"))
        assert "Compiled" in text and "£" not in text
    assert not re.search("demonstration", (folder / "supply-chain.csv").read_text(encoding="utf-8"))


@pytest.mark.django_db(transaction=True)
def test_loading_again_is_quick_and_changes_nothing(published: Publication) -> None:
    files = {path: path.stat().st_mtime_ns for path in Path(settings.PORTAL_FILES).rglob("*")}
    counts = (Return.objects.count(), Line.objects.count(), Organisation.objects.count(), Publication.objects.count())
    begun = time.process_time()  # however busy the machine is
    with CaptureQueriesContext(connection) as queries:
        code, said = run("load_compiled")
    assert code == 0 and "nothing was changed" in said
    assert time.process_time() - begun < 2 and len(queries) < 80
    assert counts == (
        Return.objects.count(), Line.objects.count(), Organisation.objects.count(), Publication.objects.count()
    )  # fmt: skip
    assert files == {path: path.stat().st_mtime_ns for path in Path(settings.PORTAL_FILES).rglob("*")}


@pytest.mark.django_db(transaction=True)
def test_a_later_snapshot_makes_a_further_version_with_its_reason(published: Publication, monkeypatch) -> None:
    records = changed("PRJ_5428", drop=True)
    later = type(records)(
        dt.date(2026, 9, 15), records.contracts, records.providers, records.services, records.left_out
    )
    monkeypatch.setattr(local, "read_shipped", lambda _folder: later)
    outcome = local.load(now=NOW)
    assert [found.body_id for found in outcome.filed.changed] == ["R-A"]
    second = Return.objects.get(body="R-A", quarter=QUARTER, version=2)
    assert (second.state, second.replaces.version) == (ReturnState.PUBLISHED, 1)
    assert "15 September 2026" in second.correction_reason
    assert (outcome.published.version, outcome.published.previous) == (2, published)
    changes = [change for change in rows(outcome.published, "changes") if change["file"] == "supply-chain.csv"]
    assert {(change["change"], change["key"]) for change in changes} == {
        ("removed", f"R-A/{reference}")
        for reference in ("PRJ_5428", "PRJ_5428/CHANGE_GROW_LIVE_LTD", "PRJ_5428/LEONARD_CHESHIRE")
    }


@pytest.mark.django_db(transaction=True)
def test_who_was_held_back_comes_in_once_somebody_has_decided(published: Publication, tmp_path: Path) -> None:
    tables = Path(shutil.copytree(FOLDER, tmp_path / "reference"))
    providers = (tables / "crs_providers.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    place = next(number for number, row in enumerate(providers) if row.startswith("JUDAH_ARMANI,"))
    providers[place] = providers[place].replace(",yes,", ",no,")
    (tables / "crs_providers.csv").write_text("".join(providers), encoding="utf-8")
    outcome = local.load(now=NOW, folder=tables)
    assert outcome.published.version == 2 and outcome.filed.compiled.links == 331 + 9
    added = [change for change in rows(outcome.published, "changes") if change["file"] == "supply-chain.csv"]
    assert len(added) == 9 and {change["change"] for change in added} == {"added"}
    came = {line["provider_id"] for line in rows(outcome.published, "supply-chain") if "JUDAH" in line["agreement_ref"]}
    assert len(came) == 1  # one organisation, in every region


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("deed", ["accept_return", "build_disclosure", "publish_disclosure"])
def test_an_interrupted_load_is_continued(own_database, monkeypatch, deed: str) -> None:
    real, calls = getattr(local, deed), []

    def stops(**given):
        calls.append(given)
        if len(calls) == (3 if deed == "accept_return" else 1):
            raise KeyboardInterrupt
        return real(**given)

    monkeypatch.setattr(local, deed, stops)
    with pytest.raises(KeyboardInterrupt):
        local.load(now=NOW)
    assert not Publication.objects.in_series(Series.REAL).public().exists()
    monkeypatch.setattr(local, deed, real)
    outcome = local.load(now=NOW)
    assert outcome.published and outcome.published.state == "published"
    assert set(Return.objects.filter(quarter=QUARTER).values_list("state", flat=True)) == {ReturnState.PUBLISHED}
