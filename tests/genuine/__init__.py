"""Genuine signed files, by our signer and by other people's: none of them may be refused.

`families` holds the builders; `table` gives the rows. What is expected comes from how a file was
made, never from what our verifier says.
"""
