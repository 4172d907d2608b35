"""How do search engines for data sets learn what is published here? schema.org Dataset as JSON-LD in the page.

It is a block of data, not a script: browsers never run it, so the policy that lets in no inline script holds.
"""

import json
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from supplychain.models import Publication, PublishedFile
from supplychain.public import files
from supplychain.public.series import World

LICENCE = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}
COVERS = "England and Wales"
WHOLE = "Probation supply chains in England and Wales"
ABOUT = (
    "Who is funded to deliver probation services in England and Wales, by whom, for what and with what result: every "
    "tier of the supply chains of reporting bodies, by quarter, as far as reported or compiled from public records."
)


def block(world: World, data: dict[str, Any]) -> SafeString:
    """The block for a page; nothing for the demonstration, which is no data about the world."""
    if world.demonstration:
        return SafeString("")
    text = json.dumps({"@context": "https://schema.org/", **data}, ensure_ascii=False).translate(ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 (escaped above)


def everything(site: str, versions: list[Publication]) -> dict[str, Any]:
    """All disclosures as one data set with a part for each valid version; ``site`` is scheme and host."""
    return {
        **described(WHOLE, f"{site}/data/", site),
        "hasPart": [{"@type": "Dataset", "name": named(one), "url": f"{site}{one.address}", "license": LICENCE,
                     "description": ABOUT} for one in versions],
    }  # fmt: skip


def of_version(site: str, publication: Publication, published: list[PublishedFile]) -> dict[str, Any]:
    """One version with its files."""
    address = f"{site}{publication.address}"
    return {
        **described(named(publication), address, site),
        "version": str(publication.version),
        "identifier": f"sha256:{publication.digest}",
        "datePublished": publication.published_at.isoformat(),
        "temporalCoverage": f"{publication.quarter.start}/{publication.quarter.last_day}",
        "isPartOf": described(WHOLE, f"{site}/data/", site),
        "distribution": [
            {
                "@type": "DataDownload", "name": file.name, "contentUrl": address + file.name,
                "encodingFormat": files.content_type(file.name).partition(";")[0], "contentSize": f"{file.bytes} B",
                "sha256": file.sha256,
            }
            for file in published
        ],
    }  # fmt: skip


def described(name: str, address: str, site: str) -> dict[str, Any]:
    """What every data set says of itself."""
    return {
        "@type": "Dataset", "@id": address, "name": name, "description": ABOUT, "url": address, "license": LICENCE,
        "isAccessibleForFree": True, "spatialCoverage": COVERS, "inLanguage": "en-GB",
        "creator": {"@type": "Organization", "name": "Supply-chain transparency portal: probation", "url": f"{site}/"},
    }  # fmt: skip


def named(publication: Publication) -> str:
    """``Probation supply chains, April to June 2018, version 2``."""
    return f"Probation supply chains, {publication.quarter.label}, version {publication.version}"
