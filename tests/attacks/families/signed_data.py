"""CMS values that are not what EN 319 122-1 asks for, in files whose structure is sound.

Missing, doubled and lying attributes, several signers or none, content of their own, substituted
certificates, signatures over something else (RFC 5652; RFC 5035; RFC 6211).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace

from app.crypto.der import element, integer, octet_string, oid, sequence, tagged
from tests import pki
from tests.attacks.authorities import ISSUING, holder, stranger
from tests.attacks.base import ALL, SECOND, TABLE, Base, Document
from tests.attacks.sealing import HONEST
from tests.attacks.table import Family
from tests.crypto.verify import cms_maker
from tests.crypto.verify.authorities import Holder
from tests.crypto.verify.cms_maker import (
    CONTENT_TYPE,
    DATA,
    DIGESTS,
    MESSAGE_DIGEST,
    PROTECTION,
    REFERENCE_V2,
    SIGNED_DATA,
    Cms,
    algorithm,
    attribute,
    name_and_serial,
    reference,
)

FAMILY = Family("signed data")
OTHER = holder(SECOND)
SELF_MADE = Holder(pki.ROOT_NAME, stranger().key, stranger().certificates[0])
# Two more certificates: another person with the key of the first, and the same name and number.
TWIN = ISSUING.issue(pki.name_of("Bupati"), pki.identity().key, serial=611)
ROOMY = replace(HONEST, room=4000)
Change = Callable[[Cms], Cms]


def signed(
    base: Base,
    change: Change = lambda cms: cms,
    encode: Callable[[bytes], bytes] = lambda value: value,
    sub_filter: bytes = b"ETSI.CAdES.detached",
    digest: str = "sha256",
) -> Document:
    """The letter with a signature whose CMS is changed before and after it is encoded."""

    def signer(covered: bytes) -> bytes:
        cms = cms_maker.made(holder(base.signer), digest, content=covered)
        return encode(change(cms).der())

    original = base.original
    return original.seal(original.field_signed(sub_filter=sub_filter), signer, ROOMY)


@FAMILY.control(on=ALL)
def made_by_hand(base: Base) -> Document:
    return signed(base)


@FAMILY.control()
def in_basic_encoding(base: Base) -> Document:
    """Indefinite lengths and strings in pieces: BER, as older writers have it."""
    return signed(base, encode=indefinite)


def indefinite(value: bytes) -> bytes:
    """ContentInfo and SignedData with indefinite lengths; certificates stay as they were signed."""
    _, start, _ = element(value, 0)
    _, _, after = element(value, start)  # the content type
    _, inner, _ = element(value, after)
    _, inside, _ = element(value, inner)
    wrapped = b"\xa0\x80\x30\x80" + value[inside:] + bytes(4)
    return b"\x30\x80" + value[start:after] + wrapped + bytes(2)


@FAMILY.control()
def with_a_longer_digest(base: Base) -> Document:
    return signed(base, digest="sha512")


@FAMILY.control()
def signer_named_by_key(base: Base) -> Document:
    return signed(base, lambda cms: by_key(cms, holder(base.signer)))


@FAMILY.control()
def older_sub_filter(base: Base) -> Document:
    return signed(base, sub_filter=b"adbe.pkcs7.detached")


def by_key(cms: Cms, who: Holder) -> Cms:
    """The SignerIdentifier is a key identifier, so the version is 3 (RFC 5652, 5.3)."""
    identifier = who.certificate.extensions[0].value.digest
    return replace(cms, signer=tagged(0x80, identifier), signer_version=3, version=3)


def digest_attribute(*digests: bytes) -> bytes:
    return attribute(MESSAGE_DIGEST, *map(octet_string, digests))


def stated(cms: Cms, kind: str) -> bytes:
    """The signed attribute of that kind, as encoded."""
    return next(each for each in cms.attributes or () if oid(kind) in each[:20])


FOREIGN = hashlib.sha256(b"another letter").digest()
_SIGNED: dict[str, Change] = {
    "no content type": lambda cms: cms.without(CONTENT_TYPE),
    "another content type": lambda cms: cms.without(CONTENT_TYPE).having(
        attribute(CONTENT_TYPE, oid(SIGNED_DATA))
    ),
    "content type twice": lambda cms: cms.having(attribute(CONTENT_TYPE, oid(SIGNED_DATA))),
    "content type of two values": lambda cms: cms.without(CONTENT_TYPE).having(
        attribute(CONTENT_TYPE, oid(DATA), oid(SIGNED_DATA))
    ),
    "no message digest": lambda cms: cms.without(MESSAGE_DIGEST),
    "message digest twice": lambda cms: cms.having(digest_attribute(FOREIGN)),
    "message digest without a value": lambda cms: cms.without(MESSAGE_DIGEST).having(
        digest_attribute()
    ),
    "message digest that is no string": lambda cms: cms.without(MESSAGE_DIGEST).having(
        attribute(MESSAGE_DIGEST, integer(1))
    ),
    "no signing certificate": lambda cms: cms.without(REFERENCE_V2),
    "signing certificate of another": lambda cms: cms.without(REFERENCE_V2).having(
        reference(OTHER.der)
    ),
    "signing certificate of the authority": lambda cms: cms.without(REFERENCE_V2).having(
        reference(ISSUING.der)
    ),
    "signing certificate twice": lambda cms: cms.having(reference(OTHER.der)),
    "signing certificate without a value": lambda cms: cms.without(REFERENCE_V2).having(
        attribute(REFERENCE_V2)
    ),
    "signing certificate empty": lambda cms: cms.without(REFERENCE_V2).having(
        attribute(REFERENCE_V2, sequence(sequence()))
    ),
    "signing certificate by an unknown digest": lambda cms: cms.without(REFERENCE_V2).having(
        attribute(
            REFERENCE_V2,
            sequence(sequence(sequence(algorithm("2.25.77"), octet_string(FOREIGN)))),
        )
    ),
    "algorithms protected that are not in use": lambda cms: cms.having(
        attribute(
            PROTECTION,
            sequence(algorithm(DIGESTS["sha512"]), b"\xa1" + cms.signature_algorithm[1:]),
        )
    ),
    "no attributes": lambda cms: replace(cms, attributes=None),
    "attributes empty": lambda cms: replace(cms, attributes=()),
    "no certificate": lambda cms: replace(cms, certificates=()),
    "only the authority's certificate": lambda cms: replace(cms, certificates=(ISSUING.der,)),
    "no signer": lambda cms: replace(cms, signers=0),
    "two signers": lambda cms: replace(cms, signers=2),
    "letter of its own inside": lambda cms: replace(cms, content=b"Dibayarkan Rp 900.000"),
    "content of another type": lambda cms: replace(cms, content_type=SIGNED_DATA),
    "content that is a time stamp": lambda cms: replace(
        cms, content_type="1.2.840.113549.1.9.16.1.4"
    ),
    "digest algorithms none": lambda cms: replace(cms, digest_algorithms=()),
    "digest algorithms another": lambda cms: replace(
        cms, digest_algorithms=(algorithm(DIGESTS["sha512"]),)
    ),
    "digest algorithm another": lambda cms: replace(
        cms, digest_algorithm=algorithm(DIGESTS["sha512"])
    ),
    "digest algorithm unknown": lambda cms: replace(cms, digest_algorithm=algorithm("2.25.77")),
    "signature algorithm unknown": lambda cms: replace(
        cms, signature_algorithm=algorithm("2.25.77")
    ),
    "signature algorithm of a digest": lambda cms: replace(
        cms, signature_algorithm=algorithm(DIGESTS["sha256"])
    ),
    "signature empty": lambda cms: replace(cms, sign=lambda data: b""),
    "signature of zeros": lambda cms: replace(cms, sign=lambda data: bytes(256)),
    "signature of ones": lambda cms: replace(cms, sign=lambda data: b"\xff" * 256),
    "signature with a bit turned": lambda cms: replace(
        cms, sign=lambda data: cms.sign(data)[:-1] + bytes([cms.sign(data)[-1] ^ 1])
    ),
    "signature with bytes behind": lambda cms: replace(
        cms, sign=lambda data: cms.sign(data) + b"\0"
    ),
    "signature over the digest alone": lambda cms: replace(
        cms, sign=lambda data: cms.sign(stated(cms, MESSAGE_DIGEST)[-32:])
    ),
    "signature over the attributes as they are tagged": lambda cms: replace(
        cms, sign=lambda data: cms.sign(b"\xa0" + data[1:])
    ),
    "signature over nothing": lambda cms: replace(cms, sign=lambda data: cms.sign(b"")),
    "signature by another key": lambda cms: replace(
        cms,
        sign=cms_maker.made(OTHER).sign,
        signature_algorithm=cms_maker.made(OTHER).signature_algorithm,
    ),
    "signer that is another": lambda cms: replace(
        cms,
        signer=sequence(*name_and_serial(OTHER.der)),
        certificates=(*cms.certificates, OTHER.der),
    ),
    "signer that is nobody": lambda cms: replace(
        cms, signer=sequence(name_and_serial(OTHER.der)[0], integer(987654))
    ),
    "signer named by another's key": lambda cms: replace(
        by_key(cms, OTHER), certificates=(*cms.certificates, OTHER.der)
    ),
}  # fmt: skip
for _name, _change in _SIGNED.items():
    FAMILY.add(_name, lambda base, change=_change: signed(base, change), "invalid", 2)


@FAMILY.attack("altered", 2)
def message_digest_of_another_letter(base: Base) -> Document:
    """All is in order but that another letter was signed."""
    return signed(base, lambda cms: cms.without(MESSAGE_DIGEST).having(digest_attribute(FOREIGN)))


@FAMILY.attack("altered", 2)
def message_digest_cut(base: Base) -> Document:
    """Sixteen right bytes of thirty-two."""

    def cut(cms: Cms) -> Cms:
        right = stated(cms, MESSAGE_DIGEST)[-32:]
        return cms.without(MESSAGE_DIGEST).having(digest_attribute(right[:16]))

    return signed(base, cut)


@FAMILY.attack("invalid", 2)
def message_digest_of_two_values(base: Base) -> Document:
    """The right one and another: whoever looks for one of them finds it."""

    def doubled(cms: Cms) -> Cms:
        right = stated(cms, MESSAGE_DIGEST)[-32:]
        return cms.without(MESSAGE_DIGEST).having(digest_attribute(right, FOREIGN))

    return signed(base, doubled)


# -- certificates substituted --------------------------------------------------------------------


@FAMILY.attack("invalid", 2)
def certificate_of_the_same_name_and_number(base: Base) -> Document:
    """A self-made certificate in the place of the real one."""
    made = pki.certificate(
        base.signer.certificates[0].subject,
        pki.ec_key(3002),
        base.signer.certificates[0].serial_number,
        (pki.ISSUING_NAME, pki.ec_key(3002)),
    )
    fake = Holder(made.subject, pki.ec_key(3002), made)
    return signed(base, lambda cms: replace(cms, certificates=(fake.der, ISSUING.der)))


@FAMILY.attack("invalid", 2, on=(TABLE,))
def certificate_of_another_person_for_the_same_key(base: Base) -> Document:
    """The authority certified the key twice; the signature names the first person."""
    return signed(
        base,
        lambda cms: replace(
            cms,
            signer=sequence(*name_and_serial(TWIN.der)),
            certificates=(TWIN.der, ISSUING.der),
        ),
    )


@FAMILY.attack("untrusted", 3)
def impostor_of_the_same_name(base: Base) -> Document:
    """Everything is sound, and nobody vouches for it."""
    original = base.original
    return original.seal(
        original.field_signed(), lambda covered: cms_maker.made(SELF_MADE, content=covered).der()
    )


@FAMILY.attack("untrusted", 3)
def impostor_with_the_real_certificate_beside(base: Base) -> Document:
    """The real chain lies in the CMS, and is not the signer's."""

    def signer(covered: bytes) -> bytes:
        cms = cms_maker.made(
            Holder(SELF_MADE.name, SELF_MADE.key, SELF_MADE.certificate), content=covered
        )
        return replace(cms, certificates=(*base.signer.chain, SELF_MADE.der)).der()

    return base.original.seal(base.original.field_signed(), signer, ROOMY)


