"""Small charts as shapes: plain values that a template draws as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, BAR = 240, 40, 12
GAP = 2


@dataclass(frozen=True, slots=True)
class Rectangle:
    """Coordinates and sizes as attributes of SVG. ``number`` counts parts from 1, for their colours."""

    x: str
    y: str
    width: str
    height: str
    number: int


@dataclass(frozen=True, slots=True)
class Chart:
    """``label`` says what the chart shows, for those who do not see it."""

    label: str
    width: int
    height: int
    rectangles: tuple[Rectangle, ...]


def divided_bar(parts: Sequence[tuple[str, float]]) -> Chart | None:
    """Return a bar that is divided into labelled parts. None if all are zero."""
    total = sum(size for _label, size in parts)
    if not total:
        return None
    rectangles, x = [], 0.0
    for number, (_label, size) in enumerate(parts, start=1):
        width = WIDTH * size / total
        if size:
            rectangles.append(Rectangle(f"{x:.1f}", "0", f"{width:.1f}", str(BAR), number))
        x += width
    label = ", ".join(f"{label}: {size:g}" for label, size in parts)
    return Chart(label, WIDTH, BAR, tuple(rectangles))


def columns(counts: Sequence[int]) -> Chart | None:
    """Return a column for each count, the highest over the whole height. None if all are zero."""
    most = max(counts, default=0)
    if not most:
        return None
    step = WIDTH / len(counts)
    rectangles = []
    for index, count in enumerate(counts):
        height = max(1.0, HEIGHT * count / most) if count else 0.0
        if count:
            rectangles.append(
                Rectangle(f"{index * step:.1f}", f"{HEIGHT - height:.1f}", f"{step - GAP:.1f}", f"{height:.1f}", 1)
            )
    label = f"In {len(counts)} equal parts of the period: {', '.join(map(str, counts))}"
    return Chart(label, WIDTH, HEIGHT, tuple(rectangles))
