"""Revoked certificates, and revocation data that does not say what it is held out to say.

Unknown is never good: what cannot be relied on leaves the signature indeterminate (RFC 5280, 6.3;
RFC 6960; EN 319 102-1, 5.2.6 and 5.5).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from cryptography import x509

from app.crypto.verify.trust import Trust
from tests import pki
from tests.attacks.authorities import (
    AT,
    DAY,
    HOUR,
    ISSUING,
    ROOT,
    Extensions,
    revocation_list,
    root_list,
    stranger,
    trusting,
)
from tests.attacks.base import ALL, BOTH, TABLE, Base, Document
from tests.attacks.evidence import evidence
from tests.attacks.table import Builder, Family
from tests.attacks.tokens import Token, stamped, with_token

FAMILY = Family("revocation")
BEFORE, AFTER = pki.SIGNED_AT - 30 * DAY, pki.SIGNED_AT + 6 * HOUR
SERIALS = (11, 13)  # of the honest signers


def signed(base: Base) -> Document:
    return base.signed


def time_stamped(base: Base) -> Document:
    """The time of the signature is proven by a token in it."""
    return with_token(base, Token())


def sealed(base: Base) -> Document:
    """The time is proven by a document time stamp."""
    return stamped(base.signed, Token())


def listing(when, *extensions: x509.ExtensionType) -> bytes:  # type: ignore[no-untyped-def]
    """The authority's list with both honest signers on it."""
    return revocation_list(*(pki.revoked(serial, when, *extensions) for serial in SERIALS))


def lists(*found: bytes, ocsps: tuple[bytes, ...] = ()) -> Callable[[], Trust]:
    return lambda: trusting(root_list(), *found, ocsps=ocsps)


FAMILY.add("known and not revoked", signed, "valid", (), on=ALL)
FAMILY.add("known and not revoked, time-stamped", time_stamped, "valid", ())
FAMILY.add(
    "answered for and not revoked", signed, "valid", (), on=(TABLE,),
    trust=lists(ocsps=(pki.ocsp_response(pki.identity().certificates[0], this_update=AT - HOUR),)),
)  # fmt: skip
FAMILY.add("revoked after a proven time", time_stamped, "valid", (), trust=lists(listing(AFTER)))
FAMILY.add("revoked after a sealed time", sealed, "valid", (), trust=lists(listing(AFTER)))

# Proven to have existed only later: EN 319 102-1 (5.5.4) leaves it indeterminate, we may refuse it.
UNPROVEN = ("indeterminate", "invalid")
REASONS = {
    "key stolen": (x509.CRLReason(x509.ReasonFlags.key_compromise),),
    "authority ended": (x509.CRLReason(x509.ReasonFlags.cessation_of_operation),),
    "no reason": (),
}
for _reason, _more in REASONS.items():
    FAMILY.add(
        f"revoked before, {_reason}",
        signed,
        "indeterminate",
        3,
        trust=lists(listing(BEFORE, *_more)),
    )
    FAMILY.add(
        f"revoked after, time claimed only, {_reason}", signed, "indeterminate", 3,
        trust=lists(listing(AFTER, *_more)),
    )  # fmt: skip
FAMILY.add("revoked before a proven time", time_stamped, UNPROVEN, 3, trust=lists(listing(BEFORE)))
FAMILY.add("revoked before a sealed time", sealed, UNPROVEN, 3, trust=lists(listing(BEFORE)))
FAMILY.add(
    "key stolen before a proven time, as is known now",
    time_stamped,
    UNPROVEN,
    3,
    trust=lists(
        listing(
            AFTER,
            x509.CRLReason(x509.ReasonFlags.key_compromise),
            x509.InvalidityDate(BEFORE.replace(tzinfo=None)),
        )
    ),
)
FAMILY.add(
    "on hold",
    signed,
    "indeterminate",
    3,
    trust=lists(listing(AFTER, x509.CRLReason(x509.ReasonFlags.certificate_hold))),
)
FAMILY.add(
    "authority revoked",
    signed,
    ("invalid", "indeterminate"),
    3,
    trust=lambda: trusting(revocation_list(), root_list(pki.revoked(2, BEFORE))),
)

# -- lists that say nothing ----------------------------------------------------------------------


def marked(extension: x509.ExtensionType, critical: bool = True) -> Extensions:
    return [(extension, critical)]


def scope(**changes: object) -> x509.IssuingDistributionPoint:
    """Which certificates a list is about (RFC 5280, 5.2.5)."""
    nothing = dict.fromkeys(("full_name", "relative_name", "only_some_reasons"))
    flags = dict.fromkeys(
        ("only_contains_user_certs", "only_contains_ca_certs", "indirect_crl",
         "only_contains_attribute_certs"), False,
    )  # fmt: skip
    return x509.IssuingDistributionPoint(**{**nothing, **flags, **changes})  # type: ignore[arg-type]


