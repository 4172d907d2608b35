"""Does everybody find who they mean: under names of today and before, with typing errors, by number; nobody else?"""

import pytest
from django.test import Client

from providers.actions import add_organisation, note_name
from providers.identifiers import parse_charity_number, parse_company_number
from providers.models import Organisation, OrganisationAlias, RegisterEntry, RegisterLink, RegisterName
from providers.search import LONGEST, possible_ids, search
from supplychain.models import FrozenParty
from supplychain.public import places
from supplychain.public.series import REAL

pytestmark = pytest.mark.django_db
SERIES = "demonstration"
FACT = {"source": "TEST", "confidence": "solid"}
CHARITY, COMPANY, MERGED = "GB-CHC-9900001", "GB-COH-99000001", "GB-CHC-9900003"


@pytest.fixture
def bridge() -> Organisation:
    """An organisation with a number and a former name, in a register under another name and with a company."""
    made = add_organisation(
        name="The Bridge (East Mercia) Ltd", series=SERIES, identifiers=[parse_charity_number("9900001")], **FACT
    )
    note_name(organisation=made, text="Mercia Advice on Alcohol", kind="former", **FACT)
    OrganisationAlias.objects.create(old_id="XP-999001", organisation=made, reason="test")
    RegisterName.objects.create(series=SERIES, org_id=CHARITY, kind="working", text="CROSSING TOGETHER")
    RegisterName.objects.create(series=SERIES, org_id="GB-CHC-9900002", kind="registered", text="Crossing Town Trust")
    RegisterEntry.objects.create(series=SERIES, org_id=MERGED, name="Old Mill Project", successor=CHARITY)
    RegisterLink.objects.create(series=SERIES, table="pairs", one=CHARITY, other=COMPANY)
    return made


@pytest.mark.parametrize(
    "asked",
    [
        "The Bridge (East Mercia) Ltd", "bridge east mercia", "BRIDGE, EAST MERC", "Brigde East Mercia",
        "brdge east mercia", "mercia advice", "Mercia Advise on Alcohol", "crossing together", "Crosing Togethr",
        "9900001", "GB-CHC-9900001", "gb-chc-9900001", "99000001", "XP-999001", "xp-999001", "9900003",
    ],
)  # fmt: skip
def test_one_organisation_is_found_however_it_is_called(bridge: Organisation, asked: str) -> None:
    found = search(asked, series=SERIES)
    assert found[0].organisation == bridge.pk and found[0].org_id == CHARITY
    assert [one.org_id for one in found].count(CHARITY) == 1, "each organisation once"
    assert search(asked, series="real") == [] or all(one.org_id != CHARITY for one in search(asked, series="real"))


def test_who_stands_only_in_a_register_is_told_apart(bridge: Organisation) -> None:
    found = search("crossing town trust", series=SERIES)
    assert (found[0].org_id, found[0].organisation, found[0].kind) == ("GB-CHC-9900002", None, "registered")
    assert [one.org_id for one in search("crossing", series=SERIES, registers=False)] == []
    assert {one.org_id for one in search("crossing", series=SERIES)} == {CHARITY, "GB-CHC-9900002"}


def test_numbers_lead_to_who_has_them_now(bridge: Organisation) -> None:
    other = add_organisation(
        name="Bridge Trading", series=SERIES, identifiers=[parse_company_number("99000001")], **FACT
    )
    assert [one.organisation for one in search("99000001", series=SERIES)] == [other.pk], "its own number goes first"
    assert search("9900009", series=SERIES) == [] or all(
        one.kind != "number" for one in search("9900009", series=SERIES)
    )
    assert possible_ids("SC042386")[0] == "GB-SC-SC042386" and possible_ids("no digits") == []


@pytest.mark.parametrize(
    "asked", ["", " ", "***", "\x00", "%", "_", "'", '"', "\\", "&|!():*<->", "a" * 9999, "٣٤٥", "é̂" * 500]
)
def test_nothing_that_is_typed_is_a_fault(asked: str) -> None:
    assert isinstance(search(asked, series=SERIES), list)
    assert len(asked[:LONGEST]) <= LONGEST


