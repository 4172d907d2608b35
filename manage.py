#!/usr/bin/env python
"""How is the portal told what to do from a command line? Works beside a running `make run` and without it."""

import os
import sys

# Commands that need no database; all others hold the embedded one for as long as they run.
WITHOUT_DATABASE = {"", "help", "version", "--version", "--help", "-h", "collectstatic", "findstatic", "diffsettings"}


def main() -> int:
    """Run the management command of the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    if command not in WITHOUT_DATABASE and not {"--help", "-h"} & set(sys.argv):
        from portal.embedded import hold  # after the environment is set, and only where it is needed

        try:
            hold.database()
        except hold.ServiceFailed as problem:
            sys.stderr.write(f"{problem}\n")
            return 1
        except PermissionError as problem:
            sys.stderr.write(f"This account may not write {problem.filename}, which another account made.\n")
            return 1
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
