import numpy as np
import pytest

from matching.engine.columns import LONG, Extent, Postings


@pytest.mark.parametrize("size", [4, 4 * LONG])
def test_what_is_added_to_a_list_goes_to_those_who_are_on_it_now(size):
    """Through a column where the list is long, and through the list where it is short."""
    extent = Extent()
    extent.size = extent.room = size
    postings = Postings(extent)
    postings.put(1, {"law": 0})
    postings.put(2, {"law": 0})
    assert added(postings, size)[:4] == [0, 5, 5, 0]

    postings.clear(1, ["law"])
    extent.size = extent.room = size + 2
    postings.grow()
    postings.put(size + 1, {"law": 0})
    assert added(postings, size + 2) == [0, 0, 5, *[0] * (size - 2), 5]

    postings.arrange(np.arange(size + 2)[::-1])
    assert added(postings, size + 2) == [5, *[0] * (size - 2), 5, 0, 0]


def added(postings, size):
    counted = np.zeros(size, dtype=np.int16)
    postings.add(5, "law", to=counted)
    return counted.tolist()
