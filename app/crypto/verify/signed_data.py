"""Check 2: the CMS of a signature or time stamp: read from BER, held against what it covers.

RFC 5652 (CMS), RFC 5035 (signing-certificate), EN 319 122-1, RFC 5754, 5758, 8017, 8419.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from app.crypto.der import tagged
from app.crypto.verify import reasons
from app.crypto.verify.asn1 import NULL, SEQUENCE, SET, BadAsn1, Node, parse
from app.crypto.verify.reasons import Failure
from app.errors import N_

DATA = "1.2.840.113549.1.7.1"
TST_INFO = "1.2.840.113549.1.9.16.1.4"
_SIGNED_DATA = "1.2.840.113549.1.7.2"
_CONTENT_TYPE = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
_SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12"
_SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"
_ADOBE_REVOCATION = "1.2.840.113583.1.1.8"
_OCSP_RESPONSE = "1.3.6.1.5.5.7.16.2"
_SINGLE = (_CONTENT_TYPE, _MESSAGE_DIGEST, _SIGNING_CERTIFICATE, _SIGNING_CERTIFICATE_V2)
MAX_CERTIFICATES = 100

DIGESTS = {
    "1.2.840.113549.2.5": "md5",
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.4": "sha224",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
    "2.16.840.1.101.3.4.2.8": "sha3_256",
    "2.16.840.1.101.3.4.2.9": "sha3_384",
    "2.16.840.1.101.3.4.2.10": "sha3_512",
}
SIZES = {name: hashlib.new(name).digest_size for name in DIGESTS.values()}
Attributes = Mapping[str, tuple[Node, ...]]


@dataclass(frozen=True, slots=True)
class SignerInfo:
    """`attributes` are signed, `unsigned` are not; `signed_bytes` are the possible encodings that
    the signature covers: as DER in the order of the file, and sorted (RFC 5652, 5.4)."""

    digest: str  # name as in hashlib
    identifier: Node  # SignerIdentifier
    attributes: Attributes
    unsigned: Attributes
    signed_bytes: tuple[bytes, ...] = field(repr=False)
    algorithm: Node
    signature: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignedData:
    """A SignedData with its one signer. `used` is how many bytes of the value it took.

    Certificates, CRLs and OCSP responses are what it brings along (DER).
    """

    used: int
    content_type: str
    content: bytes | None
    signer: SignerInfo
    certificates: tuple[bytes, ...] = field(repr=False)
    crls: tuple[bytes, ...] = field(repr=False)
    ocsps: tuple[bytes, ...] = field(repr=False)


def read(value: bytes) -> SignedData:
    """Parse a ContentInfo at the start of `value`. Raises Failure."""
    try:
        return _read(parse(value))
    except BadAsn1 as error:
        raise Failure(reasons.CMS_UNREADABLE(what=str(error))) from error
    except ValueError as error:  # more or fewer parts than there must be
        raise _form(N_("its parts")) from error


def _read(info: Node) -> SignedData:
    kind, wrapped = info.expect(SEQUENCE).children()
    if kind.oid() != _SIGNED_DATA:
        raise _form(N_("it is no SignedData"))
    (body,) = wrapped.expect(0xA0).children()
    parts = body.expect(SEQUENCE).children()
    if len(parts) < 4:
        raise _form(N_("its parts"))
    digests = {_algorithm(each) for each in parts[1].expect(SET).children()}
    content_type, content = _content(parts[2])
    tail = {part.tag: part for part in parts[3:-1]}
    if len(tail) != len(parts) - 4 or tail.keys() - {0xA0, 0xA1}:
        raise _form(N_("its parts"))
    signers = parts[-1].expect(SET).children()
    if len(signers) != 1:
        raise _form(N_("it has not exactly one signer"))
    crls, ocsps = _revocation(tail.get(0xA1))
    signer = _signer(signers[0], digests)
    ocsps_inside, crls_inside = _adobe(signer.attributes)
    return SignedData(
        used=info.behind - info.start,
        content_type=content_type,
        content=content,
        signer=signer,
        certificates=_certificates(tail.get(0xA0)),
        crls=(*crls, *crls_inside),
        ocsps=(*ocsps, *ocsps_inside),
    )


def _form(what: str) -> Failure:
    return Failure(reasons.CMS_FORM(what=what))


def _content(info: Node) -> tuple[str, bytes | None]:
    kind, *content = info.expect(SEQUENCE).children()
    if len(content) > 1:
        raise _form(N_("its parts"))
    if not content:
        return kind.oid(), None
    (octets,) = content[0].expect(0xA0).children()
    return kind.oid(), octets.octets()


def _certificates(node: Node | None) -> tuple[bytes, ...]:
    """Certificates; attribute certificates and what nobody knows are left out (10.2.2)."""
    found = node.children() if node is not None else []
    return tuple(each.raw for each in found if each.tag == SEQUENCE)[:MAX_CERTIFICATES]


def _revocation(node: Node | None) -> tuple[list[bytes], list[bytes]]:
    """CRLs and OCSP responses (10.2.1; RFC 5940)."""
    crls: list[bytes] = []
    ocsps: list[bytes] = []
    for each in node.children() if node is not None else []:
        if each.tag == SEQUENCE:
            crls.append(each.raw)
        elif each.tag == 0xA1:
            kind, value = each.children()
            if kind.oid() == _OCSP_RESPONSE:
                ocsps.append(value.raw)
    return crls, ocsps


def _signer(info: Node, digests: set[str]) -> SignerInfo:
    parts = info.expect(SEQUENCE).children()
    _, identifier, digest, signed, algorithm, signature, *rest = parts
    if identifier.tag not in (SEQUENCE, 0x80) or len(rest) > 1:
        raise _form(N_("its parts"))
    name = _digest(_algorithm(digest))
    if _algorithm(digest) not in digests:
        raise _form(N_("it names different digests"))
    attributes = _attributes(signed.expect(0xA0))
    if any(len(attributes[oid]) != 1 for oid in _SINGLE if oid in attributes):
        raise _form(N_("an attribute has several values"))
    return SignerInfo(
        digest=name,
        identifier=identifier,
        attributes=attributes,
        unsigned=_attributes(rest[0].expect(0xA1)) if rest else {},
        signed_bytes=_signed_bytes(signed),
        algorithm=algorithm.expect(SEQUENCE),
        signature=signature.octets(),
    )


def _attributes(node: Node) -> dict[str, tuple[Node, ...]]:
    found: dict[str, tuple[Node, ...]] = {}
    for each in node.children():
        kind, values = each.expect(SEQUENCE).children()
        oid = kind.oid()
        if oid in found and node.tag == 0xA0:  # 5.3: no two signed ones of a type
            raise _form(N_("an attribute stands twice"))
        found[oid] = (*found.get(oid, ()), *values.expect(SET).children())
    return found


def _signed_bytes(node: Node) -> tuple[bytes, ...]:
    members = [child.der() for child in node.children()]
    as_written, in_order = tagged(SET, *members), tagged(SET, *sorted(members))
    return (as_written,) if as_written == in_order else (as_written, in_order)


def _algorithm(node: Node) -> str:
    """The OID of a digest; its parameters are absent or NULL (RFC 5754, 2)."""
    kind, *parameters = node.expect(SEQUENCE).children()
    if any(each.tag != NULL for each in parameters):
        raise _form(N_("the parameters of a digest"))
    return kind.oid()


def _digest(oid: str) -> str:
    if oid not in DIGESTS:
        raise Failure(reasons.WEAK(what=oid))
    return DIGESTS[oid]


def _adobe(attributes: Attributes) -> tuple[list[bytes], list[bytes]]:
    """OCSP responses and CRLs of adbe-revocationInfoArchival (ISO 32000-2, 12.8.3.3.2)."""
    found: dict[int, list[bytes]] = {0xA0: [], 0xA1: []}
    for value in attributes.get(_ADOBE_REVOCATION, ()):
        for part in value.expect(SEQUENCE).children():
            if part.tag in found:
                (listed,) = part.children()
                found[part.tag] += (each.raw for each in listed.expect(SEQUENCE).children())
    return found[0xA1], found[0xA0]


# -- checking ------------------------------------------------------------------------------------


def check_content(signed: SignedData, message_digest: bytes, content_type: str = DATA) -> None:
    """Hold the attributes against what is covered (RFC 5652, 5.4 and 11). Raises Failure.

    `message_digest` is that of the covered bytes, by `signed.signer.digest`.
    """
    # (2.1): a PDF signature is detached; a time stamp carries what it covers
    if signed.content_type != content_type or (signed.content is None) != (content_type == DATA):
        raise _form(N_("what kind of thing it signs"))
    if _only(signed.signer.attributes, _CONTENT_TYPE).oid() != content_type:
        raise _form(N_("what kind of thing it signs"))
    # (2.2): the digest
    if _only(signed.signer.attributes, _MESSAGE_DIGEST).octets() != message_digest:
        raise Failure(reasons.DIGEST())


def _only(attributes: Attributes, oid: str) -> Node:
    values = attributes.get(oid, ())
    if len(values) != 1:
        raise _form(N_("an attribute is missing"))
    return values[0]


def find_signer(signed: SignedData, more: Sequence[bytes], mandatory: bool) -> bytes:
    """(2.3): the signer's certificate (DER), by its identifier and signing-certificate attribute.

    `more` are certificates from elsewhere; `mandatory`: CAdES and time stamps must have the
    attribute (EN 319 122-1, 5.2.2). Raises Failure.
    """
    named = [
        each
        for each in (*signed.certificates, *more)
        if _identifies(signed.signer.identifier, each)
    ]
    if not named:
        raise Failure(reasons.NO_SIGNING_CERTIFICATE())
    hashes = [
        (kind, signed.signer.attributes[oid][0])
        for oid, kind in ((_SIGNING_CERTIFICATE, "sha1"), (_SIGNING_CERTIFICATE_V2, "sha256"))
        if oid in signed.signer.attributes
    ]
    if mandatory and not hashes:
        raise Failure(reasons.SIGNING_CERTIFICATE())
    for certificate in dict.fromkeys(named):
        if all(_names(value, default, certificate) for default, value in hashes):
            return certificate
    raise Failure(reasons.SIGNING_CERTIFICATE())


def _names(attribute: Node, default: str, certificate: bytes) -> bool:
    """Whether the first ESSCertID is of this certificate (RFC 5035, 3 and 4)."""
    identifier = attribute.expect(SEQUENCE).children()[0].expect(SEQUENCE).children()[0]
    parts = identifier.expect(SEQUENCE).children()
    name = default
    if parts and parts[0].tag == SEQUENCE and default == "sha256":
        name = _digest(_algorithm(parts.pop(0)))
    if not parts or parts[0].octets() != hashlib.new(name, certificate).digest():
        return False
    return len(parts) == 1 or _issuer_serial(parts[1]) == _issuer_and_serial(certificate)


IssuerAndSerial = tuple[tuple[tuple[str, str], ...], int]


def _issuer_serial(node: Node) -> IssuerAndSerial:
    """IssuerSerial: GeneralNames with one directoryName, and the serial number."""
    names, serial = node.expect(SEQUENCE).children()
    (name,) = names.expect(SEQUENCE).children()
    (directory,) = name.expect(0xA4).children()
    return _name(directory), serial.integer()


def _name(node: Node) -> tuple[tuple[str, str], ...]:
    """A distinguished name, without regard to string types, case and spaces (RFC 5280, 7.1)."""
    groups = (group.children() for group in node.expect(SEQUENCE).children())
    pairs = (each.children() for group in groups for each in group)
    return tuple((kind.oid(), _text(value)) for kind, value in pairs)


def _text(node: Node) -> str:
    encoding = {0x1E: "utf-16-be", 0x14: "latin-1"}.get(node.tag, "utf-8")
    return " ".join(node.content.decode(encoding, "replace").casefold().split())


def _identifies(identifier: Node, certificate: bytes) -> bool:
    if identifier.tag == SEQUENCE:
        issuer, serial = identifier.children()
        return _issuer_and_serial(certificate) == (_name(issuer), serial.integer())
    return identifier.content == _key_identifier(certificate)


@lru_cache(maxsize=256)
def _issuer_and_serial(certificate: bytes) -> IssuerAndSerial | None:
    try:
        fields = parse(certificate).children()[0].children()
        start = 1 if fields[0].tag == 0xA0 else 0
        return _name(fields[start + 2]), fields[start].integer()
    except (ValueError, IndexError):
        return None


@lru_cache(maxsize=256)
def _key_identifier(certificate: bytes) -> bytes | None:
    from cryptography import x509

    try:
        extensions = x509.load_der_x509_certificate(certificate).extensions
        return extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    except (ValueError, x509.ExtensionNotFound):
        return None
