"""A tiny invented world, written straight into the records: bodies D91 and up, numbers that cannot exist."""

import csv
import datetime as dt
import hashlib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pgtrigger
from django.conf import settings
from django.db.models.functions import Now
from django.utils import timezone

from portal.models import User
from portal.quarters import Quarter
from providers.models import Organisation, OrganisationIdentifier
from supplychain.disclosure import build, chain
from supplychain.models import (
    Agreement,
    Area,
    Body,
    ChainLink,
    FilingWindow,
    Kpi,
    KpiRow,
    Line,
    OwnDelivery,
    Ownership,
    Publication,
    Redaction,
    Return,
    Withholding,
)

SERIES = "demonstration"
Q1, Q2 = Quarter(2014, 1), Quarter(2014, 2)  # earlier than anything that the demonstration holds
FACT = {"source": "TEST", "confidence": "unverified"}
LIFE = (dt.date(2014, 4, 1), dt.date(2016, 4, 1))
ACCEPTED = dt.datetime(2014, 8, 1, 12, tzinfo=dt.UTC)


class World:
    """Makes rows with few words; every method takes only what matters to a test."""

    def __init__(self) -> None:
        self.preparer, self.accepter, self.publisher = (
            User.objects.get_or_create(username=f"test-{name}")[0] for name in ("preparer", "accepter", "publisher")
        )
        self.organisations: dict[str, Organisation] = {}
        for code in ("t-north", "t-south"):
            Area.objects.get_or_create(code=code, defaults={"name": code, "series": SERIES, **FACT})

    def organisation(self, name: str, *numbers: str, sector: str = "voluntary") -> Organisation:
        """``numbers`` are org-ids; without one it gets a portal id."""
        if name not in self.organisations:
            public_id = numbers[0] if numbers else f"XP-99{len(self.organisations):04d}"
            made = Organisation.objects.create(name=name, public_id=public_id, series=SERIES, sector=sector, **FACT)
            for number in numbers:
                scheme, _, digits = number.rpartition("-")
                OrganisationIdentifier.objects.create(organisation=made, scheme=scheme, number=digits, **FACT)
            self.organisations[name] = made
        return self.organisations[name]

    def body(self, code: str, *, owner: str | None = None, obliged: tuple[dt.date, dt.date] = LIFE) -> Body:
        made = Body.objects.create(
            code=code, name=f"Body {code}", kind="demonstration", series=SERIES, in_force=LIFE, obligation=obliged,
            organisation=self.organisation(f"Body {code} Ltd", f"GB-COH-9999{code[1:]:>04}", sector="private"), **FACT,
        )  # fmt: skip
        if owner:
            Ownership.objects.create(body=made, owner=self.organisation(owner), during=LIFE, **FACT)
        return made

    def window(self, quarter: Quarter, due_at: dt.datetime | None) -> None:
        FilingWindow.objects.create(
            series=SERIES, quarter=quarter, opens_at=dt.datetime.combine(quarter.end, dt.time(), dt.UTC), due_at=due_at
        )

    def filed(
        self,
        body: str,
        quarter: Quarter,
        *,
        submitted_at: dt.datetime | None = None,
        replaces: Return | None = None,
        **values: Any,
    ) -> Return:
        """An accepted return; one that ``replaces`` a published one is a correction."""
        version = replaces.version + 1 if replaces else 1
        digest = hashlib.sha256(f"{body} {quarter} {version}".encode()).hexdigest()
        moment = submitted_at or ACCEPTED
        given = {
            "kind": "demonstration", "state": "accepted", "version": version,
            "digest": digest, "accepted_digest": digest, "rules_version": "2014-01-01", "replaces": replaces,
            "correction_reason": "Corrected." if replaces else "",
            "prepared_at": moment, "prepared_by": self.preparer, "submitted_at": moment, "submitted_by": self.preparer,
            "accepted_at": moment, "accepted_by": self.accepter,
        }  # fmt: skip
        return Return.objects.create(body_id=body, quarter=quarter, **(given | values))

    def line(
        self,
        filed: Return,
        ref: str,
        payee: str,
        paid: str | None = "100.00",
        *,
        above: str | None = None,
        **values: Any,
    ) -> Line:
        """An agreement in a return; ``above`` is the reference of the upstream agreement."""
        organisation = self.organisation(payee)
        agreement, _ = Agreement.objects.get_or_create(
            body_id=filed.body_id, ref=ref, defaults={"payee": organisation, "first_quarter": filed.quarter}
        )
        upper = Line.objects.get(of_return=filed, agreement_ref=above) if above else None
        amount = Decimal(paid) if paid is not None else None
        given = {
            "row_number": filed.lines.count() + 2, "agreement": agreement,
            "upstream_ref": above, "tier": upper.tier + 1 if upper else 2,
            "payer_key": upper.payee_key if upper else f"body:{filed.body_id}", "payee_key": organisation.public_id,
            "provider_name": payee, "service_category": "mentoring", "service_summary": f"Mentoring under {ref}.",
            "areas": ["t-north"], "area_scope": "named", "funding_type": "contract", "start_date": dt.date(2014, 4, 1),
            "amount_paid_gbp": amount, "amount_to_date_gbp": amount,
        }  # fmt: skip
        with pgtrigger.ignore("supplychain.Line:bound_with_return_insert"):
            return Line.objects.create(of_return=filed, agreement_ref=ref, **(given | values))

    def kpi(self, code: str = "T01", *, counts_people: bool = True) -> Kpi:
        return Kpi.objects.get_or_create(
            code=code,
            defaults={
                "title": code, "kind": "volume", "counts_people": counts_people, "in_force": LIFE, "series": SERIES,
                **FACT,
            },
        )[0]  # fmt: skip

    def figures(self, filed: Return, kpi: Kpi, body: str, **contributions: str) -> None:
        """``numerator`` or ``numerator/denominator`` of the body and of agreements (``A_1`` stands for ``A-1``)."""
        for number, (name, text) in enumerate({"": body, **contributions}.items(), start=2):
            numerator, _, denominator = text.partition("/")
            with pgtrigger.ignore("supplychain.KpiRow:bound_with_return_insert"):
                KpiRow.objects.create(
                    of_return=filed, row_number=number, kpi_code=kpi, agreement_ref=name.replace("_", "-"),
                    numerator=Decimal(numerator), denominator=Decimal(denominator) if denominator else None,
                )  # fmt: skip

    def own_delivery(self, filed: Return, *amounts: str | None) -> None:
        for number, amount in enumerate(amounts, start=2):
            with pgtrigger.ignore("supplychain.OwnDelivery:bound_with_return_insert"):
                OwnDelivery.objects.create(
                    of_return=filed, row_number=number, service_category="mentoring", areas=["t-north"],
                    area_scope="named", amount_gbp=Decimal(amount) if amount else None,
                    amount_status="known" if amount else "not-disclosed",
                )  # fmt: skip

    def withhold(self, body: str, ref: str, ground: str = "commercial") -> None:
        Withholding.objects.create(
            body_id=body, agreement_ref=ref, ground=ground, public_interest="Test.", expires_on=dt.date(2020, 1, 1),
            requested_at=ACCEPTED, requested_by=self.preparer, accepted_at=ACCEPTED, accepted_by=self.accepter,
        )  # fmt: skip

    def redact(self, body: str, ref: str, part: str, quarter: Quarter = Q1, reason: str = "safety") -> None:
        Redaction.objects.create(
            series=SERIES, period=str(quarter), body_code=body, agreement_ref=ref, part=part, reason=reason,
            requested_at=ACCEPTED, requested_by=self.publisher, confirmed_at=ACCEPTED, confirmed_by=self.accepter,
        )  # fmt: skip

    def opened(self, quarter: Quarter = Q1) -> Publication:
        """A version that is being built."""
        last = Publication.objects.of(SERIES, quarter).order_by("-version").first()
        return Publication.objects.create(
            series=SERIES, period=str(quarter), version=last.version + 1 if last else 1, state="building",
            previous=last, correction_notice="Corrected." if last else "",
        )  # fmt: skip

    def built(self, quarter: Quarter = Q1) -> Publication:
        """A version whose every step has been done."""
        publication = self.opened(quarter)
        run(publication)
        Publication.objects.filter(pk=publication.pk).update(state="built", built_at=Now())
        publication.refresh_from_db()
        return publication

    def published(self, quarter: Quarter = Q1) -> Publication:
        """A built version made public, its returns with it, and the chain longer by one."""
        publication = self.built(quarter)
        Publication.objects.of(SERIES, quarter).filter(state="published").update(state="superseded")
        moment = timezone.now()
        Publication.objects.filter(pk=publication.pk).update(
            state="published", published_at=moment, published_by=self.publisher
        )
        publication.refresh_from_db()
        for filed in Return.objects.filter(publications__publication=publication, state="accepted"):
            Return.objects.of(filed.body_id, quarter).filter(state="published").update(state="superseded")
            Return.objects.filter(pk=filed.pk).update(state="published")
        last = ChainLink.objects.filter(series=SERIES).order_by("number").last()
        link = ChainLink(
            series=SERIES, number=last.number + 1 if last else 1, publication=publication,
            manifest_sha256=publication.digest, published_at=moment, previous_link=last.link if last else "",
        )  # fmt: skip
        link.link = chain.digest(link)
        link.save()
        return publication


def run(publication: Publication) -> None:
    for _, step in build.steps(publication.pk):
        step()


def folder(publication: Publication) -> Path:
    return Path(settings.PORTAL_FILES) / publication.folder


def rows(publication: Publication, name: str) -> list[dict[str, str]]:
    """The rows of one published CSV."""
    with (folder(publication) / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
