"""Texts by meaning: which texts a profile and a request have, and the vectors they are compared by."""
