"""Attacks on signed files: what each does, and how a verifier must judge it.

`families` holds the builders, one small function an attack; `table` gives the rows. The expected
verdicts come from the standards and the literature, never from what our verifier says.
"""
