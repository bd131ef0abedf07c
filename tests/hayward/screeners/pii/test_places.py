"""Places: the same as numpy finds, whatever the length of the mask."""

import numpy as np
import pytest

from hayward.screeners.pii.places import places


@pytest.mark.parametrize("size", [0, 1, 7, 8, 9, 64, 1003])
@pytest.mark.parametrize("share", [0.0, 0.02, 0.5, 1.0])
def test_places_are_those_of_flatnonzero(size: int, share: float) -> None:
    mask = np.random.default_rng(size).random(size) < share

    assert places(mask).tolist() == np.flatnonzero(mask).tolist()
