"""Every reason that a verdict can have: its check, verdict, ETSI sub-indication and sentence.

docs/VERIFY.md shows the same table. A check that fails raises a `Failure`, which ends the checks of
that signature; a check that only has something to say returns reasons.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.errors import N_
from app.model import Reason, Rect, VerdictName


@dataclass(frozen=True, slots=True)
class Kind:
    """A row of the table; call it to make a reason."""

    check: int
    code: str
    verdict: VerdictName
    indication: str  # EN 319 102-1, 5.1.3
    sentence: str

    def __call__(
        self, page: int | None = None, rects: tuple[Rect, ...] = (), **details: object
    ) -> Reason:
        return Reason(
            self.check,
            self.code,
            self.verdict,
            self.indication,
            self.sentence,
            details,
            page,
            rects,
        )


class Failure(Exception):
    """A check that failed for good; `reason` says which and why."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(f"check {reason.check}: {reason.code}")


_FORMAT, _HASH, _CRYPTO = "FORMAT_FAILURE", "HASH_FAILURE", "SIG_CRYPTO_FAILURE"

# -- 1: structure ------------------------------------------------------------------------------
UNREADABLE = Kind(1, "unreadable", "unreadable", _FORMAT, N_("The file cannot be read: {what}"))
UNSIGNED = Kind(1, "unsigned", "unsigned", "", N_("The file holds no signature."))
BYTE_RANGE = Kind(
    1, "byte_range", "invalid", _FORMAT,
    N_("The signature does not say properly which bytes it covers."),
)  # fmt: skip
CONTENTS = Kind(
    1, "contents", "invalid", _FORMAT,
    N_("What the signature leaves out is not exactly its own value."),
)  # fmt: skip
PADDING = Kind(
    1, "padding", "invalid", _FORMAT, N_("Something is hidden behind the value of the signature.")
)  # fmt: skip
REVISION_END = Kind(
    1, "revision_end", "invalid", _FORMAT,
    N_("What was signed is not a complete document."),
)  # fmt: skip
SIGNATURE_DICTIONARY = Kind(
    1, "signature_dictionary", "invalid", _FORMAT,
    N_("The signature is not built as the standard demands: {what}."),
)  # fmt: skip
SHARED_VALUE = Kind(
    1, "shared_value", "invalid", _FORMAT, N_("Two fields show the same signature.")
)  # fmt: skip
HISTORY = Kind(
    1, "history", "altered", _FORMAT,
    N_("A later change does not build on the signed document but replaces it."),
)  # fmt: skip
UNCOVERED = Kind(
    1, "uncovered", "altered", _FORMAT,
    N_("The file was continued behind the newest signature, and nobody signed that."),
)  # fmt: skip
JUNK = Kind(
    1, "junk", "altered", _FORMAT,
    N_("The file holds data that its own table of contents does not know."),
)  # fmt: skip
AMBIGUOUS = Kind(
    1, "ambiguous", "invalid", _FORMAT,
    N_("Different readers would see different documents in this file."),
)  # fmt: skip
REMOVED = Kind(
    1, "removed", "altered", _FORMAT, N_("A signature that was there before has been taken away.")
)  # fmt: skip

# -- 2: the CMS signature ----------------------------------------------------------------------
CMS_UNREADABLE = Kind(
    2, "cms_unreadable", "invalid", _FORMAT,
    N_("The value of the signature cannot be read: {what}."),
)  # fmt: skip
CMS_FORM = Kind(
    2, "cms_form", "invalid", _FORMAT,
    N_("The value of the signature is not built as the standard demands: {what}."),
)  # fmt: skip
OLD_FORM = Kind(
    2, "old_form", "invalid", _FORMAT,
    N_("The signature has an old form that is not checked any more: {what}."),
)  # fmt: skip
DIGEST = Kind(
    2, "digest", "altered", _HASH, N_("The document was changed after it was signed.")
)  # fmt: skip
SIGNATURE = Kind(
    2, "signature", "invalid", _CRYPTO, N_("The signature was not made with this certificate.")
)  # fmt: skip
SIGNING_CERTIFICATE = Kind(
    2, "signing_certificate", "invalid", "SIG_CONSTRAINTS_FAILURE",
    N_("The signature does not name the certificate that it comes with."),
)  # fmt: skip
NO_SIGNING_CERTIFICATE = Kind(
    2, "no_signing_certificate", "invalid", "NO_SIGNING_CERTIFICATE_FOUND",
    N_("The certificate of the signer is missing."),
)  # fmt: skip
UNKNOWN_ALGORITHM = Kind(
    2, "unknown_algorithm", "invalid", "CRYPTO_CONSTRAINTS_FAILURE",
    N_("The signature was made by a method that is not known here: {what}."),
)  # fmt: skip
WEAK = Kind(
    2, "weak", "invalid", "CRYPTO_CONSTRAINTS_FAILURE",
    N_("The signature rests on a method that is no longer safe: {what}."),
)  # fmt: skip
WEAK_UNPROVEN = Kind(
    2, "weak_unproven", "indeterminate", "CRYPTO_CONSTRAINTS_FAILURE_NO_POE",
    N_("The method was safe once, but nothing proves that the signature is that old: {what}."),
)  # fmt: skip

