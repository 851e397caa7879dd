"""Seed values: what the author of a field demands of its signature (12.7.5.5, Table 237).

Clauses are of ISO 32000-2. A demand that cannot be met is a refusal; a wish (no flag) is not.
"""

from __future__ import annotations

from app.crypto.pdf.document import PdfFile
from app.crypto.pdf.objects import Dict, Name, Object, decode_text
from app.errors import SeedValueUnmet
from app.model import Algorithm, SignRequest

# bits of /Ff, from 1
_FILTER, _SUBFILTER, _VERSION, _REASONS, _LEGAL, _REVOCATION, _DIGEST, _LOCK, _APPEARANCE = range(9)
_HIGHEST_VERSION = 3  # of the seed value dictionary that we understand: PDF 2.0
_SUPPORTED = ("ETSI.CAdES.detached",)
_SUPPORTED_FILTER = "Adobe.PPKLite"


def check(
    pdf: PdfFile, seed: Dict, request: SignRequest, algorithm: Algorithm, chain: tuple[bytes, ...]
) -> None:
    """Raise SeedValueUnmet for the first demand of /SV that this signature would not meet."""
    values: Dict = {key: pdf.get(value) for key, value in seed.items()}
    flags = values.get(Name("Ff"), 0)
    required = flags if isinstance(flags, int) else -1  # unreadable flags: all required
    listed = {key: _listed(pdf, value) for key, value in values.items()}

    def demanded(bit: int, key: str) -> bool:
        return bool(required >> bit & 1) and Name(key) in values

    if demanded(_FILTER, "Filter") and values[Name("Filter")] != _SUPPORTED_FILTER:
        raise SeedValueUnmet(what="Filter")
    if demanded(_SUBFILTER, "SubFilter") and not set(listed[Name("SubFilter")]) & {*_SUPPORTED}:
        raise SeedValueUnmet(what="SubFilter")
    version = values.get(Name("V"), 1)
    if demanded(_VERSION, "V") and not (
        isinstance(version, int | float) and version <= _HIGHEST_VERSION
    ):
        raise SeedValueUnmet(what="V")
    if demanded(_DIGEST, "DigestMethod") and algorithm.digest.upper() not in {
        decode_text(item).upper().replace("-", "") for item in listed[Name("DigestMethod")]
    }:
        raise SeedValueUnmet(what="DigestMethod")
    if demanded(_REASONS, "Reasons"):
        _check_reason([decode_text(item) for item in listed[Name("Reasons")]], request.reason)
    if demanded(_LEGAL, "LegalAttestation"):
        raise SeedValueUnmet(what="LegalAttestation")
    if demanded(_REVOCATION, "AddRevInfo") and values[Name("AddRevInfo")] is not False:
        raise SeedValueUnmet(what="AddRevInfo")
    if demanded(_LOCK, "LockDocument") and values[Name("LockDocument")] == "true":
        raise SeedValueUnmet(what="LockDocument")
    if demanded(_APPEARANCE, "AppearanceFilter"):
        raise SeedValueUnmet(what="AppearanceFilter")
    _check_level(pdf.get_dict(values.get(Name("MDP"))), request)
    timestamp = pdf.get_dict(values.get(Name("TimeStamp")))
    if pdf.get(timestamp.get(Name("Ff"))) == 1:
        raise SeedValueUnmet(what="TimeStamp")
    _check_certificate(pdf, pdf.get_dict(values.get(Name("Cert"))), chain)


def _listed(pdf: PdfFile, value: Object) -> list[Object]:
    return [pdf.get(item) for item in value] if isinstance(value, list) else []


def _check_reason(allowed: list[str], reason: str) -> None:
    """An empty list, or the single entry ".", means that no reason may be given."""
    if allowed in ([], ["."]):
        if reason:
            raise SeedValueUnmet(what="Reasons")
    elif reason not in allowed:
        raise SeedValueUnmet(what="Reasons: " + ", ".join(allowed)[:120])


def _check_level(mdp: Dict, request: SignRequest) -> None:
    """/MDP P: 0 demands an approval, 1 to 3 a certification with that level."""
    level = mdp.get(Name("P"))
    if level is not None and level != (request.certify or 0):
        raise SeedValueUnmet(what=f"MDP {level!r}")


_SUBJECT, _ISSUER, _POLICY, _SUBJECT_DN, _RESERVED, _KEY_USAGE, _URL = range(7)


def _check_certificate(pdf: PdfFile, demand: Dict, chain: tuple[bytes, ...]) -> None:
    """The certificate seed value dictionary (Table 238); certificates are compared whole."""
    values: Dict = {key: pdf.get(value) for key, value in demand.items()}
    flags = values.get(Name("Ff"), 0)
    required = flags if isinstance(flags, int) else -1
    for bit, key, held in ((_SUBJECT, "Subject", chain[:1]), (_ISSUER, "Issuer", chain[1:])):
        if required >> bit & 1 and Name(key) in values:
            allowed = {item for item in _listed(pdf, values[Name(key)]) if isinstance(item, bytes)}
            if not allowed & {*held}:
                raise SeedValueUnmet(what=key)
    for bit, key in ((_POLICY, "OID"), (_SUBJECT_DN, "SubjectDN"), (_KEY_USAGE, "KeyUsage")):
        if required >> bit & 1 and Name(key) in values:
            raise SeedValueUnmet(what=key)  # cannot be told for certain: refused
