"""Everything that can go wrong, each with the sentence that the person reads.

TekenError
├── DocumentError                 the file cannot be read
│   ├── NotAPdf                   not_a_pdf
│   ├── DamagedPdf                damaged_pdf
│   ├── LimitExceeded             limit_exceeded
│   ├── PasswordNeeded            password_needed
│   ├── WrongPassword             wrong_password
│   └── UnsupportedEncryption     unsupported_encryption
├── Refusal                       the file can be read and must not be signed so
│   ├── PermissionDenied          permission_denied
│   ├── CertifiedFinal            certified_final
│   ├── CertifyTooLate            certify_too_late
│   ├── NewFieldAfterCertification new_field_after_certification
│   ├── FieldNotFound             field_not_found
│   ├── FieldAlreadySigned        field_already_signed
│   ├── FieldNameNotAllowed       field_name_not_allowed
│   ├── FieldLocked               field_locked
│   ├── SeedValueUnmet            seed_value_unmet
│   ├── UnsupportedForm           unsupported_form
│   ├── DocumentChanged           document_changed
│   ├── NothingToRepair           nothing_to_repair
│   ├── RepairBreaksSignature     repair_breaks_signature
│   └── NotRepairable             not_repairable
├── StampError                    the visible signature cannot go there
│   ├── PageNotFound              page_not_found
│   ├── StampOutsidePage          stamp_outside_page
│   ├── StampCoversSignature      stamp_covers_signature
│   ├── StampTooSmall             stamp_too_small
│   ├── NoFreeSpace               no_free_space
│   ├── GlyphMissing              glyph_missing
│   └── TextNotAllowed            text_not_allowed
├── KeyFault                      the key or its certificate
│   ├── KeystoreMissing           keystore_missing
│   ├── KeystoreLocked            keystore_locked
│   ├── KeyNotFound               key_not_found
│   ├── KeyNotChosen              key_not_chosen
│   ├── KeyNameTaken              key_name_taken
│   ├── KeyNameNotAllowed         key_name_not_allowed
│   ├── KeyDamaged                key_damaged
│   ├── KeyUnsupported            key_unsupported
│   ├── KeyMismatch               key_mismatch
│   ├── WrongPin                  wrong_pin
│   ├── PinDelayed                pin_delayed
│   ├── PinTooWeak                pin_too_weak
│   ├── WrongPassphrase           wrong_passphrase
│   ├── PinsDiffer                pins_differ
│   ├── PersonNameMissing         person_name_missing
│   ├── NipWrong                  nip_wrong
│   ├── KeyFileMissing            key_file_missing
│   ├── SessionEnded              session_ended
│   ├── CertificateExpired        certificate_expired
│   ├── CertificateNotYetValid    certificate_not_yet_valid
│   └── CertificateUnusable       certificate_unusable
├── StorageFault                  reading or writing files
│   ├── FileMissing               file_missing
│   ├── FileUnreadable            file_unreadable
│   │   └── FileIsFolder          file_is_folder
│   ├── TargetNotWritable         target_not_writable
│   ├── TargetExists              target_exists
│   ├── TrustFileBroken           trust_file_broken
│   ├── DiskFull                  disk_full
│   └── AnswerLost                answer_lost
├── UsageFault                    usage
└── InternalFault                 internal

`sentence` and `advice` are gettext message ids in English; `services/locale` translates them.
`str(error)` is the English text, for logs and for developers; nothing here names a person.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

Translate = Callable[[str], str]


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "mark, translate later"
    """Mark a message for extraction; it is translated where it is shown."""
    return message


class TekenError(Exception):
    """Root of the tree. `details` fill the placeholders of `sentence` and `advice`."""

    code: ClassVar[str] = "error"
    sentence: ClassVar[str] = N_("Something went wrong.")
    advice: ClassVar[str] = N_("Please try again.")

    def __init__(self, **details: object) -> None:
        self.details = details
        super().__init__(self.explain(lambda message: message))

    def explain(self, translate: Translate) -> str:
        """The two sentences for the person, in the language that `translate` gives."""
        parts = (translate(self.sentence), translate(self.advice))
        details = _Details(self.details)
        if isinstance(details.get("what"), str):  # our own words, unlike names of files and fields
            details["what"] = translate(str(details["what"]))
        return " ".join(part for part in parts if part).format_map(details)


class _Details(dict[str, object]):
    """A missing detail shows as an ellipsis: an error text must never raise a second error."""

    def __missing__(self, key: str) -> str:
        return "…"


class DocumentError(TekenError):
    """The file cannot be read."""

    code = "document"
    sentence = N_("The document cannot be read.")
    advice = N_("Please choose another file.")


class NotAPdf(DocumentError):
    """No PDF header in the first 1,024 bytes (ISO 32000-2, 7.5.2)."""

    code = "not_a_pdf"
    sentence = N_("This file is not a PDF.")
    advice = N_("Choose a file that ends in .pdf, or save the document as PDF first.")


class DamagedPdf(DocumentError):
    """The structure that a signature would rest on is broken; `what` names the part."""

    code = "damaged_pdf"
    sentence = N_("This PDF is damaged: {what}.")
    advice = N_("Ask the sender for a new copy, or print it to PDF again before signing.")


class LimitExceeded(DocumentError):
    """A bound on bytes, objects or depth was reached; `what` names it."""

    code = "limit_exceeded"
    sentence = N_("This PDF is larger inside than Teken accepts: {what}.")
    advice = N_("Ask the sender for a simpler copy.")


class PasswordNeeded(DocumentError):
    """Encrypted, and neither the empty nor a given password opens it."""

    code = "password_needed"
    sentence = N_("This PDF is protected by a password.")
    advice = N_("Enter its password and try again.")


class WrongPassword(DocumentError):
    """A password was given and does not open the file."""

    code = "wrong_password"
    sentence = N_("That is not the password of this PDF.")
    advice = N_("Check the password with the sender.")


class UnsupportedEncryption(DocumentError):
    """Public-key, attachment-only or unknown security handlers, and /AuthCode."""

    code = "unsupported_encryption"
    sentence = N_("This PDF is protected in a way that Teken cannot sign: {what}.")
    advice = N_("Ask the sender for a copy without this protection.")


class Refusal(TekenError):
    """Signing is possible and must not happen."""

    code = "refused"
    sentence = N_("This document must not be signed this way.")
    advice = N_("Ask the sender for a new copy.")


class PermissionDenied(Refusal):
    """/P forbids both modification and form filling (ISO 32000-2, 7.6.4.2)."""

    code = "permission_denied"
    sentence = N_("The owner of this PDF does not permit signing it.")
    advice = N_("Ask the owner for a copy that permits signatures, or enter the owner's password.")


class CertifiedFinal(Refusal):
    """DocMDP P=1 (ISO 32000-2, 12.8.2.2)."""

    code = "certified_final"
    sentence = N_("This document is certified as final: any further change would break it.")
    advice = N_("No more signatures can be added. Ask its author if one is still needed.")


class CertifyTooLate(Refusal):
    """A certification must be the first signature (ISO 32000-2, 12.8.1)."""

    code = "certify_too_late"
    sentence = N_("Only the first signature of a document can certify it.")
    advice = N_("Sign without certifying.")


class NewFieldAfterCertification(Refusal):
    """After certification only fields that already exist may be signed."""

    code = "new_field_after_certification"
    sentence = N_("This document is certified and has no empty signature field left.")
    advice = N_("Ask its author to prepare a field for your signature.")


class FieldNotFound(Refusal):
    """`field` was asked for; `fields` are the empty ones."""

    code = "field_not_found"
    sentence = N_("This document has no signature field named “{field}”.")
    advice = N_("Choose one of its fields: {fields}.")


class FieldAlreadySigned(Refusal):
    """The field holds a signature value."""

    code = "field_already_signed"
    sentence = N_("The field “{field}” is already signed.")
    advice = N_("Choose an empty field, or sign without naming one.")


class FieldNameNotAllowed(Refusal):
    """A field to prepare: no name, one with a full stop (ISO 32000-2, 12.7.4.2), or one in use."""

    code = "field_name_not_allowed"
    sentence = N_("A new signature field cannot be named “{field}”.")
    advice = N_("Choose a name without a full stop that no other field has.")


class FieldLocked(Refusal):
    """FieldMDP of an earlier signature covers the field (ISO 32000-2, 12.8.2.4)."""

    code = "field_locked"
    sentence = N_("An earlier signature locked the field “{field}”.")
    advice = N_("It can no longer be signed. Ask the earlier signer.")


class SeedValueUnmet(Refusal):
    """A required constraint of /SV is not met (ISO 32000-2, 12.7.5.5)."""

    code = "seed_value_unmet"
    sentence = N_(
        "The author of this field demands something that this signature does not have: {what}."
    )
    advice = N_("Sign with what is demanded, or ask the author to change the field.")


class UnsupportedForm(Refusal):
    """For example a dynamic XFA form."""

    code = "unsupported_form"
    sentence = N_("This PDF holds a form that cannot be signed safely: {what}.")
    advice = N_("Ask the sender for a plain PDF.")


class DocumentChanged(Refusal):
    """SHA-256 of the bytes to be signed differs from the hash that was approved."""

    code = "document_changed"
    sentence = N_("The file is no longer the one that was shown.")
    advice = N_("Open it again and read it once more before signing.")


class NothingToRepair(Refusal):
    """The file can be signed as it is."""

    code = "nothing_to_repair"
    sentence = N_("This document is not damaged.")
    advice = N_("It can be signed as it is.")


class RepairBreaksSignature(Refusal):
    """A repaired file is another file: no signature would survive it."""

    code = "repair_breaks_signature"
    sentence = N_("This document is damaged and signed; a repair would break the signature.")
    advice = N_("Ask the sender for a new copy.")


class NotRepairable(Refusal):
    """What was written anew cannot be read either, or has other pages."""

    code = "not_repairable"
    sentence = N_("This document is too damaged to be repaired.")
    advice = N_("Ask the sender for a new copy, or print it to PDF again.")


class StampError(TekenError):
    """The visible signature cannot go there."""

    code = "stamp"
    sentence = N_("The visible signature cannot be placed.")
    advice = N_("Choose another place.")


class PageNotFound(StampError):
    """`page` counts from 1."""

    code = "page_not_found"
    sentence = N_("This document has no page {page}; it has {pages}.")
    advice = N_("Choose a page that exists.")


class StampOutsidePage(StampError):
    """The rectangle is not inside the crop box."""

    code = "stamp_outside_page"
    sentence = N_("The visible signature would lie outside the page.")
    advice = N_("Move it inside the page.")


class StampCoversSignature(StampError):
    """The rectangle overlaps the widget of a signature field."""

    code = "stamp_covers_signature"
    sentence = N_("The visible signature would cover an earlier one.")
    advice = N_("Move it to a free place.")


class StampTooSmall(StampError):
    """`width` and `height` in points."""

    code = "stamp_too_small"
    sentence = N_("The space for the visible signature is too small to be read.")
    advice = N_("Make it at least {width} × {height} points.")


class NoFreeSpace(StampError):
    """“auto” found no blank rectangle on any page."""

    code = "no_free_space"
    sentence = N_("No free space for the visible signature was found.")
    advice = N_("Place it by hand.")


class GlyphMissing(StampError):
    """No glyph for `character` in the embedded font."""

    code = "glyph_missing"
    sentence = N_("The font of the visible signature has no character “{character}”.")
    advice = N_("Write the name with other letters.")


class TextNotAllowed(StampError):
    """Control or direction-changing characters, or over `limit` characters."""

    code = "text_not_allowed"
    sentence = N_("The text for “{field}” is too long or holds characters that cannot be printed.")
    advice = N_("Shorten it to {limit} characters on one line.")


class KeyFault(TekenError):
    """The key or its certificate."""

    code = "key"
    sentence = N_("The signing key cannot be used.")
    advice = N_("Check your keys.")


class KeystoreMissing(KeyFault):
    """No OS keyring; there is no plain-file fallback."""

    code = "keystore_missing"
    sentence = N_("This device offers no safe place for keys.")
    advice = N_(
        "Unlock or install its keyring (on Linux: gnome-keyring or KWallet), then try again."
    )


class KeystoreLocked(KeyFault):
    """The OS keyring refused, or its prompt was dismissed."""

    code = "keystore_locked"
    sentence = N_("The key store of this device is locked.")
    advice = N_("Unlock it and try again.")


class KeyNotFound(KeyFault):
    """`name` as asked for; without one, there is none at all."""

    code = "key_not_found"
    sentence = N_("There is no key named “{name}” on this device.")
    advice = N_("Create or import a key first.")

    def __init__(self, **details: object) -> None:
        if not details.get("name"):
            self.sentence = N_("There is no key on this device yet.")  # type: ignore[misc]
        super().__init__(**details)


class KeyNotChosen(KeyFault):
    """Several keys, and none was named; `names` are theirs."""

    code = "key_not_chosen"
    sentence = N_("This device has several keys: {names}.")
    advice = N_("Say which one is to sign.")


class KeyNameTaken(KeyFault):
    """Names are unique on a device."""

    code = "key_name_taken"
    sentence = N_("A key named “{name}” already exists.")
    advice = N_("Choose another name.")


class KeyNameNotAllowed(KeyFault):
    """Empty, over `limit` characters, blank at an end, or with characters that do not print."""

    code = "key_name_not_allowed"
    sentence = N_("A key cannot have this name.")
    advice = N_("Choose a name of 1 to {limit} letters, digits or signs on one line.")


class KeyDamaged(KeyFault):
    """The sealed record does not open although the PIN counter is consistent."""

    code = "key_damaged"
    sentence = N_("The key “{name}” is damaged or was changed.")
    advice = N_("Delete it and create or import it again.")


class KeyUnsupported(KeyFault):
    """Algorithm or size outside the accepted set."""

    code = "key_unsupported"
    sentence = N_("This kind of key cannot be used: {what}.")
    advice = N_("Use an RSA key of 2048 to 4096 bits, or P-256 or P-384.")


class KeyMismatch(KeyFault):
    """Public keys differ."""

    code = "key_mismatch"
    sentence = N_("The key does not belong to its certificate.")
    advice = N_("Import the right file again.")


class WrongPin(KeyFault):
    """Counted; the delay grows."""

    code = "wrong_pin"
    sentence = N_("The PIN is wrong.")
    advice = N_("You can try again in {seconds} seconds.")

    def __init__(self, **details: object) -> None:
        if not details.get("seconds"):
            self.advice = N_("Please try again.")  # type: ignore[misc]
        super().__init__(**details)


class PinDelayed(KeyFault):
    """Tried again before the delay was over; the PIN was not looked at."""

    code = "pin_delayed"
    sentence = N_("Too many wrong PINs.")
    advice = N_("Please wait {seconds} seconds.")


class PinTooWeak(KeyFault):
    """PIN policy."""

    code = "pin_too_weak"
    sentence = N_("This PIN is too easy to guess.")
    advice = N_("Choose at least six digits, not all alike and not in a row.")


class WrongPassphrase(KeyFault):
    """PKCS #12 does not open."""

    code = "wrong_passphrase"
    sentence = N_("The passphrase does not open this key file.")
    advice = N_("Check the passphrase that came with the file.")


