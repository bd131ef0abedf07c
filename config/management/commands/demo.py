"""`manage.py demo`: the whole of Hayward on this machine, with people and a dataset to try it on."""

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from config import running
from datasets_app import registering, storage
from datasets_app.models import Release
from demo import preparing
from hayward import formats
from moderation import reports

SHOW_EVERY = 0.5


class Command(BaseCommand):
    help = (
        "Start everything, make people to log in as, register a dataset, screen it, and stay up until Ctrl-C."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--data", default="", help="a folder, file or glob of Parquet or JSONL to use instead"
        )
        parser.add_argument("--empty", action="store_true", help="register no dataset")
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))
        parser.add_argument(
            "--passwords", type=Path, help="also write the passwords to this file, for programs"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            running.check_port(options["port"])
            sources = self._sources(options)
            self._allow_reading(sources)
            self._prepare(options["passwords"])
            with running.everything(port=options["port"], log_dir=settings.HAYWARD_HOME / "log") as site:
                self._serve(site, sources)
        except KeyboardInterrupt:
            self.stdout.write("\nStopped. Everything is kept; `make demo` goes on from here.")
        except (
            running.PortTaken,
            running.ProgramDied,
            TimeoutError,
            formats.UnreadableShard,
            registering.UnableToRegister,
            storage.NotAllowed,
        ) as error:
            raise CommandError(str(error)) from error

    def _sources(self, options: dict[str, Any]) -> Sequence[preparing.Source]:
        if options["empty"]:
            return ()
        if options["data"]:
            return (preparing.source_of(options["data"]),)
        return preparing.bundled(settings.HAYWARD_HOME / "pictures")

    def _allow_reading(self, sources: Sequence[preparing.Source]) -> None:
        """Let this site, and the programs it starts, read these folders."""
        roots = [source.root for source in sources]
        settings.HAYWARD_DATA_ROOTS = [*settings.HAYWARD_DATA_ROOTS, *roots]
        os.environ["HAYWARD_DATA_ROOTS"] = ":".join(settings.HAYWARD_DATA_ROOTS)

    def _prepare(self, passwords_file: Path | None) -> None:
        self.stdout.write("Preparing the database …")
        call_command("create_keys", verbosity=0, stdout=self.stdout)
        call_command("migrate", interactive=False, verbosity=0, stdout=self.stdout)
        passwords = preparing.make_people()
        if passwords_file:
            preparing.write_passwords(passwords_file, passwords)
        elif passwords:
            self._show_people(passwords)
        else:
            self.stdout.write(
                "The people of the first start are there; `make password NAME=alice` gives one a new password."
            )

    def _show_people(self, passwords: dict[str, str]) -> None:
        self.stdout.write("\nPeople to log in as (their passwords are shown this once):")
        for name, password in passwords.items():
            self.stdout.write(f"  {name:<6} {preparing.PEOPLE[name].label:<12} {password}")

    def _serve(self, site: running.Site, sources: Sequence[preparing.Source]) -> None:
        site.wait_ready()
        self.stdout.write(f"\nHayward is up at {site.url}\n")
        releases = [preparing.register(source, at=timezone.now()) for source in sources]
        for release in releases:
            self._screen(site, release)
        if releases:
            self._suggest(site.url, [release.dataset.slug for release in releases])
        self.stdout.write("Ctrl-C stops it.")
        self.stdout.flush()
        site.wait()

    def _screen(self, site: running.Site, release: Release) -> None:
        """Show how the worker gets on until the release is screened."""
        while not preparing.is_screened(release):
            site.check()
            if sys.stdout.isatty():
                self.stdout.write(
                    f"\rScreening {release}: {reports.progress(release).percent} %  ", ending=""
                )
                self.stdout.flush()
            time.sleep(SHOW_EVERY)
        done = reports.progress(release)
        self.stdout.write(
            f"\rScreened {release}: {done.records} records read = {done.passed} passed + {done.flagged} flagged "
            f"+ {done.held} held; {done.findings} findings in {done.done} shards"
            + (f", {done.held_shards} shards held" if done.held_shards else "")
            + "."
        )

    def _suggest(self, url: str, slugs: Sequence[str]) -> None:
        slug = slugs[0]
        pictures = f", or the pictures: {url}/queue/?dataset={slugs[1]}" if len(slugs) > 1 else ""
        self.stdout.write(
            f"""
What to try:
  1. {url}/accounts/login/   log in as alice, then {url}/queue/ and "Start reviewing"{pictures}
  2. {url}/datasets/{slug}/   the release, its screening, and the commands for copies
  3. {url}/notices/new/   ask for a removal, as anybody can
  4. {url}/changelog/{slug}/   the public log, after the first decision
  5. .venv/bin/hayward log pull {slug} --server {url} --out ~/{slug}-log
"""
        )
