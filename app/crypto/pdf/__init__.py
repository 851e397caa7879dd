"""PDF as a signer needs it (ISO 32000-2): read a little, strictly; append a revision; draw a stamp."""
