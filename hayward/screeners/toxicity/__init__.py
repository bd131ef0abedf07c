"""Toxic language: Detoxify where its weights are, else a small linear model, and a plain word on which it is."""
