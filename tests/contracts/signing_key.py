"""What every `SigningKey` must do: each adapter's test class inherits `SigningKeyContract`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from app.crypto.keystore import SigningKey
from app.model import Algorithm

NewKey = Callable[[], SigningKey]

_HASHES = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}


def verify(leaf: bytes, algorithm: Algorithm, signature: bytes, data: bytes) -> None:
    """Raise unless `signature` is by the key of `leaf` (DER), with exactly this algorithm."""
    key, digest = x509.load_der_x509_certificate(leaf).public_key(), _HASHES[algorithm.digest]
    if algorithm.scheme == "ecdsa":
        assert isinstance(key, ec.EllipticCurvePublicKey)
        key.verify(signature, data, ec.ECDSA(digest))
        return
    assert isinstance(key, rsa.RSAPublicKey)
    fill: padding.AsymmetricPadding = padding.PKCS1v15()
    if algorithm.scheme == "rsa-pss":
        fill = padding.PSS(padding.MGF1(digest), digest.digest_size)
    key.verify(signature, data, fill, digest)


class SigningKeyContract:
    """Subclasses give `new_key`: a key that is ready for one signature at each call.

    It may be the same object again; it may also be good for one signature only.
    """

    tries = 60  # signatures: an ECDSA one varies in length

    @pytest.fixture
    def new_key(self) -> NewKey:
        raise NotImplementedError

    def test_the_chain_begins_with_the_certificate_that_verifies(self, new_key: NewKey) -> None:
        key = new_key()
        assert key.chain
        verify(key.chain[0], key.algorithm, key.sign(b"teken"), b"teken")

    def test_each_certificate_is_issued_by_the_next(self, new_key: NewKey) -> None:
        chain = [x509.load_der_x509_certificate(der) for der in new_key().chain]
        for certificate, issuer in pairwise(chain):
            certificate.verify_directly_issued_by(issuer)

    def test_other_data_does_not_verify(self, new_key: NewKey) -> None:
        key = new_key()
        signature = key.sign(b"teken")
        with pytest.raises(InvalidSignature):
            verify(key.chain[0], key.algorithm, signature, b"Teken")

    def test_no_signature_is_longer_than_the_dry_run_says(self, new_key: NewKey) -> None:
        for number in range(self.tries):
            key = new_key()
            size = key.dry_run()
            assert len(key.sign(number.to_bytes(4, "big"))) <= size

    def test_a_dry_run_uses_nothing_up(self, new_key: NewKey) -> None:
        key = new_key()
        assert len({key.dry_run() for _ in range(1000)}) == 1
        verify(key.chain[0], key.algorithm, key.sign(b"teken"), b"teken")

    @pytest.mark.parametrize("size", [0, 1, 63, 64, 65, 1_000_000])
    def test_data_of_any_length_is_hashed_inside(self, new_key: NewKey, size: int) -> None:
        key, data = new_key(), hashlib.shake_128(b"data").digest(size)
        verify(key.chain[0], key.algorithm, key.sign(data), data)

    def test_threads_sign_side_by_side(self, new_key: NewKey) -> None:
        def work(number: int) -> None:
            key, data = new_key(), number.to_bytes(4, "big")
            verify(key.chain[0], key.algorithm, key.sign(data), data)

        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(work, range(self.tries))) == [None] * self.tries
