"""The benchmark: synthetic communities, what is measured on them, and two other ways to rank as a comparison."""
