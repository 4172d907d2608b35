"""Where a person decides who is who: the work list, one question with its evidence side by side, and the decisions."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.errors import NotFound, NotValid, Refusal
from providers.models import MatchDecision, Organisation, OrganisationAlias, Series
from supplychain.actions import matching as deeds
from supplychain.filing import who_is_who
from supplychain.filing.views.door import needs, person_at
from supplychain.models import Agreement, Body
from supplychain.permissions import check_can_match

A_PAGE = 20
DECISIONS_A_PAGE = 50
LIST = ("Who is who", "/filing/matching/")


@needs(check_can_match)
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Providers without a number, with the best offer for each; and organisations that a register calls one."""
    series, state = _series(request), request.GET.get("state", who_is_who.OPEN)
    state = state if state in (who_is_who.OPEN, who_is_who.LATER) else who_is_who.OPEN
    text = " ".join(request.GET.get("q", "").replace("\0", "").split())[:100]
    page = Paginator(who_is_who.questions(series, state=state, text=text), A_PAGE).get_page(request.GET.get("page"))
    rows = []
    for organisation in page:
        question = who_is_who.question_of(organisation)
        rows.append({"question": question, "best": next(iter(who_is_who.offers_for(question)), None)})
    context = {
        "series_name": series,
        "state": state,
        "text": text,
        "page": page,
        "rows": rows,
        "pairs": who_is_who.called_one(series) if page.number == 1 and not text else [],
        "demonstration": Body.objects.in_series(Series.DEMONSTRATION).exists(),
        "crumbs": [("Filing and review", "/filing/"), (LIST[0], "")],
    }
    return render(request, "filing/matching/list.html", context)


@needs(check_can_match)
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, public_id: str) -> HttpResponse:
    """One organisation beside everybody it could be; what is posted is a decision about it."""
    organisation = _organisation(public_id)
    if organisation.public_id != public_id:
        return redirect("filing:match", organisation.public_id)
    if request.method == "POST":
        return _decide(request, organisation)
    asked = who_is_who.question_of(organisation)
    context = {
        "question": asked,
        "offers": who_is_who.offers_for(asked),
        "decisions": who_is_who.decisions_about(organisation),
        "crumbs": [("Filing and review", "/filing/"), LIST, (organisation.name, "")],
    }
    return render(request, "filing/matching/question.html", context)


