"""`manage.py create_member NAME ROLE`: gives a person an account and a role, and prints the first password once."""

import secrets
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from datasets_app.models import Dataset
from moderation.kinds import Role
from moderation.models import Membership, User


class Command(BaseCommand):
    help = "Make an account if there is none of that name, and give it a role in one dataset or in all."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the user name")
        parser.add_argument("role", choices=Role.values)
        parser.add_argument("--dataset", metavar="SLUG", help="only in this dataset (default: in all)")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        dataset = self._dataset(options["dataset"])
        user = User.objects.filter(username=options["name"]).first()
        if user is None:
            password = secrets.token_urlsafe(15)
            user = User.objects.create_user(username=options["name"], password=password)
            self.stdout.write(f"{user.username} can log in with the password {password} (shown this once).")
        _, is_new = Membership.objects.get_or_create(user=user, dataset=dataset, role=options["role"])
        where = dataset.slug if dataset else "all datasets"
        self.stdout.write(
            f"{user.username} is {'now' if is_new else 'already'} {options['role']} of {where}."
        )

    def _dataset(self, slug: str | None) -> Dataset | None:
        if slug is None:
            return None
        try:
            return Dataset.objects.get(slug=slug)
        except Dataset.DoesNotExist:
            raise CommandError(f"There is no dataset {slug}.") from None
