"""Which address of the signed-in side leads where? Included once: people and their work belong to no series."""

from django.urls import path

from supplychain.filing.views import door

app_name = "filing"

urlpatterns = [
    path("filing/", door.start, name="start"),
    path("filing/sign-in/", door.sign_in, name="sign-in"),
    path("filing/sign-out/", door.sign_out, name="sign-out"),
]
