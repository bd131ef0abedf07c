"""Names of people and street addresses in text, found without any download and, where a model is given, with it."""
