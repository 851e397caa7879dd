"""Read the CMS of a signature or time stamp: SignedData with one SignerInfo (RFC 5652, 3 and 5).

BER and DER are read alike. Nothing is judged here but the form; the rest is for `signature`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from app.crypto.der import tagged
from app.crypto.verify import embedded, names
from app.crypto.verify.asn1 import (
    INTEGER,
    OCTETS,
    OCTETS_IN_PIECES,
    OID,
    SEQUENCE,
    SET,
    BadAsn1,
    Members,
    Node,
    parse,
    parse_all,
)
from app.crypto.verify.names import Name
from app.crypto.verify.reasons import CMS_FORM, CMS_UNREADABLE, Failure
from app.crypto.verify.schemes import Identifier
from app.errors import N_

DATA = "1.2.840.113549.1.7.1"
_SIGNED_DATA = "1.2.840.113549.1.7.2"
_VERSIONS = (1, 3, 4, 5)  # RFC 5652, 5.1; which of them says nothing that is not seen elsewhere

Attributes = Mapping[str, tuple[bytes, ...]]

_NOT_SIGNED_DATA = N_("it is of another kind")
_VERSION = N_("its version does not fit")
_SIGNERS = N_("it does not come from exactly one signer")
_NO_ATTRIBUTES = N_("it has no signed attributes")
_DIGEST_NOT_LISTED = N_("its algorithms contradict each other")


@dataclass(frozen=True, slots=True)
class SignerId:
    """Which certificate the signer used: issuer and serial number, or a key identifier.

    It is not signed, so it helps to find the certificate and proves nothing.
    """

    issuer: Name = ()
    serial: int = 0
    key: bytes | None = None


@dataclass(frozen=True, slots=True)
class SignedData:
    """A SignedData with its one SignerInfo.

    `size` is how many bytes the ContentInfo has. `content` is what it carries itself, None in a
    detached signature. `digest` names, as in hashlib, the digest of the content that was signed.
    Attributes go by their OIDs: all values of all attributes of that type, as encoded. What the CMS
    brings along to judge it (`certificates`, `crls`, `ocsps`) is DER and trusted by nobody.
    """

    size: int
    content_type: str
    content: bytes | None = field(repr=False)
    certificates: tuple[bytes, ...] = field(repr=False)
    crls: tuple[bytes, ...] = field(repr=False)
    ocsps: tuple[bytes, ...] = field(repr=False)
    signer: SignerId
    digest_algorithm: Identifier
    digest: str
    signed_attributes: Attributes = field(repr=False)
    attributes_as_written: bytes = field(repr=False)  # a SET OF Attribute
    algorithm: Identifier
    signature: bytes = field(repr=False)
    unsigned_attributes: Attributes = field(repr=False)

    def to_be_signed(self) -> Iterator[bytes]:
        """What may have been signed: the attributes as they are written, and in DER.

        RFC 5652, 5.4 demands DER; programs sign them unsorted, or sign DER and write BER. Whichever
        it was, the same attributes were signed. Raises BadAsn1.
        """
        written = self.attributes_as_written
        yield written
        in_der = parse_all(written).der()
        if in_der != written:
            yield in_der


def read(value: bytes) -> SignedData:
    """The SignedData in the ContentInfo that `value` begins with.

    What follows it (`value[size:]`, the padding of /Contents) is the caller's to check. Raises
    Failure.
    """
    with readable():
        return _content_info(parse(value))


@contextmanager
def readable() -> Iterator[None]:
    """What is no proper ASN.1 ends the checks of its signature."""
    try:
        yield
    except BadAsn1 as error:
        raise Failure(CMS_UNREADABLE(what=str(error))) from error


def _content_info(node: Node) -> SignedData:
    members = Members(node.of(SEQUENCE))
    if members.next(OID).oid() != _SIGNED_DATA:
        raise Failure(CMS_FORM(what=_NOT_SIGNED_DATA))
    content = members.next(0xA0).only().of(SEQUENCE)
    members.end()
    return _signed_data(content, node.behind)


def _signed_data(node: Node, size: int) -> SignedData:
    members = Members(node)
    version = members.next(INTEGER).integer()
    digests = {Identifier.read(each).oid for each in members.next(SET).children()}
    content_type, content = _encapsulated(members.next(SEQUENCE))
    certificates = members.optional(0xA0)
    revocation = members.optional(0xA1)
    signers = members.next(SET).children()
    members.end()
    if version not in _VERSIONS:
        raise Failure(CMS_FORM(what=_VERSION))
    if len(signers) != 1:
        raise Failure(CMS_FORM(what=_SIGNERS))

    # SignerInfo (5.3)
    members = Members(signers[0].of(SEQUENCE))
    version = members.next(INTEGER).integer()
    signer = _signer_id(members.next(SEQUENCE, 0x80), version)
    digest_algorithm = Identifier.read(members.next(SEQUENCE))
    signed = members.optional(0xA0)
    algorithm = Identifier.read(members.next(SEQUENCE))
    signature = members.next(OCTETS, OCTETS_IN_PIECES).octets()
    unsigned = members.optional(0xA1)
    members.end()
    if signed is None:
        raise Failure(CMS_FORM(what=_NO_ATTRIBUTES))
    if digest_algorithm.oid not in digests:
        raise Failure(CMS_FORM(what=_DIGEST_NOT_LISTED))
    signed_attributes, unsigned_attributes = _attributes(signed), _attributes(unsigned)
    found = embedded.find(certificates, revocation, signed_attributes, unsigned_attributes)
    return SignedData(
        size=size,
        content_type=content_type,
        content=content,
        certificates=found.certificates,
        crls=found.crls,
        ocsps=found.ocsps,
        signer=signer,
        digest_algorithm=digest_algorithm,
        digest=digest_algorithm.digest,
        signed_attributes=signed_attributes,
        attributes_as_written=tagged(SET, signed.content),
        algorithm=algorithm,
        signature=signature,
        unsigned_attributes=unsigned_attributes,
    )


def _encapsulated(node: Node) -> tuple[str, bytes | None]:
    members = Members(node)
    content_type = members.next(OID).oid()
    content = members.optional(0xA0)
    members.end()
    return content_type, content.only().octets() if content else None


def _signer_id(node: Node, version: int) -> SignerId:
    if version != (1 if node.tag == SEQUENCE else 3):  # 5.3
        raise Failure(CMS_FORM(what=_VERSION))
    if node.tag != SEQUENCE:
        return SignerId(key=node.content)
    members = Members(node)
    issuer, serial = members.next(SEQUENCE), members.next(INTEGER)
    members.end()
    return SignerId(names.read(issuer.raw), serial.integer())


def _attributes(node: Node | None) -> Attributes:
    """Instances of one type become one entry, so that a second one is seen as a second value."""
    found: dict[str, tuple[bytes, ...]] = {}
    for attribute in node.children() if node else ():
        members = Members(attribute.of(SEQUENCE))
        kind, values = members.next(OID).oid(), members.next(SET).children()
        members.end()
        found[kind] = (*found.get(kind, ()), *(value.raw for value in values))
    return found
