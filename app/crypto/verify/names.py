"""Names of certificates, made comparable (RFC 5280, 7.1)."""

from __future__ import annotations

import unicodedata
from collections.abc import Hashable

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


def comparable(name: x509.GeneralName) -> tuple[type[x509.GeneralName], Hashable]:
    """A general name as a value that is equal to that of an equal name."""
    value = name.value
    return type(name), normal(value) if isinstance(value, x509.Name) else value


def point_names(
    point: x509.DistributionPoint | x509.IssuingDistributionPoint, issuer: Name
) -> frozenset[object] | None:
    """The names of a distribution point, comparable, or None where it has none (4.2.1.13).

    `issuer` is the issuer of the CRL, to which a relative name is relative.
    """
    if point.full_name is not None:
        return frozenset(map(comparable, point.full_name))
    if point.relative_name is not None:
        name = x509.Name([point.relative_name])
        return frozenset({(x509.DirectoryName, (*issuer, *normal(name)))})
    return None
