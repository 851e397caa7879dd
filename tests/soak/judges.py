"""Three verifiers on the same file, and how their verdicts compare: ours, pyHanko's, pdfsig's."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from app.crypto.verify import verify
from app.crypto.verify.trust import Trust
from app.model import Verdict, VerdictName
from tests import oracles

# valid: all is well. whole: so is the document, but not all is known of who signed. refused: it is
# not what was signed, or not by these rules. nothing: no signature was found.
Class = Literal["valid", "whole", "refused", "nothing"]
WORST_FIRST: tuple[Class, ...] = ("refused", "whole", "valid")
OURS: dict[VerdictName, Class] = {
    "valid": "valid",
    "indeterminate": "whole",
    "untrusted": "whole",
    "altered": "refused",
    "invalid": "refused",
    "unsigned": "nothing",
    "unreadable": "nothing",
}


@dataclass(frozen=True)
class Subject:
    """A file, and what a verifier is given with it. `name` tells where it comes from."""

    name: str
    data: Callable[[], bytes] = field(repr=False)
    trust: Callable[[], Trust] = field(repr=False)
    at: datetime
    password: str = ""


@dataclass(frozen=True)
class Judgement:
    """What one verifier says of a file; `detail` is short and in its own words."""

    name: Class
    detail: str = ""


def agree(one: Class, other: Class, tool: str) -> bool:
    """Whether nobody could be misled: pdfsig asks nobody about certificates here."""
    if "refused" not in (one, other) and tool == "pdfsig" and "nothing" not in (one, other):
        return True
    return one == other or {one, other} == {"refused", "nothing"}


# -- ours ----------------------------------------------------------------------------------------


def teken(subject: Subject, data: bytes) -> Judgement:
    """Ours, with the codes of the reasons that made the verdict."""
    verdict = verify(data, subject.trust(), subject.at, subject.password)
    return Judgement(OURS[verdict.name], f"{verdict.name}: {', '.join(decisive(verdict))}")


def decisive(verdict: Verdict) -> list[str]:
    """The codes of the reasons that made a verdict, each with the number of its check."""
    found = [*verdict.reasons, *(r for each in verdict.signatures for r in each.reasons)]
    codes = (f"{each.check} {each.code}" for each in found if each.verdict == verdict.name)
    return list(dict.fromkeys(codes))


# -- pyHanko -------------------------------------------------------------------------------------


def pyhanko(subject: Subject, data: bytes) -> Judgement:
    """The worst of its signatures, with its difference analysis; strict where it can be read so."""
    try:
        reader = _reader(data, subject.password)
        signatures = list(reader.embedded_signatures)
        found = [_by_pyhanko(each, _context(subject, reader)) for each in signatures]
    except Exception as error:
        return Judgement("nothing", f"{type(error).__name__}: {error}"[:100])
    return min(found, key=lambda each: WORST_FIRST.index(each.name), default=Judgement("nothing"))


def _reader(data, password):  # type: ignore[no-untyped-def]
    with suppress(Exception):
        reader = oracles.pyhanko_reader(data, password, strict=True)
        if not reader.xrefs.hybrid_xrefs_present:  # it reads these strictly, and judges none
            return reader
    return oracles.pyhanko_reader(data, password)


def _context(subject: Subject, reader):  # type: ignore[no-untyped-def]
    from asn1crypto.x509 import Certificate
    from pyhanko.sign.validation.dss import DocumentSecurityStore
    from pyhanko.sign.validation.errors import NoDSSFoundError
    from pyhanko_certvalidator import ValidationContext

    trust = subject.trust()
    given = {
        "trust_roots": [Certificate.load(anchor.certificate) for anchor in trust.anchors],
        "other_certs": list(map(Certificate.load, trust.certificates)),
        "crls": list(trust.crls),
        "ocsps": list(trust.ocsps),
        "moment": subject.at,
        "allow_fetching": False,
        "revocation_mode": "require",
    }
    try:
        return DocumentSecurityStore.read_dss(reader).as_validation_context(given)
    except NoDSSFoundError:
        return ValidationContext(**given)


def _by_pyhanko(signature, context) -> Judgement:  # type: ignore[no-untyped-def]
    from pyhanko.sign.ades.report import AdESFailure
    from pyhanko.sign.diff_analysis import ModificationLevel
    from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp

    stamp = signature.sig_object["/SubFilter"] == "/ETSI.RFC3161"
    try:
        if stamp:
            status = validate_pdf_timestamp(signature, context)
        else:
            status = validate_pdf_signature(signature, context, context)
    except Exception as error:
        return Judgement("refused", f"{type(error).__name__}: {error}"[:100])
    level = status.modification_level
    if stamp:  # nobody asks it what may change after a time stamp: as after an approval
        unchanged, good = level is None or level <= ModificationLevel.FORM_FILLING, status.trusted
    else:
        unchanged, good = level is None or status.docmdp_ok, status.bottom_line
    sound = status.intact and status.valid and unchanged
    if not sound or isinstance(status.trust_problem_indic, AdESFailure):
        return Judgement("refused", status.summary()[:100])
    return Judgement("valid" if good else "whole", status.summary()[:100])


# -- pdfsig --------------------------------------------------------------------------------------


def pdfsig(subject: Subject, data: bytes) -> Judgement:
    """The worst of its signatures; of document time stamps it has nothing to say."""
    with oracles.on_disk(data) as path:
        said = oracles.pdfsig(path, subject.password)
    told = [each for each in said if each.detail != "Signature has not yet been verified."]
    wrong = [each.detail for each in told if not each.valid]
    if not told:
        return Judgement("nothing")
    return Judgement("refused", wrong[0]) if wrong else Judgement("whole")


OTHERS = {"pyHanko": pyhanko, "pdfsig": pdfsig}
