"""Messages to people, from the row in the database to the inbox. Other apps use write, registry and schedule only."""
