"""Certificates that may not sign, or that nobody we trust has issued (RFC 5280, 6.1).

The signature itself is right each time, and so is the structure of the file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from app.crypto.certificates import PrivateKey
from app.crypto.verify.trust import Anchor, Trust
from tests import pki
from tests.attacks.authorities import (
    AT,
    DAY,
    ISSUING,
    ROOT,
    Extensions,
    identity,
    moment,
    revocation_list,
    root_list,
    stranger,
    trust,
    trusting,
)
from tests.attacks.base import ALL, Base, Document, honest_cms
from tests.attacks.letter import AMOUNT, CONTENT, FORGED, page_content
from tests.attacks.table import Builder, Family
from tests.crypto.verify.authorities import Holder

FAMILY = Family("certificates")
SUBJECT = pki.identity().certificates[0].subject  # the honest signer's
KEY = pki.ec_key(3100)
SIGNING: Extensions = ((pki.SIGNING_USAGE, True),)
SUB_CA = pki.name_of("Teken Uji Sub CA")


def signed_by(who: pki.Identity | Holder) -> Builder:
    """The letter signed by somebody."""
    signer = identity(who) if isinstance(who, Holder) else who

    def build(base: Base) -> Document:
        original = base.original
        return original.seal(original.field_signed(), honest_cms(signer))

    return build


def person(extensions: Extensions = SIGNING, issuer: Holder = ISSUING, **changes: object) -> Holder:
    """Somebody with the honest signer's name."""
    return issuer.issue(SUBJECT, KEY, extensions, serial=631, **changes)  # type: ignore[arg-type]


def with_purpose(*purposes: x509.ObjectIdentifier) -> Holder:
    return person((*SIGNING, (x509.ExtendedKeyUsage(purposes), False)))


def ca(number: int | None = None) -> Extensions:
    return pki.ca_constraints(number)


def sub_ca(extensions: Extensions, issuer: Holder = ROOT, **changes: object) -> Holder:
    """One more authority."""
    return issuer.issue(SUB_CA, pki.ec_key(3101), extensions, serial=641, **changes)  # type: ignore[arg-type]


def lists_for(who: pki.Identity | Holder) -> Callable[[], Trust]:
    """The usual trust, and the revocation list of whoever issued a made-up certificate."""
    if not isinstance(who, Holder):
        return trust
    return lambda: trusting(revocation_list(), root_list(), revocation_list(issuer=who.above[0]))


@FAMILY.control(on=ALL)
def honest(base: Base) -> Document:
    return base.original.sign("Kepala")


# -- whole chains that are allowed ---------------------------------------------------------------

