"""The door for programs: the HTTP API."""
