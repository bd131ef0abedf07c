"""Talks to a Hayward server over its HTTP API and keeps verified copies of public logs."""
