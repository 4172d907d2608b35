"""Which question is answered at which address below ``insight/``?"""

from django.urls import path

from supplychain.public.insight import cliff_edge, concentration, continuity, index, pounds_way

urlpatterns = [
    path("", index.index, name="insight"),
    path("pounds-way/", pounds_way.page, name="pounds-way"),
    path("cliff-edge/", cliff_edge.page, name="cliff-edge"),
    path("cliff-edge/calendar.ics", cliff_edge.ics, name="cliff-edge-calendar"),
    path("cliff-edge/feed.atom", cliff_edge.feed, name="cliff-edge-feed"),
    path("concentration/", concentration.page, name="concentration"),
    path("continuity/", continuity.page, name="continuity"),
]
