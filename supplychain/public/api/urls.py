"""Which part of the API is at which address? Below ``api/v1/`` of either series."""

from django.urls import path

from supplychain.disclosure.columns import TABLES
from supplychain.public.api import codes, disclosures, found, parties, rows, schema, totals
from supplychain.public.api.resource import Resource, at

VERSION = "disclosures/<quarter:quarter>/v<version:number>/"
RESOURCES: dict[str, type[Resource]] = {
    "": schema.Root,
    "schema/": schema.Schema,
    "agreements/": rows.Agreements,
    "flows/": rows.Flows,
    "kpi-contributions/": rows.KpiContributions,
    "totals/": totals.Totals,
    "search/": found.Search,
    "organisations/": parties.Organisations,
    "organisations/<org_id:public_id>/": parties.OneOrganisation,
    "bodies/": parties.Bodies,
    "bodies/<body:code>/": parties.OneBody,
    "owners/": parties.Owners,
    "areas/": parties.Areas,
    "services/": codes.Services,
    "codes/": codes.Codes,
    "kpis/": codes.Kpis,
    "sources/": codes.Sources,
    "rules/": codes.Rules,
    "calendar/": codes.Calendar,
    "files/": disclosures.Files,
    "disclosures/": disclosures.Disclosures,
    "disclosures/<quarter:quarter>/": disclosures.Newest,
    VERSION: disclosures.Disclosure,
    **{f"{VERSION}{table.name}/": disclosures.rows_of(table) for table in TABLES},
}
urlpatterns = [path(address, at(resource)) for address, resource in RESOURCES.items()]
