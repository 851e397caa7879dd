"""Names of certificates, made comparable (RFC 5280, 7.1)."""

from __future__ import annotations

import unicodedata
from collections.abc import Hashable
from functools import lru_cache

from cryptography import x509

from app.crypto.verify.asn1 import OID, SEQUENCE, SET, Members, Node, parse_all

_BITS = 0x03
# UTF8, Numeric, Printable, Teletex, IA5, Visible, Universal and BMPString (X.680, 41)
_TEXTS = {
    0x0C: "utf-8",
    0x12: "ascii",
    0x13: "ascii",
    0x14: "latin-1",
    0x16: "ascii",
    0x1A: "ascii",
    0x1C: "utf-32-be",
    0x1E: "utf-16-be",
}

# One set a relative distinguished name: (dotted OID, value). Equal names are equal values.
Name = tuple[frozenset[tuple[str, str | bytes]], ...]


def normal(name: x509.Name) -> Name:
    """The name with its texts prepared, whichever string type they were written in."""
    return tuple(
        frozenset((part.oid.dotted_string, _prepared(part.value)) for part in relative)
        for relative in name.rdns
    )


@lru_cache(maxsize=256)
def read(data: bytes) -> Name:
    """The same of an encoded Name that stands outside of a certificate. Raises BadAsn1."""
    relatives = parse_all(data).of(SEQUENCE).children()
    return tuple(frozenset(map(_part, each.of(SET).children())) for each in relatives)


def _part(node: Node) -> tuple[str, str | bytes]:
    members = Members(node.of(SEQUENCE))
    kind, value = members.next(OID).oid(), members.next(*_TEXTS, _BITS)
    members.end()
    if value.tag == _BITS:
        return kind, value.content
    return kind, _prepared(value.content.decode(_TEXTS[value.tag], "replace"))


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