class PinsDiffer(KeyFault):
    """The PIN and its repetition."""

    code = "pins_differ"
    sentence = N_("The two PINs are not the same.")
    advice = N_("Type the same PIN twice.")


class PersonNameMissing(KeyFault):
    """A key is made for a person with a name."""

    code = "person_name_missing"
    sentence = N_("The name is missing.")
    advice = N_("Enter your full name as it should be printed.")


class NipWrong(KeyFault):
    """Not 18 digits."""

    code = "nip_wrong"
    sentence = N_("A NIP has 18 digits.")
    advice = N_("Check it, or leave it empty.")


class KeyFileMissing(KeyFault):
    """Import without a file."""

    code = "key_file_missing"
    sentence = N_("No key file is chosen.")
    advice = N_("Choose the .p12 file that you were given.")


class SessionEnded(KeyFault):
    """Locked, expired, used up, or the document is not on its list."""

    code = "session_ended"
    sentence = N_("The unlocked time is over.")
    advice = N_("Unlock again to go on signing.")


class CertificateExpired(KeyFault):
    """notAfter is before the time of signing."""

    code = "certificate_expired"
    sentence = N_("The certificate expired on {date}.")
    advice = N_("Ask for a new certificate.")


class CertificateNotYetValid(KeyFault):
    """notBefore is after the time of signing."""

    code = "certificate_not_yet_valid"
    sentence = N_("The certificate is valid only from {date}.")
    advice = N_("Check the clock of this device, or wait until then.")


