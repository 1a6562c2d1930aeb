"""The page of a session, from a mail or logged in: its times, its place, and what the reader can do."""
