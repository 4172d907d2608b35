"""Which question is answered at which address below ``insight/``?"""

from django.urls import path

from supplychain.public.insight import (
    cliff_edge,
    concentration,
    continuity,
    filing,
    index,
    owners,
    pounds_way,
    promises,
)

urlpatterns = [
    path("", index.index, name="insight"),
    path("pounds-way/", pounds_way.page, name="pounds-way"),
    path("cliff-edge/", cliff_edge.page, name="cliff-edge"),
    path("cliff-edge/calendar.ics", cliff_edge.ics, name="cliff-edge-calendar"),
    path("cliff-edge/feed.atom", cliff_edge.feed, name="cliff-edge-feed"),
    path("promises/", promises.page, name="promises"),
    path("owners/", owners.index, name="owners"),
    path("owners/<org_id:public_id>/", owners.owner, name="owner"),
    path("filing/", filing.page, name="filing-record"),
    path("concentration/", concentration.page, name="concentration"),
    path("continuity/", continuity.page, name="continuity"),
]
