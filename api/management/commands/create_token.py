"""`manage.py create_token`: makes an API token for a user and prints it, this once."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from api import tokens
from api.models import Scope
from moderation.models import User


class Command(BaseCommand):
    help = "Make an API token for a user and print it. It cannot be shown again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", help="user name of the token's owner")
        parser.add_argument("--label", default="made by create_token", help="what the token is for")
        parser.add_argument("--days", type=int, default=90, help="days until it expires (default: 90)")
        parser.add_argument(
            "--scope",
            action="append",
            choices=Scope.values,
            help="what it may be used for; may be repeated (default: everything)",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["user"]).first()
        if user is None:
            raise CommandError(f"There is no user {options['user']}.")
        scopes = [Scope(value) for value in options["scope"] or Scope.values]
        valid_for = timedelta(days=options["days"])
        self.stdout.write(tokens.issue(user=user, label=options["label"], scopes=scopes, valid_for=valid_for))
