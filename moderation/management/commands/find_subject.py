"""`manage.py find_subject`: where a person's address, number or name stands, over all datasets."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from moderation import subjects


class Command(BaseCommand):
    help = (
        "Read one value from the standard input (so that no list of commands keeps it) and print where it was found: "
        "dataset, release, shard, row, kind. Only for a person who has shown that the value is theirs."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        value = sys.stdin.readline().strip()
        if not value:
            raise CommandError(
                "Give the value on the standard input, for example: … find_subject < value.txt"
            )
        count = 0
        for finding in subjects.occurrences(value).prefetch_related("item__locations__shard__release"):
            for place in finding.item.locations.all():
                count += 1
                where = (
                    f"{finding.item.dataset}\t{place.shard.release.version}\t{place.shard.path}\t{place.row}"
                )
                self.stdout.write(f"{where}\t{finding.kind}")
        self.stderr.write(f"Found in {count} place{'' if count == 1 else 's'}.")
