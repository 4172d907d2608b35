"""Which public page is at which address? Included twice: at the top, and below ``demonstration/`` for invented data."""

from django.urls import include, path, re_path

from supplychain.public import (
    about,
    addresses,
    area,
    areas,
    bodies,
    changes,
    data,
    dictionary,
    disclosures,
    downloads,
    feeds,
    home,
    kpis,
    previews,
    providers,
    release_calendar,
    rules,
    search_page,
    services,
)
from supplychain.public.api import reference
from supplychain.public.api.resource import nothing
from supplychain.public.body import page as body_page
from supplychain.public.explore import lines
from supplychain.public.explore import page as explore
from supplychain.public.provider import history
from supplychain.public.provider import page as provider

addresses.register()
app_name = "public"

urlpatterns = [
    path("", home.home, name="home"),
    path("disclosures/", disclosures.index, name="disclosures"),
    path("disclosures/feed.atom", feeds.disclosures, name="disclosures-feed"),
    path("disclosures/corrections.atom", feeds.corrections, name="corrections-feed"),
    path("disclosures/chain.csv", downloads.chain, name="chain"),
    path("disclosures/<quarter:quarter>/", disclosures.newest, name="disclosure-newest"),
    path("disclosures/<quarter:quarter>/v<version:number>/", disclosures.disclosure, name="disclosure"),
    path("disclosures/<quarter:quarter>/v<version:number>/changes/", changes.changes, name="changes"),
    path("disclosures/<quarter:quarter>/v<version:number>/preview/<file:name>/", previews.preview, name="preview"),
    path("disclosures/<quarter:quarter>/v<version:number>/<file:name>", downloads.file, name="file"),
    path("calendar/", release_calendar.calendar, name="calendar"),
    path("calendar/feed.ics", release_calendar.feed, name="calendar-feed"),
    path("areas/", areas.index, name="areas"),
    path("areas/gaps/", areas.gaps, name="gaps"),
    path("areas/<code:code>/", area.area, name="area"),
    path("areas/<code:code>/sheet/", area.sheet, name="area-sheet"),
    path("areas/<code:code>/feed.atom", area.feed, name="area-feed"),
    path("bodies/", bodies.index, name="bodies"),
    path("bodies/<body:code>/", body_page.body, name="body"),
    path("providers/", providers.index, name="providers"),
    path("providers/feed.atom", feeds.providers, name="providers-feed"),
    path("providers/<org_id:public_id>/", provider.provider, name="provider"),
    path("providers/<org_id:public_id>/feed.atom", history.feed, name="provider-feed"),
    path("services/", services.index, name="services"),
    path("services/<code:code>/", services.service, name="service"),
    path("kpis/", kpis.index, name="kpis"),
    path("kpis/<kpi:code>/", kpis.measure, name="kpi"),
    path("explore/", explore.explore, name="explore"),
    path("explore/lines/", lines.lines, name="explore-lines"),
    path("explore/embed/", explore.embed, name="explore-embed"),
    path("search/", search_page.find, name="search"),
    path("search/feed.atom", search_page.feed, name="search-feed"),
    path("insight/", include("supplychain.public.insight.urls")),
    path("rules/", rules.index, name="rules"),
    path("rules/<rule:code>/", rules.rule, name="rule"),
    path("data/", data.data, name="data"),
    path("data/dictionary/", dictionary.dictionary, name="dictionary"),
    path("data/changes/", data.changes, name="data-changes"),
    path("data/api/", reference.reference, name="api-reference"),
    path("api/v1/", include("supplychain.public.api.urls")),
    re_path(r"^api/(?:[\s\S]*/)?$", nothing),
    path("about/", about.about, name="about"),
    path("about/methods/", about.methods, name="methods"),
    path("about/glossary/", about.glossary, name="glossary"),
    path("about/accessibility/", about.accessibility, name="accessibility"),
    path("about/privacy/", about.privacy, name="privacy"),
    path("about/contact/", about.contact, name="contact"),
]
