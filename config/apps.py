"""Django's view of the composition: a place for the management commands that run the whole."""

from django.apps import AppConfig


class ConfigApp(AppConfig):
    name = "config"
