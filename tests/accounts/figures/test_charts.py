"""Charts as shapes."""

from accounts.figures.charts import columns, divided_bar


def test_a_bar_is_divided_by_the_sizes_of_its_parts():
    chart = divided_bar([("yes", 1), ("no", 0), ("no answer", 3)])

    assert chart.label == "yes: 1, no: 0, no answer: 3"
    assert [(part.x, part.width, part.number) for part in chart.rectangles] == [
        ("0.0", "60.0", 1),
        ("60.0", "180.0", 3),
    ]


def test_a_bar_without_anything_is_not_drawn():
    assert divided_bar([("yes", 0), ("no", 0)]) is None
    assert divided_bar([]) is None


def test_the_highest_column_has_the_whole_height():
    chart = columns([0, 1, 1000, 500])

    assert chart.label == "In 4 equal parts of the period: 0, 1, 1000, 500"
    # A column of one among a thousand is still seen.
    assert [(part.x, part.y, part.height) for part in chart.rectangles] == [
        ("60.0", "39.0", "1.0"),
        ("120.0", "0.0", "40.0"),
        ("180.0", "20.0", "20.0"),
    ]


def test_columns_of_nothing_are_not_drawn():
    assert columns([0, 0]) is None
    assert columns([]) is None