_ALLOWED: dict[str, Holder] = {
    "for digital signatures alone": person(((pki.usage("digital_signature"), True),)),
    "for commitments alone": person(((pki.usage("content_commitment"), True),)),
    "for signing documents": with_purpose(x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")),
    "below one more authority": person(issuer=sub_ca(ca(0))),
}
for _name, _holder in _ALLOWED.items():
    FAMILY.add(_name, signed_by(_holder), "valid", (), trust=lists_for(_holder))

# -- what breaks a rule --------------------------------------------------------------------------

LIMITED = x509.NameConstraints([x509.DirectoryName(pki.name_of("", organisation="Lain"))], None)
_INVALID: dict[str, pki.Identity | Holder] = {
    "for key agreement": pki.identity("wrong_usage"),
    "an authority's own": pki.identity("ca_as_leaf"),
    "with a rule that nobody knows": pki.identity("unknown_critical"),
    "for encrypting": person(((pki.usage("key_encipherment"), True),)),
    "for issuing certificates": person(((pki.usage("key_cert_sign"), True),)),
    "for servers": with_purpose(ExtendedKeyUsageOID.SERVER_AUTH),
    "for time stamps": pki.time_stamper(),
    "for answering about others": pki.responder(),
    "for signing programs": with_purpose(ExtendedKeyUsageOID.CODE_SIGNING),
    "not valid yet": pki.identity("not_yet_valid"),
    "below an authority that may have none below": person(issuer=sub_ca(ca(0), ISSUING)),
    "below an authority for other names": person(issuer=sub_ca((*ca(0), (LIMITED, True)))),
    "below an authority without that usage": person(
        issuer=sub_ca(((x509.BasicConstraints(True, 0), True), (pki.usage("crl_sign"), True)))
    ),
    "below an authority with a rule that nobody knows": person(
        issuer=sub_ca(
            (*ca(0), (x509.UnrecognizedExtension(x509.ObjectIdentifier("2.25.4"), b"\5\0"), True))
        )
    ),
}  # fmt: skip
for _name, _who in _INVALID.items():
    FAMILY.add(_name, signed_by(_who), "invalid", 3, trust=lists_for(_who))

BELOW_A_PERSON = person(
    issuer=Holder(SUBJECT, pki.identity().key, pki.identity().certificates[0], (ISSUING, ROOT))
)
BELOW_NO_AUTHORITY = person(issuer=sub_ca(()))
for _name, _who in {
    "below a person": BELOW_A_PERSON,
    "below somebody who is no authority": BELOW_NO_AUTHORITY,
    "below an authority that is said to be none": person(
        issuer=sub_ca(((x509.BasicConstraints(False, None), True), (pki.CA_USAGE, True)))
    ),
}.items():
    FAMILY.add(_name, signed_by(_who), "invalid", 3, trust=lists_for(_who))

# -- time ----------------------------------------------------------------------------------------

_UNPROVEN: dict[str, pki.Identity | Holder] = {
    "expired": pki.identity("expired"),
    "expired yesterday": person(not_after=AT - DAY),
    "below an authority that has expired": person(issuer=sub_ca(ca(0), not_after=moment(2021))),
}
for _name, _who in _UNPROVEN.items():
    FAMILY.add(_name, signed_by(_who), "indeterminate", 3, trust=lists_for(_who))
_FUTURE = person(issuer=sub_ca(ca(0), not_before=moment(2050)))
FAMILY.add(
    "below an authority that is not valid yet",
    signed_by(_FUTURE),
    "invalid",
    3,
    trust=lists_for(_FUTURE),
)

# -- nobody whom we trust ------------------------------------------------------------------------


def made_up(name: x509.Name, key: PrivateKey, issuer: tuple[x509.Name, PrivateKey]) -> Holder:
    """An authority by whatever name and key."""
    return Holder(name, key, pki.certificate(name, key, 2, issuer, ca(1)), (ROOT,))


def false_root() -> Holder:
    """It bears the root's name, and has another key."""
    key = pki.ec_key(3102)
    made = made_up(pki.ROOT_NAME, key, (pki.ROOT_NAME, key))
    return replace(made, above=())


def false_issuing(above: Holder) -> Holder:
    return above.issue(pki.ISSUING_NAME, pki.ec_key(3103), ca(0), serial=2)


def in_the_name_of(issuer: Holder) -> Holder:
    """The issuer's name under a certificate, and somebody else's signature."""
    made = pki.certificate(SUBJECT, KEY, 631, (issuer.name, pki.ec_key(3104)), SIGNING)
    return Holder(SUBJECT, KEY, made, (issuer, *issuer.above))


_STRANGERS: dict[str, pki.Identity | Holder] = {
    "self-made with the signer's name": stranger(),
    "below a false root with the right name": person(issuer=false_issuing(false_root())),
    "below a false authority in the root's name": person(
        issuer=made_up(pki.ISSUING_NAME, pki.ec_key(3103), (pki.ROOT_NAME, pki.ec_key(3104)))
    ),
}  # fmt: skip
for _name, _who in _STRANGERS.items():
    FAMILY.add(_name, signed_by(_who), "untrusted", 3)
FAMILY.add(
    "in the name of the authority, signed by another",
    signed_by(in_the_name_of(ISSUING)),
    "untrusted",
    3,
)


@FAMILY.attack("untrusted", 3, trust=lambda: Trust(crls=trust().crls))
def trusted_by_nobody(base: Base) -> Document:
    """No anchor at all: the root in the file is none."""
    return base.signed


@FAMILY.attack(
    "untrusted",
    3,
    trust=lambda: Trust(
        (Anchor(ROOT.der, frozenset({"timestamp"})),), crls=trust().crls
    ),
)  # fmt: skip
def trusted_for_time_stamps_only(base: Base) -> Document:
    return base.signed


@FAMILY.attack("untrusted", 3, trust=lambda: Trust((Anchor(false_root().der),)))
def anchor_of_the_same_name(base: Base) -> Document:
    """Another root with the name of ours is trusted here."""
    return base.signed


@FAMILY.attack("altered", 5, "text", on=ALL)
def stranger_signs_a_forged_letter_on_top(base: Base) -> Document:
    document = base.signed.update({CONTENT: page_content(FORGED)})
    assert AMOUNT in base.signed.body(CONTENT)
    return document.seal(document.field_signed(), honest_cms(stranger()))
