"""Sessions: proposed with times to choose from, taken, moved, changed and cancelled."""
