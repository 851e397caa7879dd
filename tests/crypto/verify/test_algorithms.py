"""The policy: what is weak from which day on, and what that means for one signature."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.crypto.verify.algorithms import FILE, Policy, Use, weakness
from app.crypto.verify.reasons import Failure
from tests import pki

POLICY = Policy.default()
END = datetime(2014, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
OLD = Use("SHA-1", END)
GOOD = Use("SHA-256", datetime(9999, 1, 1, tzinfo=UTC))
EARLY = datetime(2010, 1, 1, tzinfo=UTC)
SMALL = """
[digests]
sha1 = 2014-01-01
[references]
[rsa]
1024 = 2014-01-01
2048 = true
[curves]
"""


def code(at: datetime, proven: bool, since: datetime = EARLY, *uses: Use) -> str:
    try:
        reasons = weakness(uses or (GOOD, OLD), at, proven, since)
    except Failure as failure:
        reasons = (failure.reason,)
        assert failure.reason.verdict == "invalid"
    for reason in reasons:
        assert reason.details["what"] == "SHA-1"
        return reason.code
    return ""


def spki(key: Any) -> bytes:
    encoded: bytes = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return encoded


@pytest.mark.parametrize("proven", [True, False])
def test_the_last_good_day(proven: bool) -> None:
    assert code(END - timedelta(seconds=1), proven) == ""
    assert code(END, proven) != ""


def test_weak_at_the_time_that_is_proven() -> None:
    assert code(END + DAY, proven=True) == "weak"


def test_weak_now_but_perhaps_older() -> None:
    assert code(END + DAY, proven=False) == "weak_unproven"


def test_a_signature_is_no_older_than_its_certificate() -> None:
    assert code(END + DAY, False, since=END - timedelta(seconds=1)) == "weak_unproven"
    assert code(END + DAY, False, since=END) == "weak"


def test_the_weakest_part_decides() -> None:
    assert code(END, True, EARLY, OLD, GOOD) == code(END, True, EARLY, GOOD, OLD) == "weak"
    assert code(END, True, EARLY, GOOD) == ""


def test_what_is_not_listed_was_never_safe() -> None:
    never = Policy.from_toml(SMALL.encode()).digest("sha512")
    with pytest.raises(Failure) as failure:
        weakness([never], EARLY, False, EARLY)
    assert failure.value.reason.code == "weak"
    assert failure.value.reason.details["what"] == "SHA-512"


@pytest.mark.parametrize(
    ("bits", "safe"), [(1024, False), (2047, False), (2048, True), (3072, True), (8192, True)]
)
def test_sizes_hold_up_to_the_next_one(bits: int, safe: bool) -> None:
    number = (1 << bits) - 1
    key = rsa.RSAPublicNumbers(65537, number).public_key()
    use = Policy.from_toml(SMALL.encode()).key(
        key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    )
    assert (use.until > END) is safe
    assert use.name == f"RSA {bits}"


def test_rsa_below_every_entry_was_never_safe() -> None:
    bare = Policy({}, {}, {4096: END}, {})
    assert bare.key(spki(pki.rsa_key(2048))).until < EARLY


NOW = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize("name", ["sha256", "sha384", "sha512", "sha3_256", "sha3_384", "sha3_512"])
def test_digests_that_are_safe_now(name: str) -> None:
    assert POLICY.digest(name).until > NOW
    assert POLICY.reference(name).until > NOW


@pytest.mark.parametrize("name", ["md5", "sha1"])
def test_digests_that_are_not(name: str) -> None:
    assert POLICY.digest(name).until < NOW


def test_naming_a_certificate_asks_less_of_a_digest() -> None:
    """Every time stamp of RFC 3161 before RFC 5816 names its certificate by SHA-1."""
    assert POLICY.reference("sha1").until > NOW
    assert POLICY.reference("md5").until < NOW


@pytest.mark.parametrize(
    ("key", "name"),
    [
        (pki.ec_key(5), "secp256r1"),
        (pki.ec_key(5, "P-384"), "secp384r1"),
        (pki.rsa_key(2048), "RSA 2048"),
        (pki.rsa_key(3072), "RSA 3072"),
        (ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32)), "ed25519"),
        (ec.derive_private_key(5, ec.BrainpoolP384R1()), "brainpoolP384r1"),
    ],
)
def test_keys_that_are_safe_now(key: Any, name: str) -> None:
    use = POLICY.key(spki(key))
    assert use.until > NOW
    assert use.name == name


@pytest.mark.parametrize("curve", [ec.SECP192R1(), ec.SECP256K1()])
def test_curves_that_are_not(curve: ec.EllipticCurve) -> None:
    assert POLICY.key(spki(ec.derive_private_key(5, curve))).until < NOW


@pytest.mark.parametrize("damaged", [b"", b"\x30\x00", b"no key", spki(pki.ec_key(5))[:-1]])
def test_keys_that_cannot_be_read(damaged: bytes) -> None:
    with pytest.raises(Failure) as failure:
        POLICY.key(damaged)
    assert failure.value.reason.code == "unknown_algorithm"


def test_the_default_is_what_the_file_says() -> None:
    assert Policy.from_toml(FILE.read_bytes()) == POLICY


@pytest.mark.parametrize(
    "value", ["false", "1", '"2014-01-01"', "2014-01-01T00:00:00Z", "[2014-01-01]"]
)
def test_a_policy_that_says_something_else(value: str) -> None:
    with pytest.raises(ValueError, match="neither a date nor true"):
        Policy.from_toml(SMALL.replace("2014-01-01", value).encode())


@pytest.mark.parametrize("missing", ["[digests]", "[references]", "[rsa]", "[curves]"])
def test_a_policy_that_is_not_complete(missing: str) -> None:
    with pytest.raises(ValueError, match="a section is missing"):
        Policy.from_toml(SMALL.replace(missing, "[another]").encode())
