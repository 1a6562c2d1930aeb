from matching.engine.columns import Postings


def postings(*rows):
    lists = Postings()
    for row in rows:
        lists.put(row, ["law"])
    return lists


def test_an_unknown_key_has_no_rows():
    assert postings(1).rows("art").tolist() == []


def test_a_key_has_the_rows_that_were_put():
    assert sorted(postings(1, 2, 5).rows("law").tolist()) == [1, 2, 5]


def test_a_list_grows_beyond_its_first_capacity():
    assert sorted(postings(*range(100)).rows("law").tolist()) == list(range(100))


def test_a_cleared_row_leaves_the_list_and_can_come_back():
    lists = postings(1, 2, 5)

    lists.clear(1, ["law"])
    assert sorted(lists.rows("law").tolist()) == [2, 5]

    lists.put(1, ["law"])
    assert sorted(lists.rows("law").tolist()) == [1, 2, 5]
