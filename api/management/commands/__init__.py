"""Management commands of the API door."""
