"""Do refusals become pages and do all answers carry what browsers and logs need?"""

import gzip
import json
import logging

import brotli
import pytest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from portal import middleware
from portal.errors import NotAllowed, NotFound, NotNow, NotValid

REFUSALS = {"found": NotFound, "allowed": NotAllowed, "now": NotNow, "valid": NotValid}


def refuse(request: HttpRequest, kind: str) -> HttpResponse:
    raise REFUSALS[kind]("some-code", "This is the reason <b>.")


def lose_database(request: HttpRequest) -> HttpResponse:
    raise OperationalError("could not connect, password is x")


def text(request: HttpRequest, length: int) -> HttpResponse:
    return HttpResponse("a" * length, headers={"ETag": '"one"'})


urlpatterns = [
    path("text/<int:length>/", text),
    path("filing/text/<int:length>/", text),
    path("refuse/<kind>/", refuse),
    path("api/v1/refuse/<kind>/", refuse),
    path("lost/", lose_database),
    path("fine/", lambda request: HttpResponse(middleware.request_id.get())),
]
pytestmark = pytest.mark.urls(__name__)


@pytest.mark.parametrize(("kind", "status"), [("found", 404), ("allowed", 403), ("now", 409), ("valid", 422)])
def test_each_family_of_refusal_is_a_page_with_its_sentence(client: Client, kind: str, status: int):
    response = client.get(f"/refuse/{kind}/")
    assert response.status_code == status
    assert "This is the reason &lt;b&gt;." in response.content.decode()
    assert REFUSALS[kind].title in response.content.decode()


def test_below_api_a_refusal_is_json(client: Client):
    response = client.get("/api/v1/refuse/now/")
    assert response.status_code == 409
    assert response.json() == {"code": "some-code", "title": "Not possible now", "sentence": "This is the reason <b>."}


def test_a_refusal_survives_a_page_that_cannot_be_rendered(client: Client, settings):
    settings.TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": []}]
    response = client.get("/refuse/found/")
    assert response.status_code == 404
    assert response["Content-Type"].startswith("text/plain")
    assert "This is the reason <b>." in response.content.decode()


def test_an_absent_database_is_a_503_that_tells_nothing_of_the_inside(client: Client):
    response = client.get("/lost/")
    assert response.status_code == 503
    assert response["Retry-After"] == "60"
    assert "password" not in response.content.decode()


def test_a_request_has_an_id_in_answer_and_log(client: Client, caplog):
    with caplog.at_level(logging.INFO, logger="portal.request"):
        response = client.get("/fine/?q=a-name-somebody-searched", headers={"X-Request-ID": "from-the-proxy-1"})
    assert response["X-Request-ID"] == response.content.decode() == "from-the-proxy-1"
    line = json.loads(middleware.JsonFormatter().format(caplog.records[-1]))
    assert (line["method"], line["path"], line["status"]) == ("GET", "/fine/", 200)
    assert "somebody" not in json.dumps(line)


@pytest.mark.parametrize("given", ["short", "x" * 65, "new\nline-in-it", "<script>alert(1)"])
def test_an_id_that_is_none_is_replaced(client: Client, given: str):
    made = client.get("/fine/", headers={"X-Request-ID": given})["X-Request-ID"]
    assert made != given
    assert len(made) == 32


def test_every_answer_carries_the_strict_headers(client: Client):
    response = client.get("/refuse/found/")
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert "geolocation=()" in response["Permissions-Policy"]


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"), ("gzip", "gzip"), ("br;q=0, gzip;q=0.5", "gzip"), ("GZIP;q=0.0", ""),
        ("", ""), ("identity", ""), ("br;q=1.0,*;q=0", "br"),
    ],
)  # fmt: skip
def test_a_public_answer_is_compressed_as_the_client_asks(client: Client, accepted: str, encoding: str):
    response = client.get("/text/5000/", headers={"Accept-Encoding": accepted})
    assert response.get("Content-Encoding", "") == encoding and "Accept-Encoding" in response["Vary"]
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}[encoding]
    assert unpack(response.content) == b"a" * 5000
    assert response["ETag"] == ('W/"one"' if encoding else '"one"')


def test_what_is_small_or_behind_the_door_is_sent_as_it_is(client: Client, settings):
    settings.MIDDLEWARE = ["portal.compressed.Compressed"]
    for address in ("/text/50/", "/filing/text/5000/"):
        assert not client.get(address, headers={"Accept-Encoding": "br"}).has_header("Content-Encoding"), address
