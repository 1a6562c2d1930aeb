"""What matching reads."""
