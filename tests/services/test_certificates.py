"""What is shown of a certificate is what it says, and what cannot be read is said."""

from __future__ import annotations

import hashlib

from app.services import certificates
from tests import pki


def test_the_facts_are_those_of_the_certificate() -> None:
    leaf, issuing, _ = pki.identity("p256").chain
    found, above = certificates.facts(leaf), certificates.facts(issuing)
    assert found is not None and above is not None
    assert f"CN={pki.TALLO.name}; T={pki.TALLO.position}; O={pki.OFFICE}; C=ID" == found.subject
    assert found.issuer == above.subject
    assert found.sha256.replace(" ", "") == hashlib.sha256(leaf).hexdigest().upper()
    assert int(found.serial, 16) == pki.identity("p256").certificates[0].serial_number
    assert (found.not_before, found.not_after) == (pki.NOT_BEFORE, pki.NOT_AFTER)


def test_what_is_no_certificate_has_no_facts() -> None:
    leaf = pki.identity("p256").chain[0]
    for data in (b"", b"x", leaf[:-1], leaf.replace(b"\x13\x02ID", b"\x13\x02\xff\xff")):
        assert certificates.facts(data) is None