# -- the value as a whole ------------------------------------------------------------------------


@FAMILY.attack("invalid", 2)
def value_cut(base: Base) -> Document:
    return signed(base, encode=lambda value: value[:-40])


@FAMILY.attack("invalid", 2)
def value_with_more_behind_its_parts(base: Base) -> Document:
    """Something stands behind SignedData, inside of ContentInfo."""
    return signed(base, encode=lambda value: _within(value, octet_string(b"tersembunyi")))


@FAMILY.attack("invalid", 2)
def value_of_plain_data(base: Base) -> Document:
    """A ContentInfo that says it is data."""
    return signed(base, encode=lambda value: value.replace(oid(SIGNED_DATA), oid(DATA), 1))


@FAMILY.attack("invalid", 2)
def value_that_is_text(base: Base) -> Document:
    return signed(base, encode=lambda value: b"tanda tangan")


@FAMILY.attack("invalid", 2)
def value_of_deep_nesting(base: Base) -> Document:
    return signed(base, encode=lambda value: b"\x30\x80" * 1200)


@FAMILY.attack("invalid", 2)
def value_of_another_length(base: Base) -> Document:
    """The outermost length reaches beyond the gap."""
    return signed(base, encode=lambda value: b"\x30\x83\xff\xff\xff" + value[4:])


def _within(value: bytes, more: bytes) -> bytes:
    inner = value[4:] + more
    return sequence(inner)


# -- sub filters ---------------------------------------------------------------------------------


@FAMILY.attack("invalid", 2)
def old_form_without_attributes(base: Base) -> Document:
    return signed(base, sub_filter=b"adbe.x509.rsa_sha1")


@FAMILY.attack("invalid", 2)
def old_form_of_a_digest(base: Base) -> Document:
    return signed(base, sub_filter=b"adbe.pkcs7.sha1")


@FAMILY.attack("invalid", 2)
def signature_that_poses_as_a_time_stamp(base: Base) -> Document:
    return signed(base, sub_filter=b"ETSI.RFC3161")
