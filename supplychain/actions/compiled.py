"""The deed that files what was compiled from public records: one return for each region, of the kind ``compiled``.

What a contract manager filed goes before it. The rules for files do not apply, for there is no file; what the database
refuses, it refuses here too. A second person accepts with ``accept_return``, as for every return.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from portal.errors import NotValid
from portal.models import User
from portal.quarters import Quarter
from providers.models import Series
from supplychain.actions.door import action, day
from supplychain.compiled.records import LeftOut, Records
from supplychain.compiled.returns import Compiled, CompiledLine, Places, compile_returns, content_digest
from supplychain.models import Body, BodyArea, BodyKind, Line, Return, ReturnKind
from supplychain.permissions import check_can_prepare
from supplychain.states import FINAL_RETURN_STATES, RETURN_MOVES, ReturnState, move


@dataclass(frozen=True, slots=True)
class FiledCompiled:
    """What filing led to: the compiled return of every region, those of them that are new or say something new, and
    what was taken and left out.
    """

    returns: tuple[Return, ...]
    changed: tuple[Return, ...]
    compiled: Compiled


@action
def file_compiled(*, records: Records, quarter: Quarter, by: User, now: dt.datetime) -> FiledCompiled:
    """Compile a source's records into returns and submit them, all or none.

    The same content again changes nothing; other content replaces what nobody has accepted, or becomes the next
    version of what is published. Raises :class:`NotValid` for another quarter than that of the records, or records
    without any contract, :class:`NotAllowed`, and :class:`NotNow` where something else is under review.
    """
    if Quarter.containing(records.day) != quarter:
        raise NotValid(
            "not-back-cast",
            f"The records are of {records.day:%-d %B %Y}, which lies in {Quarter.containing(records.day)}:"
            f" they say nothing about {quarter}.",
        )
    if not records.contracts:
        raise NotValid("nothing-to-compile", "Not one contract of these records can be taken, so nothing is filed.")
    compiled = compile_returns(records, places(quarter))
    filed, changed = [], []
    for body in Body.objects.select_for_update().filter(pk__in=compiled.lines).order_by("pk"):
        check_can_prepare(by, body.code, day(now))
        result, new = _file(body, compiled, records, quarter, by, now)
        filed += [result] if result else []
        changed += [result] if result and new else []
    return FiledCompiled(tuple(filed), tuple(changed), compiled)


def places(quarter: Quarter) -> Places:
    """Which region of the real series held which area on the quarter's last day."""
    held = BodyArea.objects.filter(
        kind=BodyKind.REGION, body__series=Series.REAL, during__contains=quarter.last_day
    ).values_list("area_id", "body_id")
    return Places(dict(held))


def _file(
    body: Body, compiled: Compiled, records: Records, quarter: Quarter, by: User, now: dt.datetime
) -> tuple[Return | None, bool]:
    """The compiled return of a body, and whether it says something new; none where a filed one goes before it."""
    lines = compiled.lines[body.code]
    digest = content_digest(body.code, quarter, lines)
    earlier = list(Return.objects.of(body.code, quarter).order_by("version"))
    standing = [found for found in earlier if found.state not in FINAL_RETURN_STATES]
    if any(found.kind != ReturnKind.COMPILED for found in standing):
        why = f"{body.code} has filed a return for {quarter} itself, which goes before the public record."
        compiled.skipped += _gone(body.code, why, lines)
        del compiled.lines[body.code]
        return None, False
    published = next((found for found in standing if found.state == ReturnState.PUBLISHED), None)
    live = next((found for found in standing if found.state != ReturnState.PUBLISHED), None)
    last = live or published
    if last and last.digest == digest and last.state not in (ReturnState.DRAFT, ReturnState.SENT_BACK):
        if last.state == ReturnState.CHECKED:
            _submit(last, by, now)
        return last, False
    if live:
        filed = live
        _move(filed, "refile")
        filed.lines.all().delete()
        filed.submitted_at = filed.submitted_by = None
    else:
        filed = Return(body=body, quarter=quarter, version=len(earlier) + 1, kind=ReturnKind.COMPILED)
        filed.replaces = published
    if published:
        filed.correction_reason = correction_reason(records)
    filed.digest = digest
    filed.prepared_at, filed.prepared_by = now, by
    _move(filed, "check")
    filed.save()
    Line.objects.bulk_create(
        Line(of_return=filed, row_number=number, **asdict(line)) for number, line in enumerate(lines, start=1)
    )
    _submit(filed, by, now)
    return filed, True


def correction_reason(records: Records) -> str:
    """Why there is a further version of what was compiled; public."""
    return (
        f"Compiled again from the public record of {records.day:%-d %B %Y}: it differs from the one before, or more is"
        " known about who a provider is."
    )


def _gone(body: str, why: str, lines: list[CompiledLine]) -> Iterator[LeftOut]:
    tiers = [line.tier for line in lines]
    yield LeftOut(body, why, tiers.count(2), tiers.count(3))


def _submit(filed: Return, by: User, now: dt.datetime) -> None:
    _move(filed, "submit")
    filed.submitted_at, filed.submitted_by = now, by
    filed.save()


def _move(filed: Return, verb: str) -> None:
    what = f"Version {filed.version} of the compiled return of {filed.body_id} for {filed.quarter}"
    filed.state = move(RETURN_MOVES, filed.state, verb, what).target
    filed.lock_version += 1
