"""What a PAdES B-B signature must be, read by parsers that are not ours: one function a rule.

The rows are those of EN 319 142-1, Table 1, column B-B, that apply to a signature without
optional parts; the clauses of the CMS are of EN 319 122-1.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from asn1crypto import cms, tsp
from pyhanko.pdf_utils.reader import PdfFileReader

_DATE = re.compile(r"D:\d{14}[+-]\d\d'\d\d'")
_DIGESTS = {"sha256", "sha384", "sha512"}
FORBIDDEN = {"signing_time", "mime_type", "signing_certificate", "1.2.840.113549.1.9.16.2.4"}


@dataclass(frozen=True)
class Signed:
    """A file and its newest signature: the dictionary, and the CMS in it."""

    data: bytes
    dictionary: Any
    signed_data: Any
    gap: tuple[int, int]

    @property
    def signer(self) -> Any:
        (signer,) = self.signed_data["signer_infos"]
        return signer

    def values(self, kind: str) -> list[Any]:
        """The values of the one signed attribute of that kind."""
        (found,) = [item for item in self.signer["signed_attrs"] if item["type"].native == kind]
        return list(found["values"])


def read(data: bytes, password: str = "") -> Signed:
    """The newest signature of a file."""
    reader = PdfFileReader(io.BytesIO(data), strict=False)
    if reader.encrypted:
        reader.decrypt(password)
    embedded = reader.embedded_signatures[-1]
    _, before, after, _ = embedded.byte_range
    raw = bytes.fromhex(data[before + 1 : after - 1].decode())
    assert tsp  # importing it teaches asn1crypto signing-certificate-v2
    info = cms.ContentInfo.load(raw)
    assert info["content_type"].native == "signed_data"
    return Signed(data, embedded.sig_object, info["content"], (before, after))


def check(data: bytes, password: str = "", *, certified: bool = False) -> None:
    """All rules, on the newest signature of a file. Raises AssertionError."""
    signed = read(data, password)
    for rule in rules():
        rule(signed)
    has_reference = "/Reference" in signed.dictionary
    assert has_reference or not certified, "DocMDP is a signature reference"


def rules() -> Iterator[Any]:
    """Every rule below, in order."""
    yield from (value for name, value in globals().items() if name.startswith("row_"))


def row_sub_filter(signed: Signed) -> None:
    """SPO: entry with the key SubFilter is ETSI.CAdES.detached."""
    assert signed.dictionary["/SubFilter"] == "/ETSI.CAdES.detached"


def row_filter(signed: Signed) -> None:
    """SPO: entry with the key Filter is there."""
    assert signed.dictionary["/Filter"] == "/Adobe.PPKLite"


def row_contents(signed: Signed) -> None:
    """SPO: entry with the key Contents: a DER SignedData, nothing but zeros behind it."""
    before, after = signed.gap
    raw = bytes.fromhex(signed.data[before + 1 : after - 1].decode())
    parsed = cms.ContentInfo.load(raw)
    length = len(parsed.dump())
    assert parsed.dump(force=True) == raw[:length]
    assert not raw[length:].strip(b"\0")


def row_byte_range(signed: Signed) -> None:
    """SPO: entry with the key ByteRange: the whole file but Contents (requirement g)."""
    zero, first, second, rest = (int(value) for value in signed.dictionary["/ByteRange"])
    assert (zero, first, second) == (0, *signed.gap)
    assert second + rest == len(signed.data)
    assert signed.data[first] == ord("<")
    assert signed.data[second - 1] == ord(">")


def row_time(signed: Signed) -> None:
    """SPO: entry with the key M; service: claimed time of signing is not in the CMS."""
    assert _DATE.fullmatch(str(signed.dictionary["/M"]))


def row_cert(signed: Signed) -> None:
    """SPO: entry with the key Cert shall not be there."""
    assert "/Cert" not in signed.dictionary


def row_type(signed: Signed) -> None:
    """ISO 32000-2, Table 255: Type, if there, is Sig."""
    assert signed.dictionary["/Type"] == "/Sig"


def row_one_signer(signed: Signed) -> None:
    """Requirement: one SignerInfo only."""
    assert len(signed.signed_data["signer_infos"]) == 1


def row_detached(signed: Signed) -> None:
    """CMS: eContentType id-data, no eContent; version 1 (RFC 5652, 5.1)."""
    encapsulated = signed.signed_data["encap_content_info"]
    assert encapsulated["content_type"].native == "data"
    assert encapsulated["content"].native is None
    assert signed.signed_data["version"].native == "v1"


def row_certificates(signed: Signed) -> None:
    """SPO: SignedData.certificates holds the signing certificate."""
    assert _signing_certificate(signed)


def row_content_type(signed: Signed) -> None:
    """Content-type attribute: id-data (EN 319 122-1, 5.1.1)."""
    (value,) = signed.values("content_type")
    assert value.native == "data"


def row_message_digest(signed: Signed) -> None:
    """Message-digest attribute: over the ByteRange (EN 319 122-1, 5.1.2)."""
    (value,) = signed.values("message_digest")
    before, after = signed.gap
    covered = signed.data[:before] + signed.data[after:]
    assert value.native == hashlib.new(_digest(signed), covered).digest()


def row_signing_certificate(signed: Signed) -> None:
    """ESS signing-certificate-v2: the first reference is the signer's (5.2.2.3)."""
    (value,) = signed.values("signing_certificate_v2")
    reference = value["certs"][0]
    algorithm = reference["hash_algorithm"]["algorithm"].native
    certificate = _signing_certificate(signed).dump()
    assert reference["cert_hash"].native == hashlib.new(algorithm, certificate).digest()


def row_forbidden_attributes(signed: Signed) -> None:
    """Signing-time, content-reference, old signing-certificate ... shall not be there."""
    kinds = [item["type"].native for item in signed.signer["signed_attrs"]]
    assert not FORBIDDEN & {*kinds}
    assert len(kinds) == len({*kinds})


def row_unsigned_attributes(signed: Signed) -> None:
    """B-B: no signature time-stamp, and nothing else that is unsigned."""
    assert signed.signer["unsigned_attrs"].native is None


def row_digest_algorithms(signed: Signed) -> None:
    """The digest of the SignerInfo is announced, is strong, and is that of the signature."""
    announced = [item["algorithm"].native for item in signed.signed_data["digest_algorithms"]]
    assert announced == [_digest(signed)]
    assert _digest(signed) in _DIGESTS
    assert signed.signer["signature_algorithm"].hash_algo == _digest(signed)


def row_attributes_in_der(signed: Signed) -> None:
    """RFC 5652, 5.4: what is signed is the DER of a SET OF."""
    members = [item.dump() for item in signed.signer["signed_attrs"]]
    assert members == sorted(members)


def _digest(signed: Signed) -> str:
    return str(signed.signer["digest_algorithm"]["algorithm"].native)


def _signing_certificate(signed: Signed) -> Any:
    wanted = signed.signer["sid"].chosen
    for choice in signed.signed_data["certificates"]:
        certificate = choice.chosen
        if (certificate.serial_number, certificate.issuer) == (
            wanted["serial_number"].native,
            wanted["issuer"],
        ):
            return certificate
    raise AssertionError("the signing certificate is not in the CMS")
