"""Personal data in text, found by whole-array operations over the column's bytes: a file per kind."""
