import numpy as np
import pytest

from matching.engine.columns import LONG, Extent, Postings


@pytest.fixture(params=[4, 4 * LONG], ids=["long", "short"])
def law(request):
    """A list that was read once: kept as a column too, if it is long."""
    extent = Extent()
    extent.size = extent.room = request.param
    postings = Postings(extent)
    postings.put(1, {"law": 0})
    postings.put(2, {"law": 0})
    on_it(postings, extent)
    return postings, extent


def on_it(postings, extent):
    """Return the rows to which something is added for being on the list."""
    counted = np.zeros(extent.size, dtype=np.int16)
    postings.add_to(counted, 5, "law")
    assert set(counted.tolist()) <= {0, 5}
    return np.flatnonzero(counted).tolist()


def test_it_is_added_to_those_on_the_list(law):
    assert on_it(*law) == [1, 2]


def test_nothing_is_added_to_those_who_left_the_list(law):
    postings, extent = law

    postings.clear(1, ["law"])

    assert on_it(postings, extent) == [2]


def test_it_is_added_to_those_who_came_after_the_table_grew(law):
    postings, extent = law

    extent.room = extent.size = extent.size + 2
    postings.grow()
    postings.put(extent.size - 1, {"law": 0})

    assert on_it(postings, extent) == [1, 2, extent.size - 1]


def test_it_is_added_in_the_new_order(law):
    postings, extent = law

    postings.arrange(np.roll(np.arange(extent.size), 1))

    assert on_it(postings, extent) == [2, 3]
