"""The file of fitted numbers."""

import json

import pytest

from matching.engine.fitted import FILE, FITTED, Scale, read_fitted


def changed(**changes):
    """Return the text of the shipped file with these entries changed. None: left out."""
    data = json.loads(FILE.read_text()) | changes
    return json.dumps({name: value for name, value in data.items() if value is not None})


def test_the_shipped_file_is_read():
    data = json.loads(FILE.read_text())

    assert read_fitted(FILE.read_bytes()) == FITTED
    assert FITTED.points == data["points"]
    assert FITTED.scales["text"] == Scale(*data["scales"]["text"])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no JSON",
        b"\xff\xfe",
        "[]",
        "7",
        "{}",
        "[" * 100_000,
        changed(points=None),
        changed(points=[1, 2]),
        changed(points={"text": "many"}),
        changed(points={"text": 10**400}),
        changed(scales={"text": [0.1], "sentences": [0.1, 0.2]}),
        changed(mean_of_sentences=None),
        changed(mean_of_sentences={}),
    ],
    ids=range(14),
)
def test_a_damaged_file_is_refused_with_the_remedy(text):
    with pytest.raises(ValueError, match=r"^The fitted numbers cannot be read \(.*\); write them anew with fit_match"):
        read_fitted(text)


@pytest.mark.parametrize("format", [0, 2, "1", []])
def test_a_file_of_another_format_is_refused(format):
    with pytest.raises(ValueError, match=r"have format .*, not 1; write them anew with fit_matching"):
        read_fitted(changed(format=format, points=[]))


@pytest.mark.parametrize("name", ["points", "points_of_facts"])
@pytest.mark.parametrize(
    "points", [{}, {"text": 0}, {"text": -1, "path": 2}, {"text": float("nan")}, {"text": float("inf")}]
)
def test_points_that_do_not_add_up_are_refused(name, points):
    with pytest.raises(ValueError, match="The fitted points are no positive numbers"):
        read_fitted(changed(**{name: points}))


@pytest.mark.parametrize(
    ("scales", "fault"),
    [
        ({"text": [0.1, 0.2]}, "The scale of sentences is missing"),
        ({}, "The scale of sentences, text is missing"),
        ({"text": [0.2, 0.2], "sentences": [0.1, 0.2]}, "The scale of text is no range of cosines"),
        ({"text": [0.1, 0.2], "sentences": [0.3, 0.2]}, "The scale of sentences is no range of cosines"),
        ({"text": [0.1, 1.2], "sentences": [0.1, 0.2]}, "The scale of text is no range of cosines"),
        ({"text": [float("nan"), 0.2], "sentences": [0.1, 0.2]}, "The scale of text is no range of cosines"),
    ],
)
def test_scales_that_are_no_ranges_of_cosines_are_refused(scales, fault):
    with pytest.raises(ValueError, match=fault):
        read_fitted(changed(scales=scales))


@pytest.mark.parametrize("mean", [-0.1, 1.1, float("nan")])
def test_a_mean_outside_of_0_to_1_is_refused(mean):
    with pytest.raises(ValueError, match="The mean of sentences is"):
        read_fitted(changed(mean_of_sentences=mean))
