"""Do pictures by quarter keep kinds of return apart, and tell a quarter that names nobody from one not published?"""

from portal.quarters import Quarter
from supplychain.models import Publication
from supplychain.public.over_time import providers_by_quarter


def counted(period: str, providers: int, kind: str = "filed") -> tuple[Quarter, str, int]:
    return Quarter.parse(period), kind, providers


def versions(*periods: str) -> list[Publication]:
    return [Publication(period=period) for period in periods]


def test_quarters_between_are_told_apart() -> None:
    published = versions("2017-18 Q4", "2018-19 Q1", "2018-19 Q2", "2018-19 Q4")
    (picture,) = providers_by_quarter([counted("2018-19 Q1", 3), counted("2018-19 Q4", 5)], published, "here")
    assert [(str(point.quarter), point.value, point.reason) for point in picture.filled] == [
        ("2018-19 Q1", 3, ""),
        ("2018-19 Q2", None, "not-named"),
        ("2018-19 Q3", None, "none"),
        ("2018-19 Q4", 5, ""),
    ]
    assert picture.takeaway == f"5 in {Quarter(2018, 4).label} (filed by bodies)."


def test_kinds_of_return_have_pictures_of_their_own() -> None:
    given = [counted("2018-19 Q1", 3), counted("2018-19 Q2", 4), counted("2018-19 Q2", 9, "compiled")]
    found = providers_by_quarter(given, versions("2018-19 Q1", "2018-19 Q2"), "here")
    assert [[point.value for point in picture.filled] for picture in found] == [[3, 4]], "one quarter is no course"
