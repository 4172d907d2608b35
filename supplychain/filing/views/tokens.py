"""Which programs may act for me? Issue a token, see which there are, end one."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from portal.errors import NotAllowed, NotNow, NotValid
from portal.models import Scope, Token
from supplychain.actions.tokens import DAYS, issue_token, revoke_token
from supplychain.filing.control import parse_count
from supplychain.filing.views.door import needs, person_at, signed_in
from supplychain.permissions import check_can_hold_token

FIELD_OF = {
    "name-needed": "name",
    "no-such-body": "body",
    "days": "days",
    "scope-needed": "scope",
    "role-needed": "body",
}
CRUMBS = [("Filing and review", "/filing/"), ("Tokens", "")]


@needs(lambda person, at: check_can_hold_token(person, "", at))
@sensitive_variables("text")
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """One's own tokens; a new one is shown once, in the answer to the form."""
    now, person = timezone.now(), person_at(request)
    given = empty = {"name": "", "body": "", "days": str(DAYS)}
    scopes: list[str] = list(Scope.values)
    errors: list[tuple[str, str]] = []
    token, text = None, ""
    if request.method == "POST":
        given = {name: request.POST.get(name, "").strip().replace("\0", "") for name in given}
        scopes = request.POST.getlist("scope")
        try:
            token, text = issue_token(
                person=person,
                name=given["name"],
                scopes=scopes,
                body_code=given["body"].upper(),
                days=_days(given["days"]),
                by=person,
                now=now,
            )
            given = empty
        except (NotValid, NotAllowed, NotNow) as refusal:
            errors = [(refusal.sentence, FIELD_OF.get(refusal.code, ""))]
    own = Token.objects.filter(user=person)
    context = {
        "crumbs": CRUMBS,
        "errors": errors,
        "by_field": {field: sentence for sentence, field in errors},
        "given": given,
        "scopes": [(scope.value, scope.label, scope.value in scopes) for scope in Scope],
        "issued": token,
        "text": text,
        "tokens": [(one, _standing(one, now)) for one in own],
    }
    return render(request, "filing/tokens.html", context)


@signed_in
@require_POST
def revoke(request: HttpRequest, prefix: str) -> HttpResponse:
    """End one token."""
    revoke_token(prefix=prefix, by=person_at(request), now=timezone.now())
    return redirect("filing:tokens")


def _days(text: str) -> int:
    try:
        return parse_count(text)
    except ValueError:
        return 0  # refused as every number of days that is none


def _standing(token: Token, now: dt.datetime) -> str:
    if token.revoked_at:
        return "revoked"
    return "expired" if token.expires_at <= now else "usable"
