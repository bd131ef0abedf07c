"""The public, tamper-evident changelog: builds its bytes, verifies them without trusting who sent them."""
