"""Which address of the signed-in side leads where? Included once: people and their work belong to no series."""

from django.urls import path

from supplychain.filing.views import door, matching

app_name = "filing"

urlpatterns = [
    path("filing/", door.start, name="start"),
    path("filing/sign-in/", door.sign_in, name="sign-in"),
    path("filing/sign-out/", door.sign_out, name="sign-out"),
    path("filing/matching/", matching.index, name="matches"),
    path("filing/matching/decisions/", matching.decisions, name="match-decisions"),
    path("filing/matching/decisions/<int:number>/undo/", matching.undo, name="match-undo"),
    path("filing/matching/decisions/<int:number>/redo/", matching.redo, name="match-redo"),
    path("filing/matching/<slug:public_id>/", matching.question, name="match"),
    path("filing/matching/<slug:public_id>/split/", matching.split, name="match-split"),
]
