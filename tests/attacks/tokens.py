"""Time-stamp tokens of every kind (RFC 3161): honest ones, and ones that lie about one thing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.crypto.der import integer, octet_string, oid, sequence, tagged
from tests import pki
from tests.attacks.authorities import holder
from tests.attacks.base import Base, Document
from tests.attacks.letter import NEXT
from tests.attacks.sealing import HONEST
from tests.crypto.verify import cms_maker
from tests.crypto.verify.authorities import Holder
from tests.crypto.verify.cms_maker import CONTENT_TYPE, DIGESTS, Cms, algorithm, attribute

TST_INFO = "1.2.840.113549.1.9.16.1.4"
SIGNATURE_TIME_STAMP = "1.2.840.113549.1.9.16.2.14"
STAMPED_AT = pki.SIGNED_AT + timedelta(minutes=5)
ROOMY = replace(HONEST, room=6000)


TSA = holder(pki.time_stamper())


@dataclass(frozen=True, kw_only=True)
class Token:
    """What a token says, and who says it."""

    at: datetime = STAMPED_AT
    authority: Holder = TSA
    digest: str = "sha256"
    imprint: bytes | None = None  # instead of the digest of what is stamped
    version: int = 1
    content_type: str = TST_INFO
    change: Callable[[Cms], Cms] = lambda cms: cms

    def over(self, data: bytes) -> bytes:
        """The token (ContentInfo) over these bytes."""
        content = self.info(data)
        cms = cms_maker.made(self.authority, content=content).without(CONTENT_TYPE)
        stated = attribute(CONTENT_TYPE, oid(self.content_type))
        cms = replace(cms, content_type=self.content_type, content=content, version=3)
        return self.change(cms.having(stated)).der()

    def info(self, data: bytes) -> bytes:
        """TSTInfo (2.4.2)."""
        imprint = hashlib.new(self.digest, data).digest() if self.imprint is None else self.imprint
        return sequence(
            integer(self.version),
            oid("2.25.4711"),
            sequence(algorithm(DIGESTS[self.digest]), octet_string(imprint)),
            integer(77),
            tagged(0x18, f"{self.at:%Y%m%d%H%M%SZ}".encode()),
        )


def with_token(base: Base, token: Token, who: Holder | None = None, **changes: object) -> Document:
    """The letter with a signature that carries a token over its value (EN 319 122-1, 5.3)."""

    def signer(covered: bytes) -> bytes:
        cms = cms_maker.made(who or holder(base.signer), content=covered, **changes)  # type: ignore[arg-type]
        value = cms.sign(cms.signed())
        return replace(cms, unsigned=(attribute(SIGNATURE_TIME_STAMP, token.over(value)),)).der()

    return base.original.seal(base.original.field_signed(), signer, ROOMY)


def stamped(document: Document, token: Token, more: dict[int, bytes] | None = None) -> Document:
    """The document with a document time stamp in the field of the head (12.8.5)."""
    objects = document.field_signed(
        value=NEXT + 15, sub_filter=b"ETSI.RFC3161", kind=b"DocTimeStamp"
    )
    return document.seal({**objects, **(more or {})}, token.over, ROOMY)
