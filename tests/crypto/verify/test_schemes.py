"""Signature algorithms: each that CMS may name, made by the cryptography package."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, x25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.crypto.der import NULL, integer, octet_string, sequence, tagged
from app.crypto.verify import signature
from app.crypto.verify.algorithms import Policy
from app.crypto.verify.certificate import elements
from app.crypto.verify.reasons import Failure
from app.crypto.verify.schemes import Identifier, verifies
from app.crypto.verify.signed_data import read
from tests import pki
from tests.crypto.verify import authorities, cms_maker
from tests.crypto.verify.cms_maker import (
    DIGESTS,
    DOCUMENT,
    ECDSA,
    ED25519,
    MGF1,
    PSS,
    RSA,
    Cms,
    algorithm,
    pss,
)

ROOT = authorities.root()
EVER = Policy(*(dict.fromkeys(each, datetime.max.replace(tzinfo=UTC)) for each in (
    (*DIGESTS, "sha3_224"), DIGESTS, (0,), ("secp256r1", "secp384r1", "secp521r1", "ed25519",
    "brainpoolP256r1", "secp256k1")
)))  # fmt: skip
ED_KEY = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
CURVES: dict[str, ec.EllipticCurve] = {
    "secp384r1": ec.SECP384R1(),
    "secp521r1": ec.SECP521R1(),
    "brainpoolP256r1": ec.BrainpoolP256R1(),
}


@cache
def holder(kind: str) -> authorities.Holder:
    keys: dict[str, Any] = {
        "rsa": pki.rsa_key(2048),
        "ec": pki.ec_key(4001),
        "ed25519": ED_KEY,
        **{name: ec.derive_private_key(4002, curve) for name, curve in CURVES.items()},
    }
    return ROOT.issue(pki.name_of(kind), keys[kind])


def code_of(made: Cms) -> str:
    """Why it is refused, empty where it is accepted."""
    try:
        signed = read(made.der())
        digest = hashlib.new(signed.digest, DOCUMENT).digest()
        found = signature.find_signer(signed, (), mandatory=True)
        signature.check(signed, found, digest)
        assert signature.check_strength(signed, found, EVER, pki.SIGNED_AT, True) == ()
    except Failure as failure:
        return failure.reason.code
    assert found == made.certificates[0]
    return ""


@pytest.mark.parametrize(
    ("kind", "digest"),
    [
        *(("rsa", digest) for digest in DIGESTS),
        *((kind, digest) for kind in ("ec", *CURVES) for digest in ECDSA if digest),
    ],
)
def test_every_digest_with_every_kind_of_key(kind: str, digest: str) -> None:
    assert code_of(cms_maker.made(holder(kind), digest)) == ""


@pytest.mark.parametrize("digest", DIGESTS)
@pytest.mark.parametrize("salt", [0, 20, 64])
def test_pss_with_every_digest(digest: str, salt: int) -> None:
    assert code_of(cms_maker.made(holder("rsa"), digest, salt)) == ""


def test_ed25519() -> None:
    assert code_of(cms_maker.made(holder("ed25519"), "sha512")) == ""
    assert code_of(cms_maker.made(holder("ed25519"), "sha256")) == "cms_form"  # RFC 8419, 3.1


@pytest.mark.parametrize("digest", ["sha1", "sha256", "sha512", "sha3_256"])
@pytest.mark.parametrize("parameters", [(), (NULL,)])
def test_algorithms_that_leave_the_digest_to_the_signer_info(
    digest: str, parameters: tuple[bytes, ...]
) -> None:
    for kind, dotted in (("rsa", RSA[""]), ("ec", ECDSA[""])):
        made = cms_maker.made(holder(kind), digest)
        assert code_of(replace(made, signature_algorithm=algorithm(dotted, *parameters))) == ""


@pytest.mark.parametrize("parameters", [(), (NULL,)])
def test_null_and_missing_parameters_are_the_same(parameters: tuple[bytes, ...]) -> None:
    for kind, names in (("rsa", RSA), ("ec", ECDSA)):
        made = cms_maker.made(holder(kind))
        assert (
            code_of(replace(made, signature_algorithm=algorithm(names["sha256"], *parameters)))
            == ""
        )
    made = cms_maker.made(holder("rsa"))
    named = algorithm(DIGESTS["sha256"], *parameters)
    assert code_of(replace(made, digest_algorithm=named)) == ""


@pytest.mark.parametrize(("kind", "names"), [("rsa", RSA), ("ec", ECDSA)])
def test_a_digest_that_the_signer_info_does_not_name(kind: str, names: dict[str, str]) -> None:
    made = cms_maker.made(holder(kind), "sha256")
    assert code_of(replace(made, signature_algorithm=algorithm(names["sha384"]))) == "cms_form"
    strong = cms_maker.made(holder(kind), "sha512")
    _, weakly = cms_maker.signing(holder(kind).key, "sha1")
    assert (
        code_of(replace(strong, signature_algorithm=algorithm(names["sha1"]), sign=weakly))
        == "cms_form"
    )


def test_attributes_hashed_otherwise_than_stated() -> None:
    """The identifier says SHA-256, the signature was made over SHA-384."""
    _, other = cms_maker.signing(holder("ec").key, "sha384")
    assert code_of(replace(cms_maker.made(holder("ec")), sign=other)) == "signature"


@pytest.mark.parametrize("kind", ["rsa", "ec", "ed25519"])
@pytest.mark.parametrize("other", ["rsa", "ec", "ed25519"])
def test_an_algorithm_for_another_kind_of_key(kind: str, other: str) -> None:
    made = cms_maker.made(holder(kind), "sha512")
    theirs = cms_maker.made(holder(other), "sha512")
    mixed = replace(made, signature_algorithm=theirs.signature_algorithm)
    assert code_of(mixed) == ("" if kind == other else "signature")


# -- RSASSA-PSS ----------------------------------------------------------------------------------


def pss_made(parameters: bytes, digest: str = "sha256", salt: int = 32) -> Cms:
    made = cms_maker.made(holder("rsa"), digest, salt)
    return replace(made, signature_algorithm=parameters)


def test_pss_defaults_are_sha1_and_twenty() -> None:
    """RFC 4055, 3.1."""
    made = pss_made(algorithm(PSS, sequence()), "sha1", 20)
    assert code_of(made) == ""
    assert code_of(pss_made(algorithm(PSS, sequence()))) == "cms_form"


def test_pss_trailer() -> None:
    assert code_of(pss_made(pss("sha256", 32, "", tagged(0xA3, integer(1))))) == ""
    assert code_of(pss_made(pss("sha256", 32, "", tagged(0xA3, integer(2))))) == "unknown_algorithm"


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        (algorithm(PSS), "cms_form"),
        (algorithm(PSS, NULL), "cms_form"),
        (pss("sha384", 32), "cms_form"),
        (pss("sha384", 32, "sha256"), "cms_form"),
        (pss("sha256", 32, "sha1"), "cms_form"),
        (pss("sha256", 513), "unknown_algorithm"),
        (algorithm(PSS, octet_string(b"x")), "cms_unreadable"),
        (pss("sha256", 32, "", tagged(0xA4, integer(1))), "cms_unreadable"),
        (
            algorithm(
                PSS,
                sequence(tagged(0xA0, algorithm(DIGESTS["sha256"])), tagged(0xA1, algorithm(MGF1))),
            ),
            "unknown_algorithm",
        ),
        (
            algorithm(
                PSS,
                sequence(
                    tagged(0xA0, algorithm(DIGESTS["sha256"])),
                    tagged(0xA1, algorithm("2.25.1", algorithm(DIGESTS["sha256"]))),
                ),
            ),
            "unknown_algorithm",
        ),
    ],
)
def test_pss_parameters_that_are_refused(parameters: bytes, code: str) -> None:
    assert code_of(pss_made(parameters)) == code


@pytest.mark.parametrize("stated", [0, 20, 31, 33, 500])
def test_a_salt_of_another_length_than_stated(stated: int) -> None:
    assert code_of(pss_made(pss("sha256", stated))) == "signature"


def test_a_negative_salt() -> None:
    parameters = sequence(
        tagged(0xA0, algorithm(DIGESTS["sha256"])),
        tagged(0xA1, algorithm(MGF1, algorithm(DIGESTS["sha256"]))),
        tagged(0xA2, b"\x02\x01\xff"),
    )
    assert code_of(pss_made(algorithm(PSS, parameters))) == "unknown_algorithm"


def test_a_mask_by_another_digest_than_stated() -> None:
    key = pki.rsa_key(2048)
    other = padding.PSS(padding.MGF1(hashes.SHA384()), 32)
    made = pss_made(pss("sha256", 32))
    assert (
        code_of(replace(made, sign=lambda data: key.sign(data, other, hashes.SHA256())))
        == "signature"
    )


def test_pss_and_pkcs1_are_not_confused() -> None:
    plain = cms_maker.made(holder("rsa"))
    assert code_of(replace(plain, signature_algorithm=pss("sha256", 32))) == "signature"
    assert code_of(pss_made(algorithm(RSA["sha256"], NULL))) == "signature"


# -- what is not known ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "unknown",
    [
        algorithm("2.25.1"),
        algorithm("1.3.101.113"),  # Ed448
        algorithm("1.2.840.10040.4.3"),  # DSA with SHA-1
        algorithm(ECDSA["sha256"], sequence()),
        algorithm(RSA["sha256"], integer(1)),
        algorithm(ED25519, b"\x05\x01\x00"),
        algorithm(DIGESTS["sha256"]),
    ],
)
def test_unknown_algorithms(unknown: bytes) -> None:
    assert (
        code_of(replace(cms_maker.made(holder("ec")), signature_algorithm=unknown))
        == "unknown_algorithm"
    )


def spki(key: Any) -> bytes:
    encoded: bytes = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return encoded


@pytest.mark.parametrize(
    "key",
    [
        ed448.Ed448PrivateKey.from_private_bytes(bytes(57)),
        x25519.X25519PrivateKey.from_private_bytes(bytes(32)),
    ],
    ids=["Ed448", "X25519"],
)
def test_kinds_of_keys_that_are_not_accepted(key: Any) -> None:
    with pytest.raises(Failure) as failure:
        EVER.key(spki(key))
    assert failure.value.reason.code == "unknown_algorithm"


def pss_key(*parameters: bytes) -> bytes:
    """The RSA key, as one that is for RSASSA-PSS only."""
    _, bits = elements(spki(pki.rsa_key(2048)))
    return sequence(algorithm(PSS, *parameters), bits)


def test_a_key_that_is_for_pss_only() -> None:
    """RFC 4055, 1.2: such a key makes no other signatures."""
    key = pki.rsa_key(2048)
    _, sign = cms_maker.signing(key, "sha256")
    value, plain = sign(b"data"), Identifier(RSA["sha256"])
    assert verifies(plain, "sha256", spki(key), value, b"data")
    assert not verifies(plain, "sha256", pss_key(), value, b"data")


@pytest.mark.parametrize(
    ("digest", "least", "fits"),
    [("sha256", 32, True), ("sha256", 0, True), ("sha256", 33, False), ("sha384", 32, False)],
)
def test_a_key_that_is_for_one_digest_and_salt(digest: str, least: int, fits: bool) -> None:
    """RFC 4055, 3.3."""
    _, sign = cms_maker.signing(pki.rsa_key(2048), "sha256", 32)
    value, how = sign(b"data"), Identifier(PSS, elements(pss("sha256", 32))[1])
    assert verifies(how, "sha256", pss_key(), value, b"data")
    key = pss_key(elements(pss(digest, least))[1])
    if fits:
        assert verifies(how, "sha256", key, value, b"data")
    else:
        with pytest.raises(Failure):
            verifies(how, "sha256", key, value, b"data")


def test_signatures_must_have_the_length_of_the_modulus() -> None:
    made = cms_maker.made(holder("rsa"))
    for spoil in (lambda value: b"\0" + value, lambda value: value[:-1]):
        spoiled = replace(made, sign=lambda data, spoil=spoil: spoil(made.sign(data)))
        assert code_of(spoiled) == "signature"
