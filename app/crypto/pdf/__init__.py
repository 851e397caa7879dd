"""PDF as a signer needs it (ISO 32000-2): read a little, append a revision, draw a stamp."""
