"""Which question is answered at which address below ``insight/``?"""

from django.urls import path

from supplychain.public.insight import continuity, index

urlpatterns = [
    path("", index.index, name="insight"),
    path("continuity/", continuity.page, name="continuity"),
]
