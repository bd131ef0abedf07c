"""Lets `python -m hayward.cli` be `hayward`."""

import sys

from hayward.cli import main

sys.exit(main())
