"""PostgreSQL and Redis of our own, for whoever has none: started on need, gone with the last program."""
