"""Which address of the signed-in side leads where?

Pages are there once, for people and their work belong to no series; programs file below ``api/v1/`` of either.
"""

from django.urls import include, path

from providers.models import Series
from supplychain.filing.api import resources
from supplychain.filing.views import door, matching, tokens

pages = [
    path("", door.start, name="start"),
    path("sign-in/", door.sign_in, name="sign-in"),
    path("sign-out/", door.sign_out, name="sign-out"),
    path("matching/", matching.index, name="matches"),
    path("matching/decisions/", matching.decisions, name="match-decisions"),
    path("matching/decisions/<int:number>/undo/", matching.undo, name="match-undo"),
    path("matching/decisions/<int:number>/redo/", matching.redo, name="match-redo"),
    path("matching/<slug:public_id>/", matching.question, name="match"),
    path("matching/<slug:public_id>/split/", matching.split, name="match-split"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/<slug:prefix>/revoke/", tokens.revoke, name="revoke-token"),
]
programs = [
    path("", resources.Returns.as_view(), name="returns"),
    path("<slug:id>/", resources.FilingStatus.as_view(), name="filing"),
]


def programs_of(series: Series) -> tuple:
    """The addresses for programs of one series, whose names begin ``filing-<series>:``."""
    return include((programs, f"filing-{series}")), {"series": series.value}


urlpatterns = [
    path("filing/", include((pages, "filing"))),
    path("api/v1/returns/", *programs_of(Series.REAL)),
    path("demonstration/api/v1/returns/", *programs_of(Series.DEMONSTRATION)),
]
