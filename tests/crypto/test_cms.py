"""The CMS says what a PAdES baseline signature must say, read by a parser that is not ours."""

from __future__ import annotations

import hashlib

import pytest
from asn1crypto import cms as other
from asn1crypto import core, tsp
from cryptography import x509

from app.crypto import cms
from app.crypto.signatures import check
from app.errors import KeyMismatch
from app.model import Algorithm
from tests import pki

ALGORITHMS = [
    ("p256", Algorithm("ecdsa", "sha256")),
    ("p256", Algorithm("ecdsa", "sha512")),
    ("p384", Algorithm("ecdsa", "sha384")),
    ("rsa2048", Algorithm("rsa-pkcs1", "sha256")),
    ("rsa2048", Algorithm("rsa-pkcs1", "sha384")),
    ("rsa3072", Algorithm("rsa-pss", "sha256")),
    ("rsa4096", Algorithm("rsa-pss", "sha512")),
]
DIGEST = hashlib.sha256(b"a document").digest()


def written(name: str, algorithm: Algorithm) -> tuple[other.SignedData, bytes]:
    key = pki.identity(name).signing_key(algorithm)
    identity = cms.identity(key.chain, algorithm)
    attributes = identity.signed_attributes(hashlib.new(algorithm.digest, b"a document").digest())
    whole = identity.signed_data(attributes, key.sign(attributes))
    assert len(whole) <= identity.size(key.dry_run())
    return other.ContentInfo.load(whole, strict=True)["content"], attributes


@pytest.mark.parametrize(("name", "algorithm"), ALGORITHMS)
def test_structure(name: str, algorithm: Algorithm) -> None:
    data, attributes = written(name, algorithm)
    chain = pki.identity(name).chain
    assert data["version"].native == "v1"
    assert data["encap_content_info"]["content_type"].native == "data"
    assert data["encap_content_info"]["content"].native is None
    assert [item["algorithm"].native for item in data["digest_algorithms"]] == [algorithm.digest]
    assert {item.chosen.dump() for item in data["certificates"]} == {*chain}
    (signer,) = data["signer_infos"]
    assert signer["sid"].chosen["serial_number"].native == (
        x509.load_der_x509_certificate(chain[0]).serial_number
    )
    assert signer["signature_algorithm"].hash_algo == algorithm.digest
    assert signer["signature_algorithm"].signature_algo == {
        "ecdsa": "ecdsa", "rsa-pkcs1": "rsassa_pkcs1v15", "rsa-pss": "rsassa_pss"
    }[algorithm.scheme]  # fmt: skip
    assert signer["signed_attrs"].untag().dump(force=True) == attributes
    check(chain[0], algorithm, signer["signature"].native, attributes)


@pytest.mark.parametrize(("name", "algorithm"), ALGORITHMS)
def test_signed_attributes(name: str, algorithm: Algorithm) -> None:
    data, _ = written(name, algorithm)
    assert tsp  # importing it taught the parser signing-certificate-v2
    found = {
        item["type"].native: item["values"] for item in data["signer_infos"][0]["signed_attrs"]
    }
    assert set(found) == {"content_type", "message_digest", "signing_certificate_v2"}
    assert found["content_type"][0].native == "data"
    assert found["message_digest"][0].native == (
        hashlib.new(algorithm.digest, b"a document").digest()
    )
    (certificate,) = found["signing_certificate_v2"][0]["certs"]
    assert certificate["hash_algorithm"]["algorithm"].native == "sha256"
    assert certificate["cert_hash"].native == (hashlib.sha256(pki.identity(name).chain[0]).digest())


def test_pss_parameters_are_spelled_out() -> None:
    algorithm = Algorithm("rsa-pss", "sha384")
    parsed = other.SignedDigestAlgorithm.load(cms.signature_algorithm(algorithm))
    parameters = parsed["parameters"]
    assert parameters["hash_algorithm"]["algorithm"].native == "sha384"
    assert parameters["mask_gen_algorithm"]["parameters"]["algorithm"].native == "sha384"
    assert parameters["salt_length"].native == 48


def test_attributes_are_in_der_order() -> None:
    key = pki.identity("p256").signing_key()
    attributes = cms.identity(key.chain, key.algorithm).signed_attributes(DIGEST)
    members = [item.dump() for item in core.SetOf.load(attributes, spec=other.CMSAttribute)]
    assert members == sorted(members)


def test_a_signature_of_another_key_is_noticed() -> None:
    key, other_key = (pki.identity(name).signing_key() for name in ("p256", "second"))
    with pytest.raises(KeyMismatch):
        check(key.chain[0], key.algorithm, other_key.sign(b"data"), b"data")
    check(key.chain[0], key.algorithm, key.sign(b"data"), b"data")
