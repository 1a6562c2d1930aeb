"""One object in a file that processes map: large arrays are shared, and changes stay with the process."""

from __future__ import annotations

import os
import re
from pathlib import Path

import numpy as np
import pytest

from matching.selectors.shared_file import LARGE_FROM_BYTES, Damaged, locked, read, version_of, write

ROWS = 20_000


@pytest.fixture
def path(tmp_path):
    return tmp_path / "folder" / "numbers"


def numbers() -> dict[str, object]:
    return {
        "wide": np.arange(ROWS * 3, dtype=np.float32).reshape(ROWS, 3),
        "by column": np.asfortranarray(np.arange(ROWS * 3).reshape(ROWS, 3)),
        "records": np.ones(ROWS, dtype=[("role", np.int32), ("year", np.int64)]),
        "small": np.arange(3),
        "empty": np.empty((0, 4)),
        "words": {"a": 1},
    }


def same(one: dict[str, object], other: dict[str, object]) -> bool:
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)


def own_bytes() -> int:
    """Return the bytes of memory that this process cannot share."""
    rollup = Path("/proc/self/smaps_rollup").read_text()
    return 1024 * int(re.search(r"^Private_Dirty:\s+(\d+) kB", rollup, re.MULTILINE)[1])


def test_an_object_is_read_as_it_was_written(path):
    write(numbers(), path)

    assert same(read(path), numbers())


def test_a_change_stays_with_the_process(path):
    write(numbers(), path)

    mine = read(path)
    mine["wide"][:] = 0
    mine["small"][:] = 0

    assert same(read(path), numbers())


def test_a_mapped_file_stays_when_another_one_takes_its_place(path):
    write(numbers(), path)
    mine, before = read(path), version_of(path)

    write({"wide": np.zeros(ROWS)}, path)

    assert same(mine, numbers())
    assert read(path).keys() == {"wide"}
    assert version_of(path) != before


def test_large_arrays_take_no_memory_of_the_process(path):
    write({"large": np.ones(4_000_000)}, path)
    before = own_bytes()

    mine = read(path)

    assert mine["large"].sum() == 4_000_000
    assert own_bytes() - before < mine["large"].nbytes / 4


def test_the_file_is_for_the_own_user(path):
    write(numbers(), path)

    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: b"",
        lambda raw: b"a text that somebody put here, long enough for a head",
        lambda raw: raw[: len(raw) // 2],
        lambda raw: raw[:-1],
        lambda raw: raw + b"\0",
        lambda raw: raw[:8] + b"\xff" * 8 + raw[16:],
        lambda raw: raw[:80] + bytes(200) + raw[280:],
    ],
)
def test_a_damaged_file_is_refused(spoil, path):
    write(numbers(), path)
    path.write_bytes(spoil(path.read_bytes()))

    with pytest.raises(Damaged, match="remove it"):
        read(path)


def test_a_file_of_another_user_is_not_read(path, monkeypatch):
    write(numbers(), path)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)

    with pytest.raises(Damaged, match="another user"):
        read(path)


def test_a_write_that_fails_leaves_the_old_file(path, monkeypatch):
    write(numbers(), path)

    def full(descriptor: int) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write({"large": np.zeros(LARGE_FROM_BYTES)}, path)

    assert same(read(path), numbers())
    assert list(path.parent.iterdir()) == [path]


def test_the_lock_is_held_by_one(path):
    with locked(path, wait=False) as mine, locked(path, wait=False) as other:
        assert (mine, other) == (True, False)


def test_the_lock_is_free_again(path):
    with locked(path, wait=False):
        pass

    with locked(path, wait=False) as mine:
        assert mine
