"""`manage.py up`: run the site for real, web, worker and clock, until Ctrl-C."""

import os
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config import running


class Command(BaseCommand):
    help = "Bring the database up to date, then run web, worker and clock until Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--host", default="127.0.0.1", help="address to listen on (default: this machine only)"
        )
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))
        parser.add_argument(
            "--concurrency", type=int, default=2, help="shards screened at a time (default: 2)"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            running.check_port(options["port"], host=options["host"])
            self._prepare()
            with running.everything(
                port=options["port"],
                host=options["host"],
                concurrency=options["concurrency"],
                log_dir=settings.HAYWARD_HOME / "log",
            ) as site:
                site.wait_ready()
                self.stdout.write(f"Hayward is up at {site.url}; Ctrl-C stops it.")
                site.wait()
        except KeyboardInterrupt:
            self.stdout.write("Stopped.")
        except (running.PortTaken, running.ProgramDied, TimeoutError) as error:
            raise CommandError(str(error)) from error

    def _prepare(self) -> None:
        call_command("create_keys", stdout=self.stdout)
        call_command("migrate", interactive=False, verbosity=0, stdout=self.stdout)
        if not settings.LOCAL_ONLY:
            call_command("collectstatic", interactive=False, verbosity=0, stdout=self.stdout)
