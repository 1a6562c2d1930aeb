"""Pages in a real Chromium, on the real PostgreSQL."""