def _decide(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Carry out what was chosen, and lead on: to the next question after a decision, back with a sentence otherwise."""
    chosen = request.POST.get("decision", "")
    candidate = " ".join(request.POST.get("candidate", "").split()).upper()[:40]
    common: dict[str, Any] = {
        "by": person_at(request),
        "now": timezone.now(),
        "reason": request.POST.get("reason", "")[:500],
    }
    try:
        if chosen in ("accept", "refuse"):
            if not candidate:
                raise NotValid("number-needed", "Give the number or id of the organisation that it is.")
            deed = deeds.accept_match if chosen == "accept" else deeds.refuse_match
            offer = who_is_who.offer_named(who_is_who.question_of(organisation), candidate)
            decision = deed(organisation=organisation, candidate=candidate, offer=offer, **common)
        elif chosen == "new":
            decision = deeds.declare_new(organisation=organisation, **common)
        elif chosen == "later":
            decision = deeds.decide_later(organisation=organisation, **common)
        elif chosen == "merge":
            decision = deeds.merge_organisations(organisation=organisation, into=_organisation(candidate), **common)
        else:
            raise NotValid("choose", "Choose what you decide.")
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("filing:match", organisation.public_id)
    messages.success(request, f"Decided: {decision}.")
    if chosen == "refuse":
        return redirect("filing:match", organisation.public_id)
    return redirect(_list(organisation.series))


@needs(check_can_match)
@require_http_methods(["GET", "HEAD", "POST"])
def split(request: HttpRequest, public_id: str) -> HttpResponse:
    """Choose what of an organisation is another one: numbers, names, agreements."""
    organisation = _organisation(public_id)
    if organisation.public_id != public_id:
        return redirect("filing:match-split", organisation.public_id)
    numbers, names = organisation.identifiers.order_by("pk"), organisation.names.order_by("pk")
    agreements = Agreement.objects.filter(payee=organisation).order_by("body_id", "ref")
    if request.method == "POST":
        try:
            decision = deeds.split_off(
                organisation=organisation,
                name=request.POST.get("name", ""),
                identifiers=list(numbers.filter(pk__in=_keys(request, "number"))),
                names=list(names.filter(pk__in=_keys(request, "known_as"))),
                agreements=list(agreements.filter(pk__in=_keys(request, "agreement"))),
                reason=request.POST.get("reason", ""),
                by=person_at(request),
                now=timezone.now(),
            )
        except Refusal as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, f"Decided: {decision}.")
            return redirect("filing:match", decision.candidate)
    context = {
        "organisation": organisation,
        "numbers": numbers,
        "names": names,
        "agreements": agreements,
        "posted": request.POST,
        "chosen": {key: request.POST.getlist(key) for key in ("number", "known_as", "agreement")},
        "crumbs": [
            ("Filing and review", "/filing/"),
            LIST,
            (organisation.name, reverse("filing:match", args=[organisation.public_id])),
            ("Split", ""),
        ],
    }
    return render(request, "filing/matching/split.html", context)


@needs(check_can_match)
@require_GET
def decisions(request: HttpRequest) -> HttpResponse:
    """Every decision, the newest first, each to be taken back or made again."""
    series = _series(request)
    found = MatchDecision.objects.filter(series=series).select_related("decided_by", "undone_by", "redo_of")
    context = {
        "series_name": series,
        "page": Paginator(found, DECISIONS_A_PAGE).get_page(request.GET.get("page")),
        "crumbs": [("Filing and review", "/filing/"), LIST, ("Decisions", "")],
    }
    return render(request, "filing/matching/decisions.html", context)


@needs(check_can_match)
@require_POST
def undo(request: HttpRequest, number: int) -> HttpResponse:
    """Take a decision back."""
    return _again(request, number, deeds.undo_decision, "Taken back")


@needs(check_can_match)
@require_POST
def redo(request: HttpRequest, number: int) -> HttpResponse:
    """Make a decision again that was taken back."""
    return _again(request, number, deeds.redo_decision, "Decided again")


def _again(request: HttpRequest, number: int, deed: Callable[..., MatchDecision], done: str) -> HttpResponse:
    decision = MatchDecision.objects.filter(pk=number).first()
    if decision is None:
        raise NotFound("no-such-decision", f"There is no decision {number}.")
    try:
        decision = deed(decision=decision, by=person_at(request), now=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, f"{done}: {decision}.")
    return redirect(f"{reverse('filing:match-decisions')}?{urlencode({'series': decision.series})}")


def _organisation(public_id: str) -> Organisation:
    """The organisation with this id, today or once. Raises :class:`NotFound`."""
    found = Organisation.objects.filter(public_id=public_id).first()
    if found is None:
        alias = OrganisationAlias.objects.filter(old_id=public_id).select_related("organisation").first()
        found = alias.organisation if alias else None
    if found is None:
        raise NotFound("no-such-organisation", f"No organisation with the id {public_id} is known here.")
    return found


def _series(request: HttpRequest) -> str:
    asked = request.GET.get("series", Series.REAL)
    return asked if asked in Series.values else Series.REAL


def _list(series: str) -> str:
    return f"{reverse('filing:matches')}?{urlencode({'series': series})}" if series != Series.REAL else LIST[1]


def _keys(request: HttpRequest, name: str) -> list[int]:
    return [int(key) for key in request.POST.getlist(name) if key.isascii() and key.isdecimal() and len(key) < 18]
