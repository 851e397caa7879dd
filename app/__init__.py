"""Teken: sign PDFs on your own device.

The way of a document: inbox -> preview -> sign -> outbox -> backend -> recipient.
`views` show it, `state` remembers what is shown, `actions` has one function per step,
`services` keep and carry bytes, `crypto` turns bytes into signed bytes.
A room imports only to its right:
main -> wiring -> views -> state -> actions -> services -> crypto -> model | errors.
"""

__version__ = "0.1.0"
