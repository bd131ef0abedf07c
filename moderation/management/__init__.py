"""Management commands of moderation."""
