"""How do other systems file returns? With a token, a form, and a key by which the same request is known again.

``POST returns/`` takes the files in and answers at once; ``GET returns/<id>/`` tells what became of them. A token is
the only thing that opens these addresses: a session never does, so no other site can make a browser file.
"""

import shutil
import uuid
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.api import AlwaysJson
from portal.clients import Place
from portal.errors import NotAllowed, NotFound, NotSignedIn, Refusal, TooOften
from portal.models import Scope, Token
from providers.models import Series
from supplychain.actions.filings import folder, receive_filing
from supplychain.actions.tokens import count_use
from supplychain.filing.api import described
from supplychain.filing.uploads import receive
from supplychain.models import Body, Filing, FilingState
from supplychain.models.filings import KEY_LENGTH

SHORTEST_KEY = 8
NOT_STORED = {FilingState.REFUSED.value: "Not stored", FilingState.FAILED.value: "Fault"}
UNKNOWN = "This address needs a token: send the header “Authorization: Bearer” and the token."
UNUSABLE = "This token can't be used: it is unknown, has expired or was revoked. Issue one at /filing/tokens/."


class TokenView(APIView):
    """What opens by a token of ``scope`` only, and counts its uses."""

    door = "token"
    authentication_classes = ()
    permission_classes = (AllowAny,)
    content_negotiation_class = AlwaysJson
    scope: Scope
    place: Place | None = None

    def dispatch(self, request: HttpRequest, *args: Any, series: str, **parts: Any) -> HttpResponseBase:
        """Answer for one series, with the token's place in its limit on every answer."""
        self.series, self.sent = series, request
        response = super().dispatch(request, *args, **parts)
        if response.status_code == NotSignedIn.status:
            response["WWW-Authenticate"] = 'Bearer realm="returns"'
        if self.place is not None:
            self.place.note(response)
        return response

    def initial(self, request: Request, *args: Any, **parts: Any) -> None:
        """Find out who asks, before anything of the body is read. Raises a :class:`Refusal`."""
        super().initial(request, *args, **parts)
        self.token = _token(request)
        self.place = place = count_use(token=self.token, by=self.token.user, now=timezone.now())
        if place.exceeded:
            sentence = f"One token may be used {place.limit} times a minute."
            raise TooOften("too-many-requests", sentence, place.seconds_left)
        if self.scope not in self.token.scopes:
            raise NotAllowed("scope-needed", f"This token may not {self.scope.label}: it needs the scope {self.scope}.")
        if self.series == Series.DEMONSTRATION and not Body.objects.in_series(Series.DEMONSTRATION).exists():
            raise NotFound("no-demonstration", "This portal runs without the demonstration.")


class Returns(TokenView):
    """Files a return: its tables as files, the rest as fields, named like the flags of ``file_return``."""

    scope = Scope.FILE
    parser_classes = (MultiPartParser,)

    @described.filing
    def post(self, request: Request) -> Response:
        """Take the files in. The same Idempotency-Key always gets the same answer, and files once."""
        key = _idempotency_key(request)
        received = folder() / f"incoming-{uuid.uuid4().hex}"
        received.mkdir(parents=True, mode=0o700)
        try:
            form = receive(self.sent, received)
            filing = receive_filing(
                token=self.token,
                series=self.series,
                idempotency_key=key,
                form=form,
                received=received,
                by=self.token.user,
                now=timezone.now(),
            )
        finally:
            shutil.rmtree(received, ignore_errors=True)
        where = request.build_absolute_uri(reverse(f"filing-{self.series}:filing", args=[filing.key]))
        answer = {"id": filing.key, "status_url": where, "received_at": filing.received_at}
        return Response(answer, status=202, headers={"Location": where})


class FilingStatus(TokenView):
    """What became of a filing."""

    scope = Scope.READ

    @described.status
    def get(self, request: Request, id: str) -> Response:
        """Where it stands, the report of the check, and the version of the return that says what was sent."""
        found = Filing.objects.filter(key=id, series=self.series, received_by=self.token.user)
        if self.token.body_code:
            found = found.filter(body_code=self.token.body_code)
        filing = found.select_related("of_return").first()
        if filing is None:
            raise NotFound("no-such-filing", "There is no filing at this address, or not for this token.")
        return Response(status_of(filing))


def status_of(filing: Filing) -> dict[str, Any]:
    """A filing as its status resource tells it."""
    filed, refusal = filing.of_return, None
    if filing.state in NOT_STORED:
        refusal = {"code": filing.code, "title": NOT_STORED[filing.state], "sentence": filing.sentence}
    return {
        "id": filing.key,
        "series": filing.series,
        "status": filing.state,
        "received_at": filing.received_at,
        "finished_at": filing.finished_at,
        "files": [{name: file[name] for name in ("table", "name", "bytes", "sha256")} for file in filing.files],
        "return": filed
        and {
            "body": filed.body_id,
            "quarter": str(filed.quarter),
            "version": filed.version,
            "state": filed.state,
            "digest": filed.digest,
            "already_received": filing.already_received,
        },
        "refusal": refusal,
        "report": filing.report,
    }


def _token(request: Request) -> Token:
    """The token of a request. Raises :class:`NotSignedIn`."""
    kind, _, text = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not text.strip():
        raise NotSignedIn("no-token", UNKNOWN)
    token = Token.objects.usable(text.strip()[:200], timezone.now()).select_related("user").first()
    if token is None:
        raise NotSignedIn("wrong-token", UNUSABLE)
    return token


def _idempotency_key(request: Request) -> str:
    """The key of a request. Raises :class:`Refusal`."""
    key = request.headers.get("Idempotency-Key", "")
    if not SHORTEST_KEY <= len(key) <= KEY_LENGTH or not all("!" <= sign <= "~" for sign in key):
        raise Refusal(
            "key-needed",
            f"Send the header Idempotency-Key with {SHORTEST_KEY} to {KEY_LENGTH} letters, digits or signs that nobody "
            "used before, such as a UUID, and the same again when you repeat this request.",
        )
    return key
