"""The benchmark of matching: a synthetic community in a database of its own, and what to compare the engine with."""
