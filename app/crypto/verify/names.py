"""Names of certificates, made comparable (RFC 5280, 7.1)."""

from __future__ import annotations

import unicodedata

from cryptography import x509

# One set a relative distinguished name: (dotted OID, value). Equal names are equal values.
Name = tuple[frozenset[tuple[str, str | bytes]], ...]


def normal(name: x509.Name) -> Name:
    """The name with its texts prepared, whichever string type they were written in."""
    return tuple(
        frozenset((part.oid.dotted_string, _prepared(part.value)) for part in relative)
        for relative in name.rdns
    )


def _prepared(value: str | bytes) -> str | bytes:
    """Case, width and runs of spaces do not count (RFC 4518, 2.2 to 2.6)."""
    if isinstance(value, bytes):  # a BIT STRING, as in x500UniqueIdentifier
        return value
    return " ".join(unicodedata.normalize("NFKC", value).casefold().split())
