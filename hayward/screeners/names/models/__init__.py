"""Models that find names and addresses, loaded from a folder on this machine, never downloaded."""

from hayward.screeners.names.models.base import Model
from hayward.screeners.names.models.choosing import models_from

__all__ = ["Model", "models_from"]
