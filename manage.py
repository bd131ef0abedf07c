#!/usr/bin/env python
"""Run a management command, with the embedded servers up for those commands that need them."""

import os
import sys

from config import embedded

# Everything else may touch the database.
WITHOUT_SERVERS = {
    "check",
    "collectstatic",
    "compilemessages",
    "help",
    "makemigrations",
    "makemessages",
    "spectacular",
    "version",
}


def _needs_servers(arguments: list[str]) -> bool:
    if not arguments or "--help" in arguments or "-h" in arguments or "--version" in arguments:
        return False
    return arguments[0] not in WITHOUT_SERVERS


def main() -> None:
    """Exit with 2 when the servers cannot be had; the reason stands on standard error."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if _needs_servers(sys.argv[1:]):
        try:
            embedded.ensure()
        except embedded.CannotStart as error:
            sys.stderr.write(f"{error}\n")
            sys.exit(2)
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
