"""Services for a machine that has none: `make run` uses them, and so do the tests."""
