"""Does the API answer anything that its schema does not say? ``make fuzz`` asks it what nobody thought of.

schemathesis makes requests from the schema, and others that break it, against a web process of our own with the
demonstration loaded; its report is printed as it is. Ends with what schemathesis ends with.
"""

import os
import sys

from portal.embedded import hold

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
EXAMPLES = "150"


def main() -> int:
    """Ask each operation some hundred times."""
    server = hold.database()
    import django

    django.setup()
    from tests import databases
    from tests.conftest import child_environment
    from tests.fuzz.asking import ask, token_of

    with databases.own_database() as folder:
        environment = child_environment(folder / "files") | {"DATABASE_URL": databases.current_url()}
        token = ("--header", f"Authorization: Bearer {token_of('preparer')}")
        options = ("--max-examples", EXAMPLES, "--generation-database", "none", *token, *sys.argv[1:])
        ended = ask(environment, *options).returncode
    if server is not None:
        server.leave()
    return ended


if __name__ == "__main__":
    sys.exit(main())
