"""Messages to people: one row from the fact it tells of to the inbox. Other apps use write, registry and schedule."""