ELSEWHERE = [x509.DirectoryName(pki.name_of("Di tempat lain"))]
UNKNOWN = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.25.4"), b"\5\0")
_SAYS_NOTHING: dict[str, Callable[[], Trust]] = {
    "no list": lists(),
    "no list of the root": lambda: trusting(revocation_list()),
    "list of the root only": lambda: trusting(root_list(), root_list()),
    "list with a false signature": lists(revocation_list(key=pki.ec_key(3201))),
    "list by the root in the authority's place": lists(revocation_list(issuer=ROOT)),
    "list that has run out": lists(
        revocation_list(since=AT - 60 * DAY, until=AT - 30 * DAY)
    ),
    "list with a rule that nobody knows": lists(revocation_list(extensions=marked(UNKNOWN))),
    "list about authorities only": lists(
        revocation_list(extensions=marked(scope(only_contains_ca_certs=True)))
    ),
    "list about attributes only": lists(
        revocation_list(extensions=marked(scope(only_contains_attribute_certs=True)))
    ),
    "list for some reasons only": lists(
        revocation_list(
            extensions=marked(
                scope(only_some_reasons=frozenset([x509.ReasonFlags.key_compromise]))
            )
        )
    ),
    "list of another place": lists(revocation_list(extensions=marked(scope(full_name=ELSEWHERE)))),
    "list of changes only": lists(revocation_list(extensions=marked(x509.DeltaCRLIndicator(1)))),
    "list that is no list": lists(b"\x30\x03\x02\x01\x01"),
}  # fmt: skip
for _turn, (_name, _trust) in enumerate(_SAYS_NOTHING.items()):
    _on = BOTH[_turn % 2 :][:1]
    FAMILY.add(_name, signed, "indeterminate", 3, trust=_trust, on=_on)
    if "root" not in _name:
        FAMILY.add(f"{_name}, time-stamped", time_stamped, "indeterminate", 3, trust=_trust, on=_on)

# -- answers that say nothing --------------------------------------------------------------------

OWN = pki.identity().certificates[0]
RECENT = AT - HOUR


def answer(**changes: object) -> tuple[bytes, ...]:
    return (pki.ocsp_response(OWN, **{"this_update": RECENT, **changes}),)  # type: ignore[arg-type]


def responding(issuer: pki.Identity | None, extensions: Extensions) -> pki.Identity:
    """A responder that may not be one. Its RSA signatures are the same on every run."""
    key = pki.rsa_key(3072)
    name = pki.name_of("Penjawab")
    above = (pki.ISSUING_NAME, ISSUING.key) if issuer is None else (name, key)
    made = pki.certificate(name, key, 651, above, extensions)
    return pki.Identity("responder", pki.TALLO, key, (made,))


PURPOSE = x509.ExtendedKeyUsage([x509.ObjectIdentifier("1.3.6.1.5.5.7.3.9")])
MAY_ANSWER: Extensions = [(pki.usage("digital_signature"), True), (PURPOSE, False)]
_ANSWERS: dict[str, tuple[bytes, ...]] = {
    "answer about another": (
        pki.ocsp_response(pki.identity("second").certificates[0], this_update=RECENT),
    ),
    "answer of nothing known": answer(unknown=True),
    "answer that is old": answer(this_update=AT - timedelta(days=90)),
    "answer that has run out": answer(
        this_update=AT - 3 * DAY, next_update=AT - 2 * DAY
    ),
    "answer by a stranger": answer(signer=responding(stranger(), MAY_ANSWER)),
    "answer by somebody who may not": answer(signer=responding(None, [(pki.SIGNING_USAGE, True)])),
    "answer by the signer": answer(signer=pki.identity("rsa2048")),
    "answer in the name of another authority": answer(issuer=pki.root()),
    "answer that is none": (b"\x30\x03\x0a\x01\x06",),
}  # fmt: skip
for _name, _answers in _ANSWERS.items():
    FAMILY.add(_name, signed, "indeterminate", 3, on=(TABLE,), trust=lists(ocsps=_answers))
FAMILY.add(
    "answer that it was revoked before", signed, "indeterminate", 3, on=(TABLE,),
    trust=lists(ocsps=answer(revoked_at=BEFORE)),
)  # fmt: skip
FAMILY.add(
    "answer that it was revoked, unlike the list", signed, "indeterminate", 3, on=(TABLE,),
    trust=lists(revocation_list(), ocsps=answer(revoked_at=BEFORE)),
)  # fmt: skip
FAMILY.add(
    "good answer, and a list that has it revoked", signed, "indeterminate", 3, on=(TABLE,),
    trust=lists(listing(BEFORE), ocsps=answer()),
)  # fmt: skip

# -- evidence that the file brings ---------------------------------------------------------------


def embedded(*found: bytes) -> Builder:
    """The letter, and a DSS with these lists behind it."""
    return lambda base: base.signed.update(evidence(base.signed, crls=found))


FAMILY.add(
    "lists in the file", embedded(revocation_list(), root_list()), "valid", (), trust=trusting
)
FAMILY.add(
    "forged list in the file",
    embedded(revocation_list(key=pki.ec_key(3201)), root_list()),
    "indeterminate",
    3,
    trust=trusting,
)
FAMILY.add(
    "clean old list in the file, revoked since",
    embedded(revocation_list(since=BEFORE - DAY, until=BEFORE + 60 * DAY), root_list()),
    "indeterminate",
    3,
    trust=lists(listing(BEFORE)),
)
FAMILY.add(
    "revoked by the list in the file",
    embedded(listing(BEFORE), root_list()),
    "indeterminate",
    3,
    trust=trusting,
)
