"""Which addresses exist once for the whole site, outside both series?"""

from django.urls import path, re_path

from providers.models import Series
from supplychain.public import sitemap, well_known

REAL = {"series": Series.REAL.value}

urlpatterns = [
    path("robots.txt", well_known.robots, name="robots"),
    path("sitemap.xml", sitemap.index, REAL, name="sitemap"),
    path("sitemap-pages.xml", sitemap.pages, REAL, name="sitemap-pages"),
    path("sitemap-disclosures.xml", sitemap.disclosures, REAL, name="sitemap-disclosures"),
    re_path(r"^sitemap-providers-(?P<part>[1-9][0-9]{0,3})\.xml$", sitemap.providers, REAL, name="sitemap-providers"),
    path(".well-known/security.txt", well_known.security, name="security-txt"),
]
