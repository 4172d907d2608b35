"""What do tests of public pages need: a small disclosure of the real series in frozen rows, and lists of pages?"""

import datetime as dt
from decimal import Decimal

from portal.models import User
from portal.quarters import Quarter
from providers.models import Organisation
from supplychain.models import FrozenBody, FrozenLine, FrozenParty, Publication, PublishedFile

QUARTER = Quarter(2018, 1)
PUBLISHED_AT = dt.datetime(2018, 9, 13, 8, 30, tzinfo=dt.UTC)
INSIGHT_PAGES = (
    "/insight/", "/insight/continuity/", "/insight/continuity/?list=agreements", "/insight/pounds-way/",
    "/insight/concentration/", "/insight/concentration/?by=area", "/insight/cliff-edge/",
    "/insight/cliff-edge/feed.atom", "/insight/cliff-edge/calendar.ics", "/insight/promises/", "/insight/owners/",
    "/insight/filing/",
)  # fmt: skip
PLAIN_PAGES = (
    *INSIGHT_PAGES,
    "/services/", "/services/women/",
    "/kpis/", "/", "/disclosures/", "/areas/", "/areas/gaps/", "/areas/gaps/?by=cohort", "/bodies/", "/providers/",
    "/explore/", "/explore/?by=area&then=sector&tier=2", "/explore/lines/?order=newest",
    "/rules/", "/rules/M01/", "/data/", "/data/dictionary/", "/data/api/", "/about/",
    "/about/accessibility/", "/about/privacy/", "/about/contact/", "/disclosures/feed.atom", "/disclosures/chain.csv",
    "/calendar/", "/calendar/feed.ics", "/search/", "/search/?q=trust&tier=3&sort=name",
    "/data/changes/", "/about/methods/", "/about/glossary/", "/disclosures/corrections.atom", "/providers/feed.atom",
    "/search/feed.atom?tier=3",
)  # fmt: skip
DEMONSTRATION_PAGES = (
    "/disclosures/2018-19-q1/v2/changes/",
    "/disclosures/2018-19-q1/v1/", "/disclosures/2018-19-q1/v2/", "/disclosures/2018-19-q2/v1/", "/bodies/D01/",
    "/bodies/D04/", "/bodies/D05/", "/providers/GB-CHC-9901001/", "/providers/XP-900003/", "/areas/gullmere/",
    "/areas/torrasay/", "/areas/gullmere/sheet/", "/areas/gullmere/feed.atom", "/kpis/DK-ACCOMMODATION/",
)  # fmt: skip
PAGES = (
    *PLAIN_PAGES, "/bodies/C06/", "/bodies/N01/", "/bodies/R-A/", "/providers/XP-000006/",
    "/areas/northumbria/", "/areas/northumbria/sheet/", "/areas/northumbria/feed.atom", "/kpis/SL001R/",
    *(f"/demonstration{page}" for page in PLAIN_PAGES + DEMONSTRATION_PAGES),
)  # fmt: skip


def frozen(
    series: str = "real",
    *,
    body: str = "C01",
    quarter: Quarter = QUARTER,
    version: int = 1,
    state: str = "published",
    amounts: tuple[str | None, ...] = ("100.25", None),
    kind: str = "filed",
    at: dt.datetime = PUBLISHED_AT,
) -> Publication:
    """A version with one body and a line of tier 2 for each amount; the first line's provider is GB-CHC-0000001."""
    publication = Publication.objects.create(
        series=series, period=str(quarter), version=version, state="building", digest="d" * 64, built_at=at,
        correction_notice="Corrected." if version > 1 else "",
        totals_pence={"2": sum(int(Decimal(amount) * 100) for amount in amounts if amount)},
        lines_without_amount={"2": amounts.count(None)},
    )  # fmt: skip
    FrozenBody.objects.create(
        publication=publication, code=body, name=f"Body {body}", kind="crc", public_id="XP-000001",
        filing_status="compiled" if kind == "compiled" else "published", income_received_gbp_status="[x]",
        own_delivery_gbp_status="[x]", return_kind=kind, return_version=1,
    )  # fmt: skip
    for number, amount in enumerate(amounts, start=1):
        Organisation.objects.get_or_create(
            public_id=f"GB-CHC-000000{number}",
            defaults={"name": f"Provider {number}", "series": series, "source": "RETURN", "confidence": "reported"},
        )
        FrozenParty.objects.create(
            publication=publication, public_id=f"GB-CHC-000000{number}", name=f"Provider {number}", sector="voluntary",
            identifiers=[f"GB-CHC-000000{number}"], charity_number=f"000000{number}",
        )  # fmt: skip
        FrozenLine.objects.create(
            publication=publication, body_code=body, body_name=f"Body {body}", body_kind="crc",
            agreement_ref=f"A-{number}", path=[f"A-{number}"], tier=2, payer_id="XP-000001", payer_name=f"Body {body}",
            provider_id=f"GB-CHC-000000{number}", provider_name=f"Provider {number}", sector="voluntary",
            service_category="mentoring", area_codes=["northumbria"], area_scope="named", funding_type="contract",
            amount_paid_gbp=amount and Decimal(amount), amount_paid_gbp_status="" if amount else "[x]",
            agreement_value_gbp_status="[x]", amount_to_date_gbp_status="[x]", people_supported_status="[x]",
            referrals_received_status="[x]", return_kind=kind,
        )  # fmt: skip
    PublishedFile.objects.create(publication=publication, name="supply-chain.csv", bytes=9, rows=2, sha256="e" * 64)
    if state in {"published", "superseded"}:
        publish(publication, state, at)
    return publication


def publish(publication: Publication, state: str = "published", at: dt.datetime = PUBLISHED_AT) -> None:
    """Make a version public, whoever prepared it."""
    publisher = User.objects.get_or_create(username="test-public-publisher")[0]
    publication.state, publication.published_at, publication.published_by = state, at, publisher
    publication.save()
