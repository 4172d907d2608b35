"""What is measured upon: an invented body and returns of any size in which no rule is broken."""

import csv
import datetime as dt
import random
from collections.abc import Iterator
from pathlib import Path

from django.db.backends.postgresql.psycopg_any import DateRange

from portal.quarters import Quarter
from providers.models import Confidence, Organisation, Series
from supplychain.filing.codes import CODE_LISTS
from supplychain.filing.layout import FUNDING
from supplychain.models import Area, Body, BodyArea, BodyKind

BODY = "D99"
QUARTER = Quarter.parse("2018-19 Q2")
COLUMNS = tuple(column.name for column in FUNDING.columns if column.core)
AREAS = ("bench-east", "bench-north", "bench-south", "bench-west")
ROWS_PER_PROVIDER = 20
INVENTED = {"series": Series.DEMONSTRATION, "source": "PORTAL", "confidence": Confidence.SOLID}
WHAT = ("Mentoring", "Advice on debt", "Help with housing", "Training for work", "Group sessions", "Day centre places")
WHOM = ("people leaving custody", "women on community orders", "young adults", "people who sleep rough", "families")
HOW = ("one to one", "twice a week", "by appointment", "in small groups", "by telephone and in person", "as needed")


def make_body() -> Body:
    """The body of the returns, with an obligation and four areas."""
    days = DateRange(dt.date(2014, 6, 1), dt.date(2021, 6, 26))
    sourced = {name: value for name, value in INVENTED.items() if name != "series"}
    body = Body.objects.create(
        code=BODY,
        name="Body of measurements",
        kind=BodyKind.DEMONSTRATION,
        organisation=Organisation.objects.create(public_id="XP-999999", name="Body of measurements", **INVENTED),
        in_force=days,
        obligation=days,
        **INVENTED,
    )
    for code in AREAS:
        area = Area.objects.create(code=code, name=code.title(), **INVENTED)
        BodyArea.objects.create(body=body, kind=body.kind, area=area, during=days, **sourced)
    return body


def write_return(path: Path, rows: int, *, seed: int = 1) -> Path:
    """A funding table of ``rows`` agreements in three tiers, the core columns, as CSV; the same for the same seed."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows([row.get(name, "") for name in COLUMNS] for row in _rows(rows, seed))
    return path


def _rows(rows: int, seed: int) -> Iterator[dict[str, object]]:
    """Two fifths at tier 2, two fifths below those, the rest below these; no two alike."""
    chance = random.Random(seed)
    services, terms = CODE_LISTS["service_category"], ("contract", "grant", "spot-purchase")
    terms = [term for term in terms if term in CODE_LISTS["funding_type"]]
    providers, second, third = max(rows // ROWS_PER_PROVIDER, 40), rows * 2 // 5, rows * 4 // 5
    for number in range(rows):
        tier = 2 if number < second else 3 if number < third else 4
        upstream = number - second if tier == 3 else number - second if tier == 4 else None
        # Below the body each provider comes round again with another service; further down it moves on by one, so
        # that nobody pays itself or twice for the same.
        provider = (number + (tier - 2)) % providers
        charity = provider % 10 < 7
        amount = chance.randrange(100, 9_000_000)
        yield {
            "reporting_body": BODY,
            "quarter": str(QUARTER),
            "agreement_ref": f"A-{number + 1:06}",
            "upstream_ref": "" if upstream is None else f"A-{upstream + 1:06}",
            "tier": tier,
            "provider_name": f"Provider {provider:05} of measurements",
            "charity_number": 9_700_000 + provider if charity else "",
            "company_number": "" if charity else f"09{provider:06}",
            "service_category": services[number // providers % len(services)],
            "service_summary": f"{chance.choice(WHAT)} for {chance.choice(WHOM)}, {chance.choice(HOW)}",
            "area": chance.choice(("ALL", AREAS[0], f"{AREAS[1]};{AREAS[2]}", AREAS[3])),
            "funding_type": chance.choice(terms),
            "start_date": f"{2014 + tier}-{chance.randrange(4, 7):02}-{chance.randrange(1, 29):02}",
            "end_date": "" if chance.random() < 0.5 else "2021-03-31",
            "amount_paid_gbp": f"{amount // 100}.{amount % 100:02}",
            "amount_to_date_gbp": f"{amount // 100}.{amount % 100:02}",
        }
