"""The services and tools of a machine that has none of its own: `make run`, and the servers of the tests."""
