"""Which organisations, bodies, owners and areas are there, under which names and numbers, from when to when?"""

from django.db.models import Prefetch, Q, QuerySet
from django_filters import CharFilter, ChoiceFilter, FilterSet
from rest_framework import serializers

from providers.models import Organisation, OrganisationName, Sector
from supplychain.models import Area, Body, BodyKind, OwnerPartner
from supplychain.public import search
from supplychain.public.api.forms import Address, Fact, Period, Text
from supplychain.public.api.lists import List, One, listing, single

ORG_ID, CODE, SLUG = "[A-Za-z0-9-]{4,40}", "[A-Za-z0-9-]{1,8}", "[a-z0-9-]{1,40}"


class NameSerializer(Fact):
    """A name with the days on which it was used."""

    text = serializers.CharField()
    kind = serializers.ChoiceField(OrganisationName.Kind.values)
    during = Period()


class IdentifierSerializer(Fact):
    """A number in a register."""

    org_id = serializers.CharField(help_text="Scheme and number in one, with - between.")
    scheme = serializers.CharField(help_text="A prefix of the register of org-ids.")
    number = serializers.CharField()


class OrganisationSerializer(Fact):
    """Any party: provider, owner or reporting body."""

    id = serializers.CharField(source="public_id", help_text="Org-id of its first known number, else a portal id XP-.")
    name = serializers.CharField(help_text="Today's name.")
    sector = Text(help_text=f"One of {', '.join(filter(None, Sector.values))}; null where it is not known.")
    legal_form = Text()
    income_band = Text(help_text="Band of the yearly income.")
    income_year = Text(help_text="The year of that income.")
    identifiers = IdentifierSerializer(many=True)
    names = NameSerializer(many=True)
    former_ids = serializers.SerializerMethodField(help_text="Ids that it had before, or of what was merged into it.")
    page = Address("/providers/{}/", "public_id")

    def get_former_ids(self, organisation: Organisation) -> list[str]:
        return sorted(alias.old_id for alias in organisation.aliases.all())