def test_pages_lead_from_former_names_and_numbers_to_today(client: Client) -> None:
    party = FrozenParty.objects.filter(publication__series=SERIES).exclude(charity_number="").order_by("pk").first()
    assert party is not None
    organisation = Organisation.objects.get(public_id=party.public_id)
    note_name(organisation=organisation, text="Zephyrine Wardens", kind="former", **FACT)
    for page in ("search/", "providers/"):
        found = client.get(f"/demonstration/{page}", {"q": "zephirine wardens"}).content.decode()
        assert f'/demonstration/providers/{party.public_id}/"' in found, page
    assert "formerly “Zephyrine Wardens”" in client.get("/demonstration/search/", {"q": "zephyrine"}).content.decode()
    straight = client.get("/demonstration/search/", {"q": party.charity_number})
    assert (straight.status_code, straight["Location"]) == (302, f"/demonstration/providers/{party.public_id}/")


def test_bodies_areas_and_services_are_found_by_their_words(client: Client) -> None:
    page = client.get("/search/", {"q": "northumb"}).content.decode()
    assert 'href="/bodies/C01/"' in page and 'href="/areas/northumbria/"' in page
    assert 'href="/services/accommodation/"' in client.get("/search/", {"q": "accommodation"}).content.decode()
    assert "Nothing here has a name" in client.get("/search/", {"q": "qqqqxyz"}).content.decode()


def test_a_service_in_an_area_is_found_by_the_words_of_both(client: Client) -> None:
    def named(text: str) -> list[str]:
        return [place.title for place in places.places(REAL, text)]

    assert named("women northumbria")[0] == "Services for women in Northumbria"
    assert named("Accommodation in Kent")[0] == named("kent accomodation")[0] == "Accommodation in Kent"
    assert named("womnes northumbira") == ["Services for women in Northumbria"]
    assert named("women of worth") and places.places(REAL, "women of worth", forgiving=False) == []
    assert "Northumbria" in named("northumbira") and named("northumbria")[0] == "Northumbria"
    assert named("qqqqxyz") == named("") == []
    page = client.get("/search/", {"q": "women northumbria"}).content.decode()
    assert 'href="/areas/northumbria/?service=women#agreements"' in page


def test_where_nothing_is_found_the_nearest_names_are_offered(client: Client) -> None:
    found = client.get("/demonstration/search/", {"q": "harbour qqqqxyzzz"})
    assert "Harbour Lantern Trust" in [hit.name for hit in found.context["nearest"]]
    assert "Did you mean" in found.text and "Did you mean" not in client.get("/search/", {"q": "qqqqxyz"}).text


def test_owners_are_found_by_the_name_of_today(client: Client) -> None:
    for asked in ("working links", "Workng Links", "Purple Futures"):
        page = client.get("/search/", {"q": asked}).content.decode()
        assert 'href="/providers/' in page and "No organisation" not in page, asked


def test_who_is_known_but_not_published_is_not_found(client: Client) -> None:
    """A return that is accepted makes its providers known; readers hear of them when it is published."""
    secret = add_organisation(
        name="Quillfeather Refuge", series=SERIES, identifiers=[parse_charity_number("9900444")], source="RETURN",
        confidence="reported",
    )  # fmt: skip
    for asked in ("Quillfeather Refuge", "9900444"):
        for page in ("search/", "providers/"):
            answer = client.get(f"/demonstration/{page}", {"q": asked})
            assert answer.status_code == 200 and secret.public_id not in answer.content.decode().replace(asked, "")
    assert client.get(f"/demonstration/providers/{secret.public_id}/").status_code == 404


def test_a_search_page_asks_the_same_number_of_questions_for_few_and_many(
    client: Client, django_assert_max_num_queries
) -> None:
    for asked in ("trust", "qqqq", "a", "9901013"):
        with django_assert_max_num_queries(25):
            client.get("/demonstration/search/", {"q": asked})


def test_how_a_return_writes_a_name_is_found_but_not_told(client: Client) -> None:
    party = FrozenParty.objects.filter(publication__series=SERIES).exclude(charity_number="").order_by("pk").first()
    organisation = Organisation.objects.get(public_id=party.public_id)
    note_name(
        organisation=organisation, text="Zanzibarish Wardens", kind="returned", source="RETURN", confidence="reported"
    )
    page = client.get("/demonstration/search/", {"q": "zanzibarish wardens"}).content.decode()
    assert f'/demonstration/providers/{party.public_id}/"' in page and "Zanzibarish" not in page
    for address in ("providers", "api/v1/organisations"):
        answer = client.get(f"/demonstration/{address}/{party.public_id}/")
        assert answer.status_code == 200 and "Zanzibarish" not in answer.content.decode()
