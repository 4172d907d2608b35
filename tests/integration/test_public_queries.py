"""Does a page ask the database the same number of times in a small and in a large world, and never from a template?"""

from unittest import mock

import pytest
from django.db import connection
from django.template.base import Template
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.quarters import Quarter
from tests.integration.disclosure_builder import Q1, World
from tests.integration.public_site import PAGES

pytestmark = pytest.mark.django_db

PREFIX = "/demonstration"
INSIGHT = (
    f"{PREFIX}/insight/continuity/?quarter=2014-15-q1", f"{PREFIX}/insight/pounds-way/?quarter=2014-15-q1",
    f"{PREFIX}/insight/concentration/?quarter=2014-15-q1", f"{PREFIX}/insight/cliff-edge/?day=2014-06-30",
    f"{PREFIX}/insight/cliff-edge/feed.atom?day=2014-06-30", f"{PREFIX}/insight/promises/",
    f"{PREFIX}/insight/owners/", f"{PREFIX}/insight/owners/GB-COH-99002001/", f"{PREFIX}/insight/filing/",
)  # fmt: skip
MEASURED = (
    *INSIGHT,
    f"{PREFIX}/", f"{PREFIX}/disclosures/", f"{PREFIX}/disclosures/2014-15-q1/v1/", f"{PREFIX}/bodies/",
    f"{PREFIX}/bodies/D91/", f"{PREFIX}/providers/", f"{PREFIX}/providers/?q=a", f"{PREFIX}/rules/", f"{PREFIX}/data/",
    f"{PREFIX}/disclosures/feed.atom", f"{PREFIX}/disclosures/chain.csv", f"{PREFIX}/explore/?by=provider&then=quarter",
    f"{PREFIX}/explore/embed/?by=quarter", f"{PREFIX}/explore/lines/?tier=2",
    f"{PREFIX}/api/v1/agreements/", f"{PREFIX}/api/v1/flows/", f"{PREFIX}/api/v1/kpi-contributions/",
    f"{PREFIX}/api/v1/totals/?by=body&by=area", f"{PREFIX}/areas/?quarter=2014-15-q1",
    f"{PREFIX}/areas/gaps/?quarter=2014-15-q1", f"{PREFIX}/areas/t-north/?quarter=2014-15-q1",
    f"{PREFIX}/areas/t-north/sheet/", f"{PREFIX}/areas/t-north/feed.atom",
    f"{PREFIX}/services/?quarter=2014-15-q1", f"{PREFIX}/services/mentoring/?quarter=2014-15-q1", f"{PREFIX}/kpis/",
    f"{PREFIX}/services/mentoring/?quarter=2014-15-q1&tier=2&area=t-north", f"{PREFIX}/data/dictionary/",
    f"{PREFIX}/kpis/T01/?quarter=2014-15-q1",
    f"{PREFIX}/api/v1/organisations/", f"{PREFIX}/api/v1/bodies/",
    f"{PREFIX}/api/v1/owners/", f"{PREFIX}/api/v1/files/", f"{PREFIX}/api/v1/disclosures/", f"{PREFIX}/api/v1/kpis/",
    f"{PREFIX}/api/v1/disclosures/2014-15-q1/v1/", f"{PREFIX}/api/v1/disclosures/2014-15-q1/v1/supply-chain/",
    f"{PREFIX}/data/api/",
    "/sitemap.xml", "/sitemap-pages.xml", f"{PREFIX}/data/changes/", f"{PREFIX}/about/methods/",
    f"{PREFIX}/calendar/", f"{PREFIX}/calendar/feed.ics", f"{PREFIX}/disclosures/2014-15-q1/v1/changes/",
    f"{PREFIX}/disclosures/2014-15-q1/v1/preview/bodies.csv/", f"{PREFIX}/search/",
    f"{PREFIX}/search/?q=late+harvest+circle&tier=3", f"{PREFIX}/search/?tier=2&sort=paid",
    f"{PREFIX}/search/feed.atom?tier=2", f"{PREFIX}/providers/feed.atom", f"{PREFIX}/disclosures/corrections.atom",
)  # fmt: skip
BUDGET = 30


def asked(client: Client, page: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(page).status_code == 200
    return len(queries)


def filed(world: World, body: str, quarter: Quarter, agreements: int) -> None:
    """A return in which every second agreement has one below it."""
    made = world.filed(body, quarter, income_gbp="100000.00")
    world.own_delivery(made, "10.00")
    for number in range(agreements):
        world.line(made, f"A-{number}", f"Provider {number}", "10.00")
        if number % 2:
            world.line(made, f"A-{number}/1", f"Small {number}", "5.00", above=f"A-{number}")
    kpi = world.kpi()
    world.figures(made, kpi, "90/100", **{f"A_{number}": "7" for number in range(agreements)})


def test_the_number_of_queries_does_not_grow_with_the_world(client: Client) -> None:
    world = World()
    world.body("D91", owner="Owner One")
    for quarter in (Q1, Q1.next):
        filed(world, "D91", quarter, 1)
        world.published(quarter)
    provider = f"{PREFIX}/providers/{world.organisations['Provider 0'].public_id}/"
    pages = (*MEASURED, provider, f"{provider}feed.atom")
    small = {page: asked(client, page) for page in pages}
    for number in range(2, 8):
        world.body(f"D9{number}", owner=f"Owner {number}")
    for quarter in (Q1.plus(2), Q1.plus(3)):
        for number in range(1, 8):
            filed(world, f"D9{number}", quarter, 6)
        world.published(quarter)
    assert {page: asked(client, page) for page in pages} == small
    assert max(small.values()) <= BUDGET


def test_no_template_asks_the_database(client: Client) -> None:
    """Everything that a page shows was read before it is drawn."""
    draw = Template.render

    def quiet(self: Template, context):
        with CaptureQueriesContext(connection) as queries:
            drawn = draw(self, context)
        assert not queries.captured_queries, f"{self.name}: {queries.captured_queries[0]['sql'][:200]}"
        return drawn

    with mock.patch.object(Template, "render", quiet):
        for page in PAGES:
            assert client.get(page).status_code == 200
