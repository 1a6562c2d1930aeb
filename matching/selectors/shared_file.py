"""One object in a file, whose large arrays stay there: processes that map the file share their memory.

A process that changes a mapped array gets copies of the pages it changes, for itself (MAP_PRIVATE). A new file replaces
the old one by a rename, and who has mapped the old one keeps it. The file is a pickle: only those of the own user are
read.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import pickle
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

MAGIC = b"mentors1"
HEAD = struct.Struct("<8sQQ")  # MAGIC, the length of the pickle, the number of arrays
SIZE = struct.Struct("<Q")
# Smaller arrays are part of the pickle.
LARGE_FROM_BYTES = 4096
ALIGNED_TO = 64

# Tells a file from another one that was put in its place.
Version = tuple[int, int]


class Damaged(ValueError):
    """A file that cannot be read as what it should be."""


def version_of(path: Path) -> Version | None:
    """Return the version of the file, None if there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns


def write(value: object, path: Path) -> None:
    """Put ``value`` into the file ``path``, in place of the file that is there. Raises OSError, and then it stays."""
    arrays: list[memoryview] = []

    def keep(buffer: pickle.PickleBuffer) -> bool:
        raw = buffer.raw()
        if raw.nbytes < LARGE_FROM_BYTES:
            return True
        arrays.append(raw)
        return False

    pickled = pickle.dumps(value, protocol=5, buffer_callback=keep)
    path.parent.mkdir(parents=True, exist_ok=True)
    # Others may not read a temporary file.
    with NamedTemporaryFile(dir=path.parent, prefix=f"{path.name}.", delete=False) as file:
        new = Path(file.name)
        try:
            file.write(HEAD.pack(MAGIC, len(pickled), len(arrays)))
            for array in arrays:
                file.write(SIZE.pack(array.nbytes))
            file.write(pickled)
            for array in arrays:
                file.write(bytes(-file.tell() % ALIGNED_TO))
                file.write(array)
            file.flush()
            os.fsync(file.fileno())
            new.replace(path)
        finally:
            new.unlink(missing_ok=True)


def read(path: Path) -> Any:
    """Return the value in the file. Raises FileNotFoundError, and Damaged for a file that ``write`` did not write."""
    with path.open("rb") as file:
        found = os.fstat(file.fileno())
        if found.st_uid != os.geteuid():
            raise Damaged(f"{path} belongs to another user; remove it.")
        if found.st_size < HEAD.size:
            raise Damaged(f"{path} is no file of this program; remove it.")
        mapped = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY))
    magic, pickled, count = HEAD.unpack_from(mapped)
    if magic != MAGIC:
        raise Damaged(f"{path} is no file of this program; remove it.")
    try:
        at = HEAD.size + SIZE.size * count
        sizes = [size for (size,) in SIZE.iter_unpack(mapped[HEAD.size : at])]
        stream, at = mapped[at : at + pickled], at + pickled
        arrays = []
        for size in sizes:
            at += -at % ALIGNED_TO
            arrays.append(mapped[at : at + size])
            at += size
        if at != len(mapped):
            raise Damaged(f"{path} has {len(mapped):,} bytes and not {at:,}; remove it.")
        return pickle.loads(stream, buffers=arrays)  # noqa: S301 — own file
    except Damaged:
        raise
    except Exception as fault:  # a pickle of other code, or cut off, can fail in any way
        raise Damaged(f"{path} cannot be read ({fault!r}); remove it.") from None


@contextmanager
def locked(path: Path, *, wait: bool) -> Iterator[bool]:
    """Hold the lock of the file ``path`` among all processes of the machine. Without ``wait``, yield False if taken."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(f"{path.name}.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        os.utime(lock.fileno())  # it is in use
        yield True
