"""Next steps: adding, changing and settling them."""