# -- 3: certificates ---------------------------------------------------------------------------
NO_PATH = Kind(
    3, "no_path", "untrusted", "NO_CERTIFICATE_CHAIN_FOUND",
    N_("The certificate does not come from an authority that is trusted here."),
)  # fmt: skip
PATH_INVALID = Kind(
    3, "path_invalid", "invalid", "CHAIN_CONSTRAINTS_FAILURE",
    N_("The chain of certificates breaks a rule: {what}."),
)  # fmt: skip
USAGE = Kind(
    3, "usage", "invalid", "CHAIN_CONSTRAINTS_FAILURE",
    N_("The certificate is not meant for signing documents."),
)  # fmt: skip
NOT_YET_VALID = Kind(
    3, "not_yet_valid", "invalid", "NOT_YET_VALID",
    N_("The certificate was not valid yet when it was used: only from {date}."),
)  # fmt: skip
EXPIRED = Kind(
    3, "expired", "indeterminate", "OUT_OF_BOUNDS_NO_POE",
    N_("The certificate ended on {date}, and nothing proves that the signature is older."),
)  # fmt: skip
EXPIRED_BEFORE = Kind(
    3, "expired_before", "invalid", "EXPIRED",
    N_("The certificate had ended on {date}, before the signature was made."),
)  # fmt: skip
REVOKED = Kind(
    3, "revoked", "invalid", "REVOKED",
    N_("The certificate was revoked on {date}, before the signature was made."),
)  # fmt: skip
REVOKED_UNPROVEN = Kind(
    3, "revoked_unproven", "indeterminate", "REVOKED_NO_POE",
    N_("The certificate was revoked on {date}, and nothing proves that the signature is older."),
)  # fmt: skip
REVOKED_LATER = Kind(
    3, "revoked_later", "valid", "",
    N_("The certificate was revoked on {date}, after the signature was made."),
)  # fmt: skip
ON_HOLD = Kind(
    3, "on_hold", "indeterminate", "TRY_LATER",
    N_("The certificate was suspended on {date}."),
)  # fmt: skip
CA_REVOKED = Kind(
    3, "ca_revoked", "invalid", "REVOKED_CA_NO_POE",
    N_("The authority that issued the certificate was itself revoked on {date}."),
)  # fmt: skip
REVOCATION_UNKNOWN = Kind(
    3, "revocation_unknown", "indeterminate", "TRY_LATER",
    N_("Whether the certificate was revoked cannot be known here and now."),
)  # fmt: skip

# -- 4: time -----------------------------------------------------------------------------------
TIMESTAMP_INVALID = Kind(
    4, "timestamp_invalid", "invalid", "TIMESTAMP_ORDER_FAILURE",
    N_("A time stamp in the file is wrong: {what}."),
)  # fmt: skip
TIMESTAMP_UNTRUSTED = Kind(
    4, "timestamp_untrusted", "valid", "",
    N_("A time stamp comes from an authority that is not trusted here and proves nothing."),
)  # fmt: skip
TIMESTAMP_UNPROVEN = Kind(
    4, "timestamp_unproven", "valid", "",
    N_("Whether a time stamp can be relied on is not known here, so it proves nothing."),
)  # fmt: skip
TIME_CLAIMED = Kind(
    4, "time_claimed", "valid", "",
    N_("The time is what the signer's device said; nobody proved it."),
)  # fmt: skip
TIME_PROVEN = Kind(4, "time_proven", "valid", "", N_("The time was proven by {by}."))

# -- 5: what changed after ---------------------------------------------------------------------
CHANGED = Kind(
    5, "changed", "altered", _HASH, N_("The document was changed after it was signed: {what}.")
)  # fmt: skip
COVERED = Kind(
    5, "covered", "altered", _HASH, N_("A later signature covers what was there before.")
)  # fmt: skip
STRANGER = Kind(
    5, "stranger", "altered", _HASH,
    N_("Somebody whose certificate is not trusted here signed the document afterwards."),
)  # fmt: skip
FORBIDDEN = Kind(
    5, "forbidden", "altered", _HASH,
    N_("The document was changed in a way that an earlier signature forbids: {what}."),
)  # fmt: skip
FILLED = Kind(5, "filled", "valid", "", N_("Form fields were filled in afterwards: {fields}."))
SIGNED_LATER = Kind(5, "signed_later", "valid", "", N_("Others signed after this signature."))

# -- 6: level, 7: mandate ----------------------------------------------------------------------
LEVEL = Kind(6, "level", "valid", "", N_("Level {level}: every part of it was checked."))
CLAIMS = Kind(
    7, "claims", "valid", "", N_("Reason and place are what the signer wrote; nobody checked them.")
)  # fmt: skip

INTERNAL = Kind(
    0, "internal", "invalid", _FORMAT, N_("The check stopped at something unexpected ({what}).")
)  # fmt: skip

# -- what exactly was changed, for CHANGED and FORBIDDEN ----------------------------------------
CATALOG = N_("a rule for the whole document (/{key})")
TRAILER = N_("its table of contents")
METADATA_ALONE = N_("its description")
FORM = N_("the rules of its form (/{key})")
FIELD_REMOVED = N_("a form field was taken away")
FIELD_ADDED = N_("a form field was added")
FIELD = N_("the form field “{field}” (/{key})")
SIGNATURE_VALUE = N_("an earlier signature")
BROKEN_SIGNATURE = N_("a later signature is itself broken")
PAGE = N_("a page (/{key})")
ANNOTATIONS = N_("notes or drawings on a page")
CONTENT = N_("what a page shows")
OBJECT = N_("a part of it was replaced")
DELETED = N_("a part of it was deleted")
UNKNOWN = N_("something was added to it that is no signature")
PLANTED = N_("a gap that was prepared before signing was filled")
SHARED = N_("a part that is used in other places, too, was replaced")
AFTER_FINAL = N_("it was certified as final")
LOCKED = N_("the form field “{field}” was locked")
