"""The outcome of a mentorship: its scale, and its ratings."""
