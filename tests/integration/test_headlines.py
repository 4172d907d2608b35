"""Do the headlines of the home page follow from the published files, and do their derivations say the same?"""

from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client

from portal.templatetags.portal import percentage
from supplychain.models import Publication
from tests import world
from tests.integration.public_site import frozen

pytestmark = pytest.mark.django_db

LAST = world.QUARTERS[7]


def test_every_headline_follows_from_the_published_files(client: Client, world_files: Path) -> None:
    lines = world.published(world_files, LAST, 1, "supply-chain")
    paid = {line["agreement_ref"]: Decimal(line["amount_paid_gbp"] or 0) for line in lines}
    whole = sum(paid[line["agreement_ref"]] for line in lines if line["tier"] == "2")
    deeper = sum(paid[line["agreement_ref"]] for line in lines if line["tier"] == "3")
    grants = sum(paid[one["agreement_ref"]] for one in lines if (one["tier"], one["funding_type"]) == ("2", "grant"))
    voluntary = sum(
        (1 if line["sector"] == "voluntary" else 0) * paid[line["agreement_ref"]]
        - sum(
            paid[below["agreement_ref"]]
            for below in lines
            if below["upstream_ref"] == line["agreement_ref"] and line["sector"] == "voluntary"
        )
        for line in lines
    )
    unknown = sum(not line["amount_paid_gbp"] for line in lines)
    shown = [(one.figure, one.href) for one in client.get("/demonstration/").context["headlines"]]
    assert [figure for figure, _ in shown] == [
        percentage(voluntary, whole), percentage(deeper, whole), percentage(grants, whole), "39",
        f"{unknown} of {len(lines)}",
    ]  # fmt: skip
    derived = [client.get(href).text for _, href in shown]
    assert shown[0][0] in derived[0] and shown[1][0] in derived[1]
    assert "39</p>" in derived[3]


def test_what_is_compiled_makes_no_headline(client: Client) -> None:
    Publication.objects.filter(series="real").delete()
    frozen(kind="compiled", amounts=(None,))
    assert client.get("/").context["headlines"] == []


def test_a_share_of_nothing_is_left_out(client: Client) -> None:
    Publication.objects.filter(series="real").delete()
    frozen(amounts=(None, "0.00"))
    told = client.get("/").context["headlines"]
    assert [one.words for one in told] == [
        "reported agreements end within six months of 30 June 2018",
        "agreements show no amount, and are in none of these sums",
    ]
    assert [one.figure for one in told] == ["0", "1 of 2"]
