"""Time-stamp tokens as a test wants them (RFC 3161), by authorities of these tests."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from app.crypto.der import integer, octet_string, oid, sequence, tagged
from tests import pki
from tests.crypto.verify import authorities, cms_maker
from tests.crypto.verify.authorities import Extensions, Holder
from tests.crypto.verify.cms_maker import CONTENT_TYPE, DIGESTS, Cms, algorithm, attribute

TST_INFO = "1.2.840.113549.1.9.16.1.4"
TIME_STAMP = "1.2.840.113549.1.9.16.2.14"
STAMPED = b"what is stamped"
STAMPED_AT = datetime(2026, 11, 2, 1, 30, tzinfo=UTC)
ROOT = authorities.root("Root of time", 3501)
ONLY_TIME: Extensions = (
    (pki.usage("digital_signature"), True),
    (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True),
)


def authority(
    extensions: Extensions = ONLY_TIME, number: int = 3502, **changes: datetime
) -> Holder:
    """A time-stamp authority below ROOT."""
    return ROOT.issue(pki.name_of("Time"), pki.ec_key(number), extensions, **changes)


@dataclass(frozen=True)
class Info:
    """A TSTInfo; `more` is what follows the time."""

    version: int = 1
    digest: str = "sha256"
    imprint: bytes | None = None  # None: of what is stamped
    time: bytes = b"20261102013000Z"
    more: tuple[bytes, ...] = field(default=())

    def der(self) -> bytes:
        value = self.imprint
        if value is None:
            value = hashlib.new(self.digest, STAMPED).digest()
        return sequence(
            integer(self.version),
            oid("2.25.7"),
            sequence(algorithm(DIGESTS[self.digest]), octet_string(value)),
            integer(4711),
            tagged(0x18, self.time),
            *self.more,
        )


def token(signer: Holder, info: Info | bytes = Info(), digest: str = "sha256") -> Cms:
    """A token by `signer`, of which every part can be replaced."""
    content = info if isinstance(info, bytes) else info.der()
    made = cms_maker.made(signer, digest, content=content)
    stated = attribute(CONTENT_TYPE, oid(TST_INFO))
    made = made.without(CONTENT_TYPE).having(stated)
    return replace(made, version=3, content_type=TST_INFO, content=content)


def written(time: datetime) -> bytes:
    """GeneralizedTime to the second."""
    return time.strftime("%Y%m%d%H%M%SZ").encode()


DAY = timedelta(days=1)
