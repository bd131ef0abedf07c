"""What is decided about: datasets, their releases and shards, and the items in them that something points at."""
