"""Who is at the door, and may they come in?

Every view of the signed-in side says so by its decorator: :func:`signed_in` for anybody with an account,
:func:`needs` with a check of ``supplychain.permissions`` that the person has to pass, :func:`for_anybody` for the
sign-in page itself. A test of the house looks that none goes without.

A session ends half an hour after its last page, and twelve hours after it began. A second factor comes with a later
issue; until then a deployed portal is to be reached from the department's own network only.
"""

import datetime as dt
import logging
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.clients import network_of
from portal.errors import NotAllowed, TooOften
from portal.models import Role, RoleGrant, User
from supplychain.actions.door import day
from supplychain.actions.signing_in import count_attempt, forget_attempts
from supplychain.permissions import check_can_hold_token, check_can_match

log = logging.getLogger("portal.sign_in")
View = Callable[..., HttpResponseBase]
Check = Callable[[User, dt.date], None]

AT_MOST, IDLE = dt.timedelta(hours=12), dt.timedelta(minutes=30)
NOTED = dt.timedelta(minutes=1)  # how closely it is known when a session was last used
BEGAN, LAST_SEEN = "began", "last-seen"
LONGEST_NAME, LONGEST_PASSWORD = 150, 1000
WRONG = "The user name or the password is not right."


def for_anybody(view: View) -> View:
    """Mark a view of the signed-in side that asks for nobody."""
    view.door = "for anybody"  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """A view for people with an account (:func:`person_at` says who it is); others are led to the sign-in page."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **parts: Any) -> HttpResponseBase:
        if person_of(request, timezone.now()) is None:
            return redirect(f"{reverse('filing:sign-in')}?{urlencode({'next': request.get_full_path()})}")
        return view(request, *args, **parts)

    answer.door = "signed in"  # type: ignore[attr-defined]
    return answer


def needs(check: Check) -> Callable[[View], View]:
    """A view for people who pass a check of ``supplychain.permissions``, called with the person and the day.

    Others get the sentence of the check as a page.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **parts: Any) -> HttpResponseBase:
            check(person_at(request), day(timezone.now()))
            return view(request, *args, **parts)

        return signed_in(answer)

    return guard


def person_of(request: HttpRequest, now: dt.datetime) -> User | None:
    """Whose session it is, or nobody's; one that has lasted too long ends here."""
    if not isinstance(request.user, User):
        return None
    try:
        began, last_seen = (dt.datetime.fromisoformat(request.session[name]) for name in (BEGAN, LAST_SEEN))
    except KeyError:
        began = last_seen = dt.datetime.min.replace(tzinfo=dt.UTC)
    if now - began > AT_MOST or now - last_seen > IDLE:
        logout(request)
        return None
    if now - last_seen > NOTED:
        request.session[LAST_SEEN] = now.isoformat()
    return request.user


@for_anybody
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Asks for user name and password; leads to ``next`` on this host."""
    now = timezone.now()
    target = own_address(request, request.POST.get("next") or request.GET.get("next"))
    errors: list[tuple[str, str]] = []
    status, username = 200, ""
    if request.method == "POST":
        username, password = request.POST.get("username", "").strip(), request.POST.get("password", "")
        errors = [] if username else [("Enter your user name.", "username")]
        errors += [] if password else [("Enter your password.", "password")]
        if not errors:
            try:
                if _enter(request, username, password, now):
                    return redirect(target)
                errors = [(WRONG, "username")]
            except TooOften as refusal:
                errors, status = [(refusal.sentence, "")], refusal.status
    elif person_of(request, now):
        return redirect(target)
    context = {
        "errors": errors,
        "by_field": {field: sentence for sentence, field in errors},
        "next": target,
        "username": username[:LONGEST_NAME],
        "left": "left" in request.GET,
    }
    return render(request, "filing/sign_in.html", context, status=status)


def _enter(request: HttpRequest, username: str, password: str, now: dt.datetime) -> bool:
    """Begin a session where the password is right. Raises :class:`TooOften`."""
    address = network_of(request)
    count_attempt(username=username, address=address, by=None, now=now)
    person = None
    if len(username) <= LONGEST_NAME and len(password) <= LONGEST_PASSWORD and "\0" not in username:
        person = authenticate(request, username=username, password=password)
    log.info("sign-in", extra={"fields": {"right": person is not None, "user": person and person.pk, "from": address}})
    if not isinstance(person, User):
        return False
    login(request, person)
    request.session[BEGAN] = request.session[LAST_SEEN] = now.isoformat()
    forget_attempts(username=username, by=person)
    return True


def own_address(request: HttpRequest, asked: str | None) -> str:
    """Where somebody is led after signing in: an address of this host, else the start page."""
    own = {request.get_host()}
    if (
        asked
        and asked.startswith("/")
        and url_has_allowed_host_and_scheme(asked, own, require_https=request.is_secure())
    ):
        return asked
    return reverse("filing:start")


@for_anybody
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session."""
    logout(request)
    return redirect(f"{reverse('filing:sign-in')}?left")


@signed_in
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Who you are, what you may do, and where."""
    grants = RoleGrant.objects.filter(user=person_at(request), during__contains=day(timezone.now()))
    roles = [
        {"label": Role(grant.role).label, "bodies": grant.body_code or "all bodies", "until": grant.during.upper}
        for grant in grants.order_by("role", "body_code")
    ]
    context = {
        "roles": roles,
        "may_match": may(check_can_match, request),
        "may_have_tokens": may(lambda person, at: check_can_hold_token(person, "", at), request),
    }
    return render(request, "filing/start.html", context)


def person_at(request: HttpRequest) -> User:
    """The person whom a guarded view was opened for."""
    if not isinstance(request.user, User):
        raise NotAllowed("signed-out", "You are not signed in.")
    return request.user


def may(check: Check, request: HttpRequest) -> bool:
    """Does the person pass the check today? For links that lead only where somebody may go."""
    try:
        check(person_at(request), day(timezone.now()))
    except NotAllowed:
        return False
    return True
