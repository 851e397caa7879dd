"""What certificates may be used for: authorities, signers of documents, time-stamp authorities."""

from __future__ import annotations

from collections.abc import Sequence

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID as Eku
from cryptography.x509.oid import ExtensionOID

from app.crypto.verify.certificate import Certificate
from app.crypto.verify.reasons import PATH_INVALID, USAGE, Failure
from app.crypto.verify.trust import Purpose
from app.errors import N_

# For which a document is signed. Those of the Estonian ID-card name none, many others mail
# protection; clientAuth alone is for logging in.
_DOCUMENTS = frozenset(
    {
        Eku.EMAIL_PROTECTION,
        x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36"),  # RFC 9336
        x509.ObjectIdentifier("1.2.840.113583.1.1.5"),  # Adobe: authentic documents
        x509.ObjectIdentifier("1.3.6.1.4.1.311.10.3.12"),  # Microsoft: document signing
    }
)
_PURPOSES = {"signature": _DOCUMENTS, "timestamp": frozenset({Eku.TIME_STAMPING})}

# noRevAvail (RFC 9608) and ext-etsi-valassured-ST-certs (EN 319 412-1, 5.2)
_NEVER_REVOKED = frozenset({"2.5.29.56", "0.4.0.194121.2.1"})

# Critical extensions that the checks of a path honour; any other one ends it (RFC 5280, 4.2).
_UNDERSTOOD = frozenset(
    oid.dotted_string
    for oid in (
        ExtensionOID.BASIC_CONSTRAINTS,
        ExtensionOID.KEY_USAGE,
        ExtensionOID.EXTENDED_KEY_USAGE,
        ExtensionOID.NAME_CONSTRAINTS,
        ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
        ExtensionOID.CERTIFICATE_POLICIES,
        ExtensionOID.POLICY_MAPPINGS,
        ExtensionOID.POLICY_CONSTRAINTS,
        ExtensionOID.INHIBIT_ANY_POLICY,
        ExtensionOID.CRL_DISTRIBUTION_POINTS,
    )
)


def check_known(certificate: Certificate) -> None:
    """Refuse what carries a rule that nobody here understands. Raises Failure."""
    if not certificate.critical <= _UNDERSTOOD:
        raise Failure(PATH_INVALID(what=N_("a certificate carries a rule unknown here")))


def check_authority(certificate: Certificate) -> None:
    """Refuse an issuer that is no authority (RFC 5280, 6.1.4 k, n). Raises Failure."""
    usage = certificate.extension(x509.KeyUsage)
    if not is_authority(certificate) or (usage and not usage.key_cert_sign):
        raise Failure(PATH_INVALID(what=N_("one that is no authority issued a certificate")))


def is_authority(certificate: Certificate) -> bool:
    """Whether it says so of itself."""
    constraints = certificate.extension(x509.BasicConstraints)
    return constraints is not None and constraints.ca


def may_sign_crls(certificate: Certificate) -> bool:
    """RFC 5280, 6.3.3 f."""
    usage = certificate.extension(x509.KeyUsage)
    return usage is None or usage.crl_sign


def is_never_revoked(certificate: Certificate) -> bool:
    """Whether its authority says that it lives too briefly to be revoked."""
    return not is_authority(certificate) and not certificate.oids.isdisjoint(_NEVER_REVOKED)


def check_responder(certificate: Certificate) -> None:
    """Refuse one that nobody made an OCSP responder (RFC 6960, 4.2.2.2). Raises Failure."""
    check_known(certificate)
    purposes = certificate.extension(x509.ExtendedKeyUsage) or ()
    usage = certificate.extension(x509.KeyUsage)
    if Eku.OCSP_SIGNING not in purposes or (usage and not usage.digital_signature):
        raise Failure(USAGE())


def check_purpose(chain: Sequence[Certificate], purpose: Purpose) -> None:
    """Refuse a chain, leaf first, that is for other things than its purpose. Raises Failure.

    An authority that states purposes limits what it issues, as browsers have it; RFC 5280 leaves
    that open.
    """
    leaf, wanted = chain[0], _PURPOSES[purpose]
    if not _may_sign(leaf) or not all(_allows(certificate, wanted) for certificate in chain):
        raise Failure(USAGE())
    if purpose == "timestamp" and not _only_stamps_time(leaf):
        raise Failure(USAGE())


def _may_sign(leaf: Certificate) -> bool:
    usage = leaf.extension(x509.KeyUsage)
    if is_authority(leaf) or (usage and usage.key_cert_sign):
        return False
    # RFC 5280, 4.2.1.3: without the extension every usage is permitted.
    return usage is None or usage.digital_signature or usage.content_commitment


def _allows(certificate: Certificate, wanted: frozenset[x509.ObjectIdentifier]) -> bool:
    purposes = certificate.extension(x509.ExtendedKeyUsage)
    return purposes is None or not (wanted | {Eku.ANY_EXTENDED_KEY_USAGE}).isdisjoint(purposes)


def _only_stamps_time(leaf: Certificate) -> bool:
    """RFC 3161, 2.3: critical, and for nothing else."""
    purposes = leaf.extension(x509.ExtendedKeyUsage)
    critical = ExtensionOID.EXTENDED_KEY_USAGE.dotted_string in leaf.critical
    return critical and list(purposes or ()) == [Eku.TIME_STAMPING]
