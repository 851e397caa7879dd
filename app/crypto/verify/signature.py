"""Check 2: who signed, and that it was this content (RFC 5652, 5.4 and 5.6; EN 319 122-1).

The checks, for documents and time stamps alike:
(2.1) the CMS carries the content that it should, or none
(2.2) the attributes that are relied on are there, once, and agree with the rest
(2.3) the signer's certificate is at hand, and the signed attributes name it
(2.4) its key made the signature
(2.5) the content is what was signed
(2.6) all that this rests on was safe at the time
Nobody relies on unknown attributes, countersignatures, time stamps of the content and archive time
stamps: they are not looked at.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import islice

from cryptography import x509

from app.crypto.verify import reasons, signing_certificate
from app.crypto.verify.algorithms import Policy, kind_of, weakness
from app.crypto.verify.asn1 import SEQUENCE, Members, Node, parse_all
from app.crypto.verify.certificate import Certificate, Unreadable, load
from app.crypto.verify.reasons import Failure
from app.crypto.verify.schemes import Identifier, verifies
from app.crypto.verify.signed_data import DATA, SignedData, SignerId, readable
from app.errors import N_
from app.model import Reason

_CONTENT_TYPE = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
_SIGNING_TIME = "1.2.840.113549.1.9.5"
_ALGORITHM_PROTECTION = "1.2.840.113549.1.9.52"
_MOST_CERTIFICATES = 1000


def find_signer(signed: SignedData, more: Iterable[bytes], mandatory: bool) -> bytes:
    """(2.3): the signer's certificate (DER), of those in the CMS and `more`.

    `mandatory`: the signed attributes must name it, as in CAdES and time stamps (EN 319 122-1,
    5.2.2); where they do, it must be that one anyway. Raises Failure.
    """
    with readable():
        references = signing_certificate.references(signed.signed_attributes)
    if mandatory and not references:
        raise Failure(reasons.SIGNING_CERTIFICATE())
    meant = [c for c in _certificates(signed, more) if _is_meant(signed.signer, c)]
    if not meant:
        raise Failure(reasons.NO_SIGNING_CERTIFICATE())
    for certificate in meant:
        if all(reference.names(certificate) for reference in references):
            return certificate.der
    raise Failure(reasons.SIGNING_CERTIFICATE())


def check(
    signed: SignedData, signer: bytes, message_digest: bytes, content_type: str = DATA
) -> None:
    """(2.1), (2.2), (2.4) and (2.5), with the signer's certificate (DER) as `find_signer` has it.

    `message_digest` is that of the content, by `signed.digest`. Raises Failure.
    """
    # ISO 32000-2, 12.8.3.3.1: a PDF signature is detached; a time stamp carries what it states
    if signed.content_type != content_type or (signed.content is None) != (content_type == DATA):
        raise Failure(reasons.CMS_FORM(what=N_("it carries other content than it should")))
    with readable():
        stated_digest = _check_attributes(signed)
        key = load(signer).key
        kind_of(key)  # one that cannot be used is told apart from one that did not sign
        if not _is_made_by(signed, key):
            raise Failure(reasons.SIGNATURE())
    if stated_digest != message_digest:
        raise Failure(reasons.DIGEST())


def check_strength(
    signed: SignedData, signer: bytes, policy: Policy, at: datetime, proven: bool
) -> tuple[Reason, ...]:
    """(2.6): what speaks against the algorithms at `at` (aware).

    The signature is `proven` to have existed then, else it is just now. What was safe once, and may
    have been used then, is among the reasons, as indeterminate. Raises Failure.
    """
    certificate = load(signer)
    uses = [policy.digest(signed.digest), policy.key(certificate.key)]
    with readable():
        references = signing_certificate.references(signed.signed_attributes)
    uses += (policy.reference(reference.digest) for reference in references)
    return weakness(uses, at, proven, since=certificate.not_before)


def _certificates(signed: SignedData, more: Iterable[bytes]) -> Iterable[Certificate]:
    for der in islice((*signed.certificates, *more), _MOST_CERTIFICATES):
        try:
            yield load(der)
        except Unreadable:  # it is nobody's
            continue


def _is_meant(signer: SignerId, certificate: Certificate) -> bool:
    if signer.key is None:
        return (signer.issuer, signer.serial) == (certificate.issuer, certificate.serial)
    identifier = certificate.extension(x509.SubjectKeyIdentifier)
    return identifier is not None and identifier.digest == signer.key


def _check_attributes(signed: SignedData) -> bytes:
    """(2.2): the message digest that was signed."""
    attributes = signed.signed_attributes
    if _single(signed, _CONTENT_TYPE).oid() != signed.content_type:  # RFC 5652, 11.1
        raise Failure(
            reasons.CMS_FORM(what=N_("it states another kind of content than it carries"))
        )
    if _SIGNING_TIME in attributes:  # RFC 5652, 11.3: a claim, but only one
        _single(signed, _SIGNING_TIME)
    if _ALGORITHM_PROTECTION in attributes:
        _check_protection(signed)
    return _single(signed, _MESSAGE_DIGEST).octets()  # RFC 5652, 11.2


def _check_protection(signed: SignedData) -> None:
    """RFC 6211: the algorithms are those that the signer meant."""
    members = Members(_single(signed, _ALGORITHM_PROTECTION).of(SEQUENCE))
    stated = Identifier.read(members.next(SEQUENCE)), Identifier.read(members.next(0xA1), 0xA1)
    members.end()
    if stated != (signed.digest_algorithm, signed.algorithm):
        raise Failure(reasons.CMS_FORM(what=N_("its algorithms contradict each other")))


def _single(signed: SignedData, kind: str) -> Node:
    values = signed.signed_attributes.get(kind, ())
    if len(values) != 1:
        raise Failure(
            reasons.CMS_FORM(what=N_("a signed attribute is missing, or there are several of it"))
        )
    return parse_all(values[0])


def _is_made_by(signed: SignedData, key: bytes) -> bool:
    """(2.4): what is signed are the attributes (RFC 5652, 5.4)."""
    return any(
        verifies(signed.algorithm, signed.digest, key, signed.signature, attributes)
        for attributes in signed.to_be_signed()
    )
