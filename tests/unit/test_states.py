"""May every state be left and reached as the tables say, and is everything else refused with a sentence?"""

import itertools

import pytest

from portal.errors import NotNow
from portal.models import Role
from supplychain.states import (
    FINAL_PUBLICATION_STATES,
    FINAL_RETURN_STATES,
    LIVE_PUBLICATION_STATES,
    LIVE_RETURN_STATES,
    PARTICIPLES,
    PUBLIC_STATES,
    PUBLICATION_MOVES,
    RETURN_MOVES,
    SYSTEM,
    PublicationState,
    ReturnState,
    move,
)

MACHINES = [
    pytest.param(RETURN_MOVES, ReturnState, FINAL_RETURN_STATES, ReturnState.DRAFT, id="return"),
    pytest.param(
        PUBLICATION_MOVES, PublicationState, FINAL_PUBLICATION_STATES, PublicationState.OPEN, id="publication"
    ),
]


@pytest.mark.parametrize(("moves", "states", "final", "first"), MACHINES)
def test_the_whole_grid(moves, states, final, first) -> None:
    table = {(m.source, m.verb): m.target for m in moves}
    assert len(table) == len(moves), "a verb leads from a state to one place only"
    for source, verb in itertools.product(states, {m.verb for m in moves}):
        if (source, verb) in table:
            assert move(moves, source, verb, "It").target == table[source, verb]
        else:
            with pytest.raises(NotNow) as refused:
                move(moves, source, verb, "It")
            assert refused.value.sentence.endswith(".")
            assert PARTICIPLES[verb] in refused.value.sentence


@pytest.mark.parametrize(("moves", "states", "final", "first"), MACHINES)
def test_every_state_is_reached_and_left(moves, states, final, first) -> None:
    assert {m.target for m in moves} | {first} == set(states)
    assert {m.source for m in moves} == set(states) - set(final)


@pytest.mark.parametrize(("moves", "states", "final", "first"), MACHINES)
def test_every_move_belongs_to_somebody(moves, states, final, first) -> None:
    assert {m.who for m in moves} <= {*Role.values, SYSTEM}


def test_accepting_belongs_to_another_role_than_preparing() -> None:
    who = {m.verb: m.who for m in RETURN_MOVES}
    assert who["accept"] == who["send_back"] == who["reopen"] == Role.ACCEPTER
    assert who["submit"] == who["refile"] == who["withdraw"] == Role.PREPARER


def test_live_and_final_states_do_not_overlap() -> None:
    assert not set(LIVE_RETURN_STATES) & {*FINAL_RETURN_STATES, ReturnState.PUBLISHED}
    assert set(LIVE_RETURN_STATES) | {*FINAL_RETURN_STATES, ReturnState.PUBLISHED} == set(ReturnState)
    assert not set(LIVE_PUBLICATION_STATES) & set(PUBLIC_STATES)
    assert set(LIVE_PUBLICATION_STATES) | set(PUBLIC_STATES) == set(PublicationState)


def test_what_was_published_never_goes_back() -> None:
    for moves, public in (
        (RETURN_MOVES, {"published", "superseded"}),
        (PUBLICATION_MOVES, {"published", "superseded"}),
    ):
        assert all(m.target in public for m in moves if m.source in public)
