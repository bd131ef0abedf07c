"""`manage.py demo_password NAME`: gives one of the demonstration's people a new random password, and prints it."""

import secrets
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from demo import preparing
from moderation.models import User


class Command(BaseCommand):
    help = "Give one of the demonstration's people a new password and print it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", choices=sorted(preparing.PEOPLE))

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["name"]).first()
        if user is None:
            raise CommandError("The demonstration has not been started yet: run `make demo`.")
        password = "-".join(secrets.token_hex(3) for _ in range(3))
        user.set_password(password)
        user.save(update_fields=["password"])
        self.stdout.write(f"{user.username}: {password}")
