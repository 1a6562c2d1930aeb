"""Feedback: written, opened, reported and hidden, and notes to the organisers."""