class OrganisationFilters(FilterSet):
    """By sector, by the beginning of a name, or by any id that it has or had."""

    sector = ChoiceFilter(choices=[(one, one) for one in Sector.values if one], help_text="Sector.")
    name = CharFilter(lookup_expr="istartswith", max_length=100, help_text="How today's name begins, in any case.")
    any_id = CharFilter(method="with_id", max_length=40, help_text="An org-id or portal id that it has or had.")

    def with_id(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Those with an id among today's, former ones and numbers."""
        scheme, _, number = value.upper().rpartition("-")
        of_number = Q(identifiers__scheme=scheme, identifiers__number=number)
        return rows.filter(Q(public_id=value.upper()) | Q(aliases__old_id=value.upper()) | of_number).distinct()


class OfOrganisations:
    """Organisations of a series that a disclosure or a public source names."""

    serializer = OrganisationSerializer

    def rows(self) -> QuerySet:
        return search.public_organisations(self.world).prefetch_related(
            "identifiers", "aliases", Prefetch("names", search.public_names())
        )


@listing("organisations", "Organisations", "parties")
class Organisations(OfOrganisations, List):
    """Every organisation that a disclosure or a public source names: providers, owners, reporting bodies, by id."""

    order = ("public_id",)
    filters = OrganisationFilters


@single("organisation", "One organisation", "parties", "Its id; a former one leads on to today's.", ORG_ID)
class OneOrganisation(OfOrganisations, One):
    """One organisation with its names and numbers. A former id, or one in small letters, redirects (301)."""

    key, part, sentence = "public_id", "public_id", "No organisation with the id {} is known here."

    def moved(self, asked: str) -> str | None:
        """Today's id, also where the one that was given is a former one."""
        today = self.rows().filter(aliases__old_id=asked.upper()).values_list("public_id", flat=True).first()
        return today or super().moved(asked)


class OwnershipSerializer(Fact):
    """Who owned it from when to when."""

    owner_id = serializers.CharField(source="owner.public_id")
    owner_name = serializers.CharField(source="owner.name")
    during = Period()


class BodyAreaSerializer(Fact):
    """Which area it had from when to when."""

    area = serializers.CharField(source="area_id")
    name = serializers.CharField(source="area.name")
    during = Period()


class SuccessionSerializer(Fact):
    """Which body followed it in an area."""

    body = serializers.CharField(source="successor_id")
    area = serializers.CharField(source="area_id")


class BodySerializer(Fact):
    """A reporting body."""

    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(BodyKind.values)
    organisation_id = serializers.CharField(source="organisation.public_id")
    in_force = Period(help_text="While it existed.")
    obligation = Period(help_text="While returns were required of it.")
    owners = OwnershipSerializer(many=True, source="ownerships")
    areas = BodyAreaSerializer(many=True, source="body_areas")
    successors = SuccessionSerializer(many=True, source="successions")
    page = Address("/bodies/{}/", "code")


class BodyFilters(FilterSet):
    """By kind."""

    kind = ChoiceFilter(choices=BodyKind.choices, help_text="Generation of reporting body.")
    area = CharFilter(method="with_area", max_length=40, help_text="Code of an area that it had at any time.")

    def with_area(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Those that had an area at any time."""
        return rows.filter(body_areas__area=value).distinct()


class OfBodies:
    """Reporting bodies of a series."""

    serializer = BodySerializer

    def rows(self) -> QuerySet:
        found = Body.objects.in_series(self.world.name).select_related("organisation")
        return found.prefetch_related("ownerships__owner", "body_areas__area", "successions")


@listing("bodies", "Reporting bodies", "parties")
class Bodies(OfBodies, List):
    """Every body whose supply chain is to be public, with its owners and areas, by code."""

    order = ("code",)
    filters = BodyFilters


@single("body", "One reporting body", "parties", "Its code.", CODE)
class OneBody(OfBodies, One):
    """One reporting body."""

    key, part, sentence = "code", "code", "There is no reporting body with the code {}."


class OwnedSerializer(Fact):
    """Which body it owned from when to when."""

    body = serializers.CharField(source="body_id")
    during = Period()


class PartnerSerializer(Fact):
    """An organisation named as partner."""

    organisation_id = serializers.CharField(source="partner.public_id")
    name = serializers.CharField(source="partner.name")
    role = Text()


class OwnerSerializer(Fact):
    """An owner of reporting bodies."""

    id = serializers.CharField(source="public_id")
    name = serializers.CharField()
    bodies = OwnedSerializer(many=True, source="ownerships")
    partners = PartnerSerializer(many=True)
    page = Address("/providers/{}/", "public_id")


@listing("owners", "Owners of reporting bodies", "parties")
class Owners(List):
    """Every organisation that owned a reporting body, with the bodies and its partners, by id."""

    serializer, order = OwnerSerializer, ("public_id",)

    def rows(self) -> QuerySet:
        found = Organisation.objects.in_series(self.world.name).filter(ownerships__isnull=False).distinct()
        partners = Prefetch("partners", OwnerPartner.objects.select_related("partner").order_by("partner__public_id"))
        return found.prefetch_related("ownerships", partners)


class HolderSerializer(Fact):
    """Whose area it was from when to when."""

    body = serializers.CharField(source="body_id")
    during = Period()


class AreaSerializer(Fact):
    """A police force area."""

    code = serializers.CharField()
    name = serializers.CharField()
    nation = Text()
    bodies = HolderSerializer(many=True, source="body_areas")


@listing("areas", "Areas", "parties")
class Areas(List):
    """Police force areas, the lowest geography that all bodies share, with whose they were, by code."""

    serializer, order = AreaSerializer, ("code",)

    def rows(self) -> QuerySet:
        return Area.objects.filter(series=self.world.name).prefetch_related("body_areas")