class CertificateUnusable(KeyFault):
    """Key usage or basic constraints (RFC 5280, 4.2.1.3)."""

    code = "certificate_unusable"
    sentence = N_("The certificate is not meant for signing documents: {what}.")
    advice = N_("Use a certificate for signing.")


class StorageFault(TekenError):
    """Reading or writing files."""

    code = "storage"
    sentence = N_("The file could not be read or written.")
    advice = N_("Please try again.")


class FileMissing(StorageFault):
    """No such file."""

    code = "file_missing"
    sentence = N_("The file “{name}” was not found.")
    advice = N_("Check its name and place.")


class FileUnreadable(StorageFault):
    """Permission or device error while reading."""

    code = "file_unreadable"
    sentence = N_("The file “{name}” could not be read.")
    advice = N_("Check that you may open it.")


class FileIsFolder(FileUnreadable):
    """A folder was named where a file is needed."""

    code = "file_is_folder"
    sentence = N_("“{name}” is a folder.")
    advice = N_("Choose the files in it.")


class TargetNotWritable(StorageFault):
    """Permission, read-only file system or device error."""

    code = "target_not_writable"
    sentence = N_("“{name}” cannot be written.")
    advice = N_("Choose another folder. The original is unchanged.")


class TargetExists(StorageFault):
    """An output is never overwritten unless it is our own of the same input."""

    code = "target_exists"
    sentence = N_("“{name}” already exists.")
    advice = N_("Choose another name, or move that file away.")


class TrustFileBroken(StorageFault):
    """A file that should hold certificates or CRLs (PEM or DER), or the algorithm policy."""

    code = "trust_file_broken"
    sentence = N_("“{name}” holds no certificate that can be read.")
    advice = N_("Choose a file with certificates in PEM or DER form.")


class DiskFull(StorageFault):
    """ENOSPC or EDQUOT."""

    code = "disk_full"
    sentence = N_("The disk is full.")
    advice = N_("Free some space and try again. The original is unchanged.")


class AnswerLost(StorageFault):
    """What the command says cannot be written, for example to a file on a full disk."""

    code = "answer_lost"
    sentence = N_("The answer of this command could not be written.")
    advice = N_("What is signed stays; run the same command again to go on.")


class UsageFault(TekenError):
    """The command was called wrongly."""

    code = "usage"
    sentence = N_("{what}")
    advice = ""


class InternalFault(TekenError):
    """A foreign exception, caught at an edge; never a success."""

    code = "internal"
    sentence = N_("Something unexpected happened ({what}).")
    advice = N_("The original is unchanged. Please report this.")
