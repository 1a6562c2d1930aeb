"""Ways out of the house: mail and Slack, each in two phases."""
