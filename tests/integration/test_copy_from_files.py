"""Rows on their way into PostgreSQL: does COPY store exactly the texts that were read?"""

import csv

import pytest
from django.db import connection
from psycopg2 import ProgrammingError

from portal.copying import OPTIONS, RowStream, copy_into
from supplychain.filing.layout import KPI
from supplychain.filing.readers import ReturnPaths, Unreadable, open_return

AWKWARD = [
    "\\.",
    "\n\\.\n",
    "a\rb",
    'say "so", he',
    "\\N",
    "NULL",
    " padded ",
    "Ŵ 🏠 e\u0301",
    "\t",
    "'; --",
    "\u202e",
    "-1",
]


def stream_of(reader) -> RowStream:
    return RowStream((list(map(str, numbers)), *columns) for numbers, columns in reader.batches())


def copied(reader) -> list[tuple]:
    columns = ", ".join(f"{name} text" for name in KPI.names)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE copied (row_number integer, {columns}) ON COMMIT DROP")
        copy_into(cursor.cursor, f"COPY copied FROM STDIN {OPTIONS}", stream_of(reader))
        cursor.execute("SELECT * FROM copied ORDER BY row_number")
        return cursor.fetchall()


@pytest.mark.django_db
def test_awkward_texts_arrive_as_they_were_read(tmp_path):
    path = tmp_path / "kpi.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(KPI.names)
        writer.writerows(["C01", text, "k", "", "1", "", text] for text in AWKWARD)
    with open_return(ReturnPaths(kpi=path)) as opened:
        stored = copied(opened.tables["kpi"])
    assert stored == [(row, "C01", text, "k", None, "1", None, text) for row, text in enumerate(AWKWARD, 2)]


@pytest.mark.django_db
def test_a_fault_late_in_the_file_stops_copy_and_keeps_its_words(tmp_path):
    path = tmp_path / "kpi.csv"
    path.write_bytes((",".join(KPI.names) + "\n" + "C01,q,k,,1,,\n" * 30_000).encode() + b"\xff")
    with open_return(ReturnPaths(kpi=path)) as opened, pytest.raises(Unreadable) as caught:
        copied(opened.tables["kpi"])
    assert caught.value.finding.rule == "F04"


@pytest.mark.django_db
def test_a_fault_of_the_database_stays_its_own(tmp_path):
    path = tmp_path / "kpi.csv"
    path.write_text(",".join(KPI.names) + "\nC01,q,k,,1,,\n")
    with open_return(ReturnPaths(kpi=path)) as opened, connection.cursor() as cursor:
        stream = stream_of(opened.tables["kpi"])
        with pytest.raises(ProgrammingError):
            copy_into(cursor.cursor, f"COPY nowhere FROM STDIN {OPTIONS}", stream)
