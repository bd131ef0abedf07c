"""The bundled demonstration dataset, and the program that made it."""
