"""Do files that are far too large, or bad in every row, end soon and in little memory?"""

import os
from collections.abc import Iterator

import pytest

from tests import databases
from tests.cases.children import try_apart
from tests.cases.large import CASES, SLOW
from tests.conftest import child_environment
from tests.integration.filing_world import make_world


@pytest.fixture(scope="module")
def environment(database_server, django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[dict[str, str]]:
    """What a process of its own needs, to find a database in which the world of the fixtures is kept."""
    before = databases.current_url()
    with django_db_blocker.unblock():
        name = database_server.new_clone()
        url = databases.url_of(name)
        databases.point_django_to(url)
        make_world()
        databases.point_django_to(before)
        yield os.environ | child_environment(tmp_path_factory.mktemp("files")) | {"DATABASE_URL": url}
        database_server.drop(name)


@pytest.mark.parametrize(
    "case", [*CASES, *(pytest.param(case, marks=pytest.mark.long) for case in SLOW)], ids=lambda case: case.name
)
def test_it_ends_soon_and_in_little_memory(case, environment, tmp_path) -> None:
    _outcome, wrong = try_apart(case, tmp_path, environment)
    for path in tmp_path.iterdir():
        path.unlink()  # folders of tests are kept, and these files are large
    assert wrong == []
