"""Forged proofs of time (RFC 3161; EN 319 122-1, 5.3; ISO 32000-2, 12.8.5).

Half of the letters are signed with an expired certificate: such a signature is only good where a
true time stamp proves that it is old enough, so that a false one shows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from app.crypto.der import octet_string
from app.crypto.verify.trust import Trust
from app.model import VerdictName
from tests import pki
from tests.attacks.authorities import (
    AT,
    DAY,
    ISSUING,
    Extensions,
    holder,
    moment,
    revocation_list,
    root_list,
    trusting,
)
from tests.attacks.base import ALL, BOTH, Base, Document, honest_cms
from tests.attacks.evidence import store
from tests.attacks.letter import CONTENT, FORGED, HEAD, HEAD_NAME, NEXT, page_content, white
from tests.attacks.stamps import WHOLE_PAGE, Stamp, new_field_objects
from tests.attacks.table import Builder, Family
from tests.attacks.tokens import ROOMY, STAMPED_AT, Token, stamped, with_token
from tests.crypto.verify import cms_maker
from tests.crypto.verify.authorities import Holder
from tests.crypto.verify.cms_maker import MESSAGE_DIGEST, REFERENCE_V2, Cms, attribute, reference

FAMILY = Family("time stamps")
EXPIRED = pki.identity("expired")  # since 2021
THEN = moment(2020, 6)
STAMPING = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
USAGE = (pki.usage("digital_signature"), True)
TSA_NAME = pki.name_of("Teken Uji TSA")
CONTENT_TIME_STAMP = "1.2.840.113549.1.9.16.2.20"


def both_times() -> Trust:
    """Nobody was revoked, as was known in 2020 and is known now."""
    then = {"since": THEN + DAY, "until": moment(2060)}
    return trusting(
        revocation_list(**then), revocation_list(issuer=ISSUING.above[0], **then),
        revocation_list(), root_list(),
    )  # fmt: skip


def authority(extensions: Extensions, issuer: Holder | None = ISSUING, **changes: object) -> Holder:
    """A time-stamp authority of some kind."""
    key = pki.ec_key(3301)
    above = issuer or Holder(TSA_NAME, key, pki.root())
    made = above.issue(TSA_NAME, key, extensions, serial=661, **changes)  # type: ignore[arg-type]
    return made if issuer else replace(made, above=())


def bit_turned(cms: Cms) -> Cms:
    """The signature of the authority is broken."""
    return replace(cms, sign=lambda data: cms.sign(data)[:-1] + bytes([cms.sign(data)[-1] ^ 1]))


def of_another(cms: Cms) -> Cms:
    """The signing certificate that the token names is another one."""
    return cms.without(REFERENCE_V2).having(reference(ISSUING.der))


def of_other_content(cms: Cms) -> Cms:
    """What the authority signed is not what the token says."""
    return cms.without(MESSAGE_DIGEST).having(attribute(MESSAGE_DIGEST, octet_string(bytes(32))))


# -- tokens in a signature whose certificate is good ---------------------------------------------

FAMILY.add("token", lambda base: with_token(base, Token()), "valid", (), on=ALL)
TWO_PURPOSES = x509.ExtendedKeyUsage(
    [ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.CODE_SIGNING]
)
# In a signature each is a matter of check 4; alone in a field, of the check that is named here.
_WRONG: dict[str, tuple[VerdictName, int, Token]] = {
    "over something else": ("altered", 2, Token(imprint=bytes(32))),
    "over less": ("altered", 2, Token(imprint=b"")),
    "that signs something else": ("altered", 2, Token(change=of_other_content)),
    "with a broken signature": ("invalid", 2, Token(change=bit_turned)),
    "that names another authority": ("invalid", 2, Token(change=of_another)),
    "that names no authority": ("invalid", 2, Token(change=lambda cms: cms.without(REFERENCE_V2))),
    "that is no token": ("invalid", 2, Token(content_type="1.2.840.113549.1.7.1")),
    "without content": ("invalid", 2, Token(change=lambda cms: replace(cms, content=None))),
    "by two authorities": ("invalid", 2, Token(change=lambda cms: replace(cms, signers=2))),
    "by an authority without that purpose": ("invalid", 3, Token(authority=authority([USAGE]))),
    "by a person": ("invalid", 3, Token(authority=holder(pki.identity("second")))),
    "by an authority whose purpose is not critical": (
        "invalid", 3, Token(authority=authority([USAGE, (STAMPING, False)]))
    ),
    "by an authority of two purposes": (
        "invalid", 3, Token(authority=authority([USAGE, (TWO_PURPOSES, True)]))
    ),
    "from the future": ("invalid", 4, Token(at=AT + DAY)),
    "before its authority began": ("invalid", 4, Token(at=moment(2019))),
    "after its authority ended": (
        "invalid", 4,
        Token(authority=authority([USAGE, (STAMPING, True)], not_after=moment(2022))),
    ),
    "of an unknown version": ("invalid", 4, Token(version=2)),
}  # fmt: skip
for _name, (_, _, _token) in _WRONG.items():
    FAMILY.add(f"token {_name}", lambda base, token=_token: with_token(base, token), "invalid", 4)

# -- tokens that prove nothing, under a certificate that needs one --------------------------------


def expired(token: Token) -> Builder:
    return lambda base: with_token(base, token, holder(EXPIRED))


SELF_MADE = Token(at=THEN, authority=authority([USAGE, (STAMPING, True)], issuer=None))
FAMILY.add("expired, proven in time", expired(Token(at=THEN)), "valid", (), trust=both_times)
for _name, _token in {
    "by an authority that made itself": SELF_MADE,
    "of a weak digest": Token(at=THEN, digest="sha1"),
}.items():
    FAMILY.add(f"expired, token {_name}", expired(_token), "indeterminate", 3, trust=both_times)
for _name, _token in {
    "over something else": Token(at=THEN, imprint=bytes(32)),
    "by a person": Token(at=THEN, authority=holder(pki.identity("second"))),
    "by the signer": Token(at=THEN, authority=holder(EXPIRED)),
    "with a broken signature": Token(at=THEN, change=bit_turned),
}.items():
    FAMILY.add(f"expired, token {_name}", expired(_token), "invalid", 4, trust=both_times)
# Proven to have existed only later: EN 319 102-1 (5.5.4) leaves it indeterminate, we may refuse it.
FAMILY.add(
    "expired, token of a time when it had ended",
    expired(Token(at=moment(2022))),
    ("indeterminate", "invalid"),
    3,
    trust=both_times,
)


@FAMILY.attack("indeterminate", 3, trust=both_times)
def expired_token_over_the_content_only(base: Base) -> Document:
    """A token that the signer asked for before signing proves that the signature is younger."""

    def signer(covered: bytes) -> bytes:
        cms = cms_maker.made(holder(EXPIRED), content=covered)
        return cms.having(attribute(CONTENT_TIME_STAMP, Token(at=THEN).over(covered))).der()

    return base.original.seal(base.original.field_signed(), signer, ROOMY)


# -- document time stamps ------------------------------------------------------------------------


def sealed(token: Token) -> Builder:
    return lambda base: stamped(base.signed, token)


FAMILY.add("document time stamp", sealed(Token()), "valid", (), on=ALL)
FAMILY.add(
    "document time stamp after evidence",
    lambda base: stamped(base.signed.update(store(base.signed)), Token()),
    "valid",
    (),
)
FAMILY.add(
    "document time stamp and evidence on a final letter",
    lambda base: stamped(base.certified(1).update(store(base.certified(1))), Token()),
    "valid",
    (),
)
for _name, (_verdict, _check, _token) in _WRONG.items():
    _on = BOTH[len(_name) % 2 :][:1]
    FAMILY.add(f"document time stamp {_name}", sealed(_token), _verdict, _check, on=_on)


def expired_and_sealed(*found: Token) -> Callable[[Base], Document]:
    """Signed with the expired certificate; document time stamps behind it."""

    def build(base: Base) -> Document:
        original = base.original
        document = original.seal(original.field_signed(), honest_cms(EXPIRED))
        for count, token in enumerate(found):
            field = Stamp(b"0 0 0 0", first=NEXT + 20 + 5 * count)
            document = document_time_stamp(document, token, field)
        return document

    return build


def document_time_stamp(document: Document, token: Token, stamp: Stamp) -> Document:
    """In a field of its own, which may be visible."""
    objects = new_field_objects(document, stamp, b"ETSI.RFC3161", b"DocTimeStamp")
    return document.seal(objects, token.over, ROOMY)


FAMILY.add(
    "expired, sealed in time", expired_and_sealed(Token(at=THEN)), "valid", (), trust=both_times
)
FAMILY.add(
    "expired, sealed by an authority that made itself",
    expired_and_sealed(SELF_MADE),
    "untrusted",
    3,
    trust=both_times,
)
FAMILY.add(
    "expired, sealed too late",
    expired_and_sealed(Token()),
    ("indeterminate", "invalid"),
    3,
    trust=both_times,
)
FAMILY.add(
    "sealed twice in the wrong order",
    expired_and_sealed(Token(), Token(at=THEN)),
    "invalid",
    4,
    trust=both_times,
)


@FAMILY.attack("altered", 2)
def document_time_stamp_of_another_letter(base: Base) -> Document:
    """A true token over other bytes."""
    forged = Token().over(b"another letter")
    objects = base.signed.field_signed(
        value=NEXT + 15, sub_filter=b"ETSI.RFC3161", kind=b"DocTimeStamp"
    )
    return base.signed.seal(objects, lambda covered: forged, ROOMY)


@FAMILY.attack("altered", 5, "text")
def content_replaced_under_a_time_stamp(base: Base) -> Document:
    """Whoever may stamp the time may not change the letter."""
    return stamped(base.signed, Token(), {CONTENT: page_content(FORGED)})


@FAMILY.attack("altered", 5, "text")
def content_replaced_before_a_time_stamp(base: Base) -> Document:
    return stamped(base.signed.update({CONTENT: page_content(FORGED)}), Token())


@FAMILY.attack("altered", 5, "text")
def content_replaced_after_a_time_stamp(base: Base) -> Document:
    return stamped(base.signed, Token()).update({CONTENT: page_content(FORGED)})


@FAMILY.attack("altered", 5, "look")
def time_stamp_that_blanks_the_page(base: Base) -> Document:
    return document_time_stamp(base.signed, Token(), Stamp(WHOLE_PAGE, white()))


@FAMILY.attack("altered", 1)
def time_stamp_in_the_place_of_a_signature(base: Base) -> Document:
    """The field of the head was signed; now a time stamp stands in it."""
    document = base.original.sign(HEAD_NAME)
    objects = document.field_signed(
        value=NEXT + 15, sub_filter=b"ETSI.RFC3161", kind=b"DocTimeStamp"
    )
    assert HEAD in objects
    return document.seal(objects, Token().over, ROOMY)


@FAMILY.attack("altered", 5, "look")
def time_stamp_by_nobody_that_blanks_the_page(base: Base) -> Document:
    token = replace(SELF_MADE, at=STAMPED_AT + timedelta(minutes=1))
    return document_time_stamp(base.signed, token, Stamp(WHOLE_PAGE, white()))
