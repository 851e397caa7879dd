"""The signed files of SiVa's tests: what is to be expected of each, long after they were signed.

Trusted are the self-signed authorities that these files carry, here and nowhere else.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from app.crypto.pdf.document import PdfFile
from app.crypto.verify.evidence import read_store
from app.crypto.verify.trust import Anchor, Trust

# SHA-256 of each root, and a file in whose DSS it is.
ROOTS: Mapping[str, str] = {
    "3e84ba4342908516e77573c0992f0979ca084e4685681ff195ccba8a229b8a76":
        "hellopades-pades-b-lt-sha256-auth.pdf",  # EE Certification Centre Root CA
    "8740698fa393e60179e94a18795ea7dba3d081fdc15479a78fc561b42da2c70d":
        "reason_and_location_Test.pdf",  # TEST of EE Certification Centre Root CA
    "e4c92e1146e0123cab3c8f69d0831ecac89869b40d6a59d4107f5bbc916f09e2":
        "TEST_ESTEID2018_PAdES_LTA_enveloped.pdf",  # TEST of EE-GovCA2018
    "84242dd8e1a1878f76ff2b5ca0c8ef22c8a8863cf072e56a9f0dc28add96b143":
        "TEST_ESTEID2018_PAdES_LTA_enveloped.pdf",  # TEST of SK ID Solutions ROOT G1E
}  # fmt: skip

# What is to be expected, as the verdict and the reasons that made it.
_KEY = "invalid: 2 unknown_algorithm"  # Estonian keys of 2011 to 2015 with a negative modulus
_WEAK = "invalid: 2 weak"
_EXPIRED = "indeterminate: 3 expired"  # so is the authority of the newest time stamp by now
_UNKNOWN = "indeterminate: 3 revocation_unknown"  # answers are about the signer only
_NO_PATH = "untrusted: 3 no_path"  # the authority is in none of the files
EXPECTED: Mapping[str, str] = {
    "PadesProfileT.pdf": _EXPIRED,
    "PadesTestAdesQC.pdf": _EXPIRED,
    "PdfValidSingleSignature.pdf": _NO_PATH,
    "Regulatione-signedbyco-legislators.pdf": _WEAK,
    "TEST_ESTEID2018_PAdES_B_enveloped.pdf": _NO_PATH,
    "TEST_ESTEID2018_PAdES_LTA_enveloped.pdf": _UNKNOWN,
    "TEST_ESTEID2018_PAdES_LT_enveloped.pdf": _UNKNOWN,
    "TEST_ESTEID2018_PAdES_T_enveloped.pdf": _NO_PATH,
    "hellopades-ecdsa.pdf": _NO_PATH,
    "hellopades-lt-b.pdf": _KEY,
    "hellopades-lt-rsa1024-sha1-expired.pdf": _NO_PATH,
    "hellopades-lt-sha1-rsa1024-expired2.pdf": _WEAK,
    "hellopades-lt-sha1.pdf": _KEY,
    "hellopades-lt-sha256-ec224.pdf": _EXPIRED,
    "hellopades-lt-sha256-ec256.pdf": _EXPIRED,
    "hellopades-lt-sha256-ocsp-15min1s.pdf": _KEY,
    "hellopades-lt-sha256-ocsp-28h.pdf": _KEY,
    "hellopades-lt-sha256-revoked.pdf": _EXPIRED,
    "hellopades-lt-sha256-rsa1023.pdf": _WEAK,
    "hellopades-lt-sha256-rsa1024-expired2.pdf": _WEAK,
    "hellopades-lt-sha256-rsa1024-not-expired.pdf": _WEAK,
    "hellopades-lt-sha256-rsa1024.pdf": _WEAK,
    "hellopades-lt-sha256-rsa2047.pdf": _WEAK,
    "hellopades-lt-sha256-rsa2048-7d.pdf": _EXPIRED,
    "hellopades-lt-sha256-rsa2048-expired.pdf": _EXPIRED,
    "hellopades-lt-sha256-rsa2048-no-ts.pdf": _EXPIRED,
    "hellopades-lt-sha256-rsa2048-ocsp-before-ts.pdf": _EXPIRED,
    "hellopades-lt-sha256-rsa2048.pdf": _EXPIRED,
    "hellopades-lt-sha512.pdf": _KEY,
    "hellopades-lt1-lt2-Serial.pdf": _EXPIRED,
    "hellopades-lt1-lt2-parallel3.pdf": _EXPIRED,
    "hellopades-lt1-lt2-wrongDigestValue.pdf": "altered: 5 changed, 2 digest",
    "hellopades-pades-b-lt-sha256-auth.pdf": _KEY,
    "hellopades-pades-b-sha256-auth.pdf": _KEY,
    "hellopades-pades-lt-sha256-auth.pdf": _KEY,
    "hellopades-pades-lt-sha256-sign.pdf": _KEY,
    "missing_signing_certificate_attribute.pdf": "invalid: 2 cms_form",
    "pades-baseline-lta-live-aj.pdf": _NO_PATH,
    "pades-baseline-t-live-aj.pdf": _NO_PATH,
    "pades_lt_revoked.pdf": _NO_PATH,
    "pades_lt_two_valid_sig.pdf": "altered: 5 covered",
    "reason_and_location_Test.pdf": _EXPIRED,
    "soft-cert-signature.pdf": _NO_PATH,
}


def has(name: str) -> bool:
    return name.startswith("siva/")


@functools.cache
def nobody() -> Trust:
    """Nobody is trusted."""
    return Trust()


@functools.cache
def trust(folder: Path) -> Trust:
    """The roots."""
    found = {}
    for name in set(ROOTS.values()):
        for der in read_store(PdfFile((folder / "siva" / name).read_bytes())).certificates:
            found[hashlib.sha256(der).hexdigest()] = der
    return Trust(tuple(Anchor(found[root]) for root in ROOTS))


def unexpected(told: Mapping[str, str]) -> Iterator[str]:
    """Files of which something else is said than is expected."""
    for name, expected in EXPECTED.items():
        said = told.get(f"corpus/siva/{name}", expected)
        if said != expected:
            yield f"SIVA  {name}: {said}, expected {expected}"
