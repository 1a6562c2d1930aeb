"""Practice records: writing, sharing, and feedback on answers."""
