"""How good the ranking is: what people expect of a community, against what is found, beside simple ways to rank."""
