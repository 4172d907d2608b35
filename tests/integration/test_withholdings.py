"""Do amounts stay back only with a ground, a public-interest note, a second person and a last day?"""

import datetime as dt

import pytest

from portal.errors import NotAllowed, NotFound, NotNow, NotValid
from providers.actions import Party, add_organisation, resolve_parties
from providers.identifiers import parse_org_id
from supplychain.actions.withholdings import accept_withholding, request_withholding
from tests.integration.filing_cast import NOW, Cast, make_cast

pytestmark = pytest.mark.django_db

ASKED = {
    "body_code": "D91",
    "agreement_ref": "A1",
    "ground": "commercial",
    "public_interest": "A tender for the same service is open.",
    "expires_on": dt.date(2019, 3, 31),
    "now": NOW,
}
WHICH = {"body_code": "D91", "agreement_ref": "A1", "now": NOW}


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_asked_for_and_accepted_by_another(cast: Cast) -> None:
    request_withholding(by=cast.preparer, **ASKED)
    accepted = accept_withholding(by=cast.accepter, **WHICH)
    assert (accepted.ground, accepted.requested_by, accepted.accepted_by) == (
        "commercial",
        cast.preparer,
        cast.accepter,
    )


def test_nobody_accepts_their_own_request(cast: Cast) -> None:
    request_withholding(by=cast.both, **ASKED)
    with pytest.raises(NotAllowed, match="another person has to confirm"):
        accept_withholding(by=cast.both, **WHICH)


def test_a_note_a_coming_day_and_one_request_at_a_time(cast: Cast) -> None:
    with pytest.raises(NotValid, match="outweighs the public interest"):
        request_withholding(by=cast.preparer, **ASKED | {"public_interest": " "})
    with pytest.raises(NotValid, match="a day to come"):
        request_withholding(by=cast.preparer, **ASKED | {"expires_on": NOW.date()})
    request_withholding(by=cast.preparer, **ASKED)
    with pytest.raises(NotNow, match="stands already"):
        request_withholding(by=cast.preparer, **ASKED)


def test_roles_and_names_are_checked(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        request_withholding(by=cast.accepter, **ASKED)
    with pytest.raises(NotFound, match="no reporting body 'D77'"):
        request_withholding(by=cast.preparer, **ASKED | {"body_code": "D77"})
    with pytest.raises(NotFound, match="waits"):
        accept_withholding(by=cast.accepter, **WHICH)


def test_an_organisation_may_have_a_number_of_any_register() -> None:
    """It is known by that number from then on, and keeps its portal id as public id."""
    number = parse_org_id("GB-LAE-ABC")
    made = add_organisation(
        name="Test Council", series="demonstration", source="TEST", confidence="solid", identifiers=[number]
    )
    assert made.public_id.startswith("XP-9")
    again = resolve_parties(
        parties=[Party("council", "Test Council", (number,))], series="demonstration", source="TEST"
    )
    assert again == {"council": made}
