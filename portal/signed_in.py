"""Which addresses ask who is there, and as whom does the process act in the database meanwhile?"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error, connection

# Everything below these asks for a sign-in or a token; everything else is public and knows nobody.
ADDRESSES = ("/filing/", "/api/v1/returns/", "/demonstration/api/v1/returns/", "/audits/manage/", "/admin/")


@contextmanager
def taken_on(role: str) -> Iterator[None]:
    """Act as a role until the block ends, then again as what the process is.

    Whatever happened in between, no connection is left in the role: one that can't give it back is closed, and a
    new one begins as what the process is. Raises ``ProgrammingError`` where the login is no member of the role.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {connection.ops.quote_name(role)}")
    try:
        yield
    finally:
        if connection.connection is not None:
            try:
                with connection.cursor() as cursor:
                    cursor.execute("RESET ROLE")
            except Error:
                connection.close()
