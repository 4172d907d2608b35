"""Which addresses exist once for the whole site, outside both series?"""

from django.urls import path

from supplychain.public import well_known

urlpatterns = [
    path("robots.txt", well_known.robots, name="robots"),
    path(".well-known/security.txt", well_known.security, name="security-txt"),
]
