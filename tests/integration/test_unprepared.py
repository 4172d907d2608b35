"""What does a command say where the portal was never started and its database is empty?"""

import json
import os
import subprocess
import sys

import pytest

from portal.commands import UNPREPARED
from tests import databases


@pytest.fixture
def empty_database(database_server, django_db_setup, django_db_blocker):
    """A database without any table, as the environment for another process."""
    with django_db_blocker.unblock():
        name = f"test_{os.getpid()}_empty"
        database_server.drop(name)
        database_server.clone("template0", name)
        yield os.environ | {"DATABASE_URL": databases.url_of(name), "DJANGO_SETTINGS_MODULE": "portal.settings"}
        database_server.drop(name)


def test_a_sentence_and_no_trace(empty_database, tmp_path) -> None:
    (tmp_path / "funding.csv").write_text("tier\n2\n", encoding="utf-8")
    for arguments, code in (
        (("check_return", "funding.csv", "--json"), 2),
        (("file_return", "funding.csv", "--by", "preparer", "--json"), 2),
        (("submit_return", "C01", "2018-19 Q1", "--by", "preparer"), 1),
    ):
        ended = subprocess.run(
            [sys.executable, "-W", "error", databases.settings.BASE_DIR / "manage.py", *arguments],
            env=empty_database,
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )
        assert ended.returncode == code
        assert UNPREPARED in ended.stderr and "Traceback" not in ended.stderr
        if "--json" in arguments:
            assert json.loads(ended.stdout)["issues"][0]["message"] == UNPREPARED
