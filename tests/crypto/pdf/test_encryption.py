"""The standard security handler against files that qpdf, pypdf and pyHanko encrypted."""

from __future__ import annotations

import io
import os
import subprocess
from pathlib import Path

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.crypto.pdf import encryption, passwords
from app.crypto.pdf.document import PdfFile
from app.crypto.pdf.encryption import Encryption
from app.crypto.pdf.objects import Dict, Name, Object, Ref, Stream, decode_text
from app.errors import DamagedPdf, PasswordNeeded, UnsupportedEncryption, WrongPassword
from tests.handmade import table

USER, OWNER = "pengguna", "pemilik"
CONTENT = b"BT /F1 12 Tf 72 700 Td (Surat) Tj ET"
TITLE = "Surat Keputusan"
QPDF = {  # revision, key bits, what qpdf is told
    "rc4-40": (2, "40", []),
    "rc4-128": (3, "128", ["--use-aes=n"]),
    "rc4-128-v4": (4, "128", ["--use-aes=n", "--force-V4"]),
    "aes-128": (4, "128", ["--use-aes=y"]),
    "aes-128-plain-metadata": (4, "128", ["--use-aes=y", "--cleartext-metadata"]),
    "aes-256-r5": (5, "256", ["--force-R5"]),
    "aes-256": (6, "256", []),
    "aes-256-plain-metadata": (6, "256", ["--cleartext-metadata"]),
}


def plain_pdf() -> bytes:
    """One page with a content stream, XMP metadata and a title."""
    rdf = b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/>"
    metadata = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + rdf + b"</x:xmpmeta>"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/Metadata 5 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R/Resources<<>>>>",
        b"<</Length %d>>stream\n%b\nendstream" % (len(CONTENT), CONTENT),
        b"<</Type/Metadata/Subtype/XML/Length %d>>stream\n%b\nendstream"
        % (len(metadata), metadata),
        b"<</Title(%b)/Author[(a)(b)]>>" % TITLE.encode(),
    ]
    out = b"%PDF-1.7\n"
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    rows = b"".join(b"%010d 00000 n\r\n" % offset for offset in offsets)
    start = len(out)
    out += b"xref\n0 7\n0000000000 65535 f\r\n" + rows
    out += b"trailer\n<</Size 7/Root 1 0 R/Info 6 0 R/ID[<aa><aa>]>>\n"
    return out + b"startxref\n%d\n%%%%EOF\n" % start


def qpdf_encrypt(folder: Path, name: str, user: str = USER, owner: str = OWNER) -> bytes:
    """The plain file encrypted by qpdf, in one of the forms of `QPDF`."""
    _, bits, more = QPDF[name]
    source, target = folder / "plain.pdf", folder / "encrypted.pdf"
    source.write_bytes(plain_pdf())
    weak = ["--allow-weak-crypto"]
    locked = ["--encrypt", user, owner, bits, *more, "--"]
    run = subprocess.run(
        ["qpdf", *weak, *locked, str(source), str(target)], capture_output=True, check=False
    )
    assert run.returncode == 0, run.stderr
    return target.read_bytes()


def content_of(pdf: PdfFile) -> bytes:
    page = next(iter(pdf.pages()))[1]
    ref = page[Name("Contents")]
    assert isinstance(ref, Ref)
    return pdf.stream_data(ref).rstrip(b"\n")


def title_of(pdf: PdfFile) -> str:
    return decode_text(pdf.get(pdf.get_dict(pdf.trailer[Name("Info")])[Name("Title")]))


@pytest.mark.parametrize("password", [USER, OWNER])
@pytest.mark.parametrize("form", QPDF)
def test_every_form_of_qpdf_opens_with_either_password(
    tmp_path: Path, form: str, password: str
) -> None:
    pdf = PdfFile(qpdf_encrypt(tmp_path, form), password)
    assert content_of(pdf) == CONTENT
    assert title_of(pdf) == TITLE
    assert pdf.encryption is not None
    assert pdf.encryption.revision == QPDF[form][0]
    assert pdf.encryption.owner is (password == OWNER)
    metadata = pdf.catalog[Name("Metadata")]
    assert isinstance(metadata, Ref)
    assert pdf.stream_data(metadata).startswith(b"<x:xmpmeta")


@pytest.mark.parametrize("form", QPDF)
def test_a_wrong_or_missing_password_is_told_apart(tmp_path: Path, form: str) -> None:
    data = qpdf_encrypt(tmp_path, form)
    with pytest.raises(PasswordNeeded):
        PdfFile(data)
    with pytest.raises(WrongPassword):
        PdfFile(data, "salah")


@pytest.mark.parametrize("form", QPDF)
def test_the_empty_password_opens_whatever_else_was_given(tmp_path: Path, form: str) -> None:
    data = qpdf_encrypt(tmp_path, form, user="")
    for password in ("", "salah"):
        pdf = PdfFile(data, password)
        assert title_of(pdf) == TITLE
        assert pdf.encryption is not None
        assert not pdf.encryption.owner


@pytest.mark.parametrize("form", QPDF)
def test_what_we_encrypt_pypdf_reads(tmp_path: Path, form: str) -> None:
    """Strings and streams as we write them, put in place of qpdf's own."""
    data = qpdf_encrypt(tmp_path, form)
    pdf = PdfFile(data, USER)
    assert pdf.encryption is not None
    reader = pypdf.PdfReader(io.BytesIO(data), password=USER)
    security = reader._encryption
    assert security is not None
    ref = Ref(70_000, 3)
    value: Object = {Name("A"): [b"satu", {Name("B"): b"dua"}], Name("N"): 1, Name("E"): b""}
    written = pdf.encryption.encrypt_object(value, ref, os.urandom)
    assert written != value
    assert pdf.encryption.decrypt_object(written, ref) == value
    theirs = security._make_crypt_filter(*ref)
    assert isinstance(written, dict)
    inner = written[Name("A")]
    assert isinstance(inner, list)
    assert isinstance(inner[0], bytes)
    assert theirs.str_crypt.decrypt(inner[0]) == b"satu"
    stream = pdf.encryption.encrypt_stream(CONTENT, ref, os.urandom)
    assert theirs.stm_crypt.decrypt(stream) == CONTENT


@pytest.mark.parametrize("algorithm", ["RC4-40", "RC4-128", "AES-128", "AES-256-R5", "AES-256"])
def test_files_of_pypdf_with_a_password_beyond_ascii(algorithm: str) -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(plain_pdf()))
    writer.encrypt("kédai", "pémilik", algorithm=algorithm)
    out = io.BytesIO()
    writer.write(out)
    for password, owner in (("kédai", False), ("pémilik", True)):
        pdf = PdfFile(out.getvalue(), password)
        assert content_of(pdf) == CONTENT
        assert pdf.encryption is not None
        assert pdf.encryption.owner is owner


def pyhanko_encrypted(**options: bool) -> bytes:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.pdf_utils.writer import copy_into_new_writer

    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(plain_pdf())))
    writer.encrypt(owner_pass=OWNER, user_pass=USER, **options)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_files_of_pyhanko() -> None:
    assert content_of(PdfFile(pyhanko_encrypted(pdf_mac=False), USER)) == CONTENT


def test_a_file_with_an_authentication_code_is_refused() -> None:
    """ISO/TS 32004: our revision could not renew the code."""
    with pytest.raises(UnsupportedEncryption, match="authentication code"):
        PdfFile(pyhanko_encrypted(pdf_mac=True), USER)


# -- who may sign --------------------------------------------------------------------------------

PRINT_ONLY = -3904 | 4  # the reserved bits 7, 8 and 13 to 32 are set


def opened(permissions: int, revision: int = 4, owner: bool = False) -> Encryption:
    return Encryption(bytes(16), revision, permissions, owner, {}, "V2", "V2", "V2", True)


@pytest.mark.parametrize(
    ("bits", "revision", "existing", "new"),
    [
        ((), 4, False, False),
        ((4,), 4, False, False),
        ((6,), 4, True, False),
        ((9,), 4, True, False),
        ((4, 6), 4, True, True),
        ((4, 9), 4, True, False),
        ((9,), 2, False, False),  # revision 2 knows only the bits 3 to 6
        ((6,), 2, True, False),
    ],
)
def test_permissions_follow_table_22(
    bits: tuple[int, ...], revision: int, existing: bool, new: bool
) -> None:
    permissions = PRINT_ONLY + sum(1 << (bit - 1) for bit in bits)
    file = opened(permissions, revision)
    assert (file.may_sign_existing_field, file.may_create_field) == (existing, new)
    owner = opened(permissions, revision, owner=True)
    assert owner.may_sign_existing_field
    assert owner.may_create_field


def test_permissions_written_without_sign_are_the_same(tmp_path: Path) -> None:
    pdf = PdfFile(qpdf_encrypt(tmp_path, "aes-128"), USER)
    encrypt = dict(pdf.get_dict(pdf.trailer[Name("Encrypt")]))
    identity = pdf.trailer[Name("ID")]
    assert isinstance(identity, list)
    assert isinstance(identity[0], bytes)
    signed = Encryption.open(encrypt, identity[0], USER).permissions
    assert signed < 0
    encrypt[Name("P")] = signed + (1 << 32)
    assert Encryption.open(encrypt, identity[0], USER).permissions == signed


def widened(tmp_path: Path) -> bytes:
    """A file whose /P was changed by someone without the owner's password."""
    data = qpdf_encrypt(tmp_path, "aes-256", user="")
    encrypt = PdfFile(data).get_dict(PdfFile(data).trailer[Name("Encrypt")])
    old = b"/P %d" % encrypt[Name("P")]  # type: ignore[str-bytes-safe]
    assert data.count(old) == 1
    return data.replace(old, (b"/P %d" % -8).ljust(len(old)))


def test_widened_permissions_are_noticed(tmp_path: Path) -> None:
    with pytest.raises(DamagedPdf, match="permissions"):
        PdfFile(widened(tmp_path))


def test_without_the_check_widened_permissions_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encryption, "_check_permissions", lambda *_: None)
    PdfFile(widened(tmp_path))


# -- what is refused -----------------------------------------------------------------------------

CF: Dict = {Name("StdCF"): {Name("CFM"): Name("AESV2"), Name("Length"): 16}}
STANDARD: Dict = {
    Name("Filter"): Name("Standard"),
    Name("V"): 4,
    Name("R"): 4,
    Name("Length"): 128,
    Name("P"): -4,
    Name("O"): bytes(32),
    Name("U"): bytes(32),
    Name("CF"): CF,
    Name("StmF"): Name("StdCF"),
    Name("StrF"): Name("StdCF"),
}
IDENTITY = Name("Identity")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"Filter": Name("Adobe.PubSec")}, "security handler"),
        ({"Filter": None}, "security handler"),
        ({"V": 3, "R": 3}, "version 3"),
        ({"V": 6, "R": 7}, "version 6"),
        ({"R": b"4"}, "revision 0"),
        ({"StmF": IDENTITY, "StrF": IDENTITY}, "attachments"),
        ({"StmF": IDENTITY, "StrF": IDENTITY, "EFF": Name("StdCF")}, "attachments"),
        ({"StmF": Name("Other")}, "crypt filter Other"),
        ({"StmF": 7}, "crypt filter 7"),
        ({"CF": {Name("StdCF"): {Name("CFM"): Name("None")}}}, "crypt filter"),
        ({"CF": {Name("StdCF"): {Name("CFM"): Name("AESV3")}}}, "crypt filter"),
        ({"CF": {Name("StdCF"): 5}}, "crypt filter"),
        ({"KDFSalt": bytes(32)}, "authentication code"),
    ],
)
def test_unknown_protection_is_named(changes: dict[str, Object], reason: str) -> None:
    encrypt = {**STANDARD, **{Name(key): value for key, value in changes.items()}}
    with pytest.raises(UnsupportedEncryption) as caught:
        Encryption.open(encrypt, b"", "")
    assert reason in str(caught.value)


def test_an_authentication_code_in_the_trailer_is_refused(tmp_path: Path) -> None:
    """ISO/TS 32004 has it there; a later revision by someone else does not lift it."""
    plain = qpdf_encrypt(tmp_path, "aes-256")
    data = plain.replace(b"/Size ", b"/AuthCode<<>>/Size ")
    trailer = plain[plain.index(b"/Info") : plain.rindex(b">>")]
    for whole in (data, table({}, before=data, trailer=trailer)):
        with pytest.raises(UnsupportedEncryption, match="authentication code"):
            PdfFile(whole, USER)
    assert PdfFile(table({}, before=plain, trailer=trailer), USER).encryption


@pytest.mark.parametrize(
    "changes",
    [
        {"O": bytes(31)},
        {"U": None},
        {"P": Name("x")},
        {"CF": [1]},
        {"CF": {Name("StdCF"): {Name("CFM"): Name("V2")}}, "Length": Name("x")},
    ],
)
def test_a_damaged_dictionary_is_an_error(changes: dict[str, Object]) -> None:
    encrypt = {**STANDARD, **{Name(key): value for key, value in changes.items()}}
    with pytest.raises(DamagedPdf):
        Encryption.open(encrypt, b"", "")


@pytest.mark.parametrize("data", [b"short", bytes(16 + 5), bytes(32)])
def test_broken_aes_data_is_an_error(data: bytes) -> None:
    file = Encryption(bytes(16), 4, -4, False, {}, "AESV2", "AESV2", "AESV2", True)
    with pytest.raises(DamagedPdf):
        file.decrypt_string(data, Ref(1))


# -- streams that go their own way ---------------------------------------------------------------


def handler(metadata: bool = False) -> Encryption:
    filters: dict[str, encryption.Method] = {"StdCF": "AESV2", "Old": "V2"}
    return Encryption(bytes(16), 4, -4, False, filters, "AESV2", "AESV2", "V2", metadata)


def names(**entries: Object) -> Dict:
    return {Name(key): value for key, value in entries.items()}


@pytest.mark.parametrize(
    ("dictionary", "method"),
    [
        (names(), "AESV2"),
        (names(Type=Name("XRef")), "Identity"),
        (names(Type=Name("Metadata")), "Identity"),
        (names(Type=Name("EmbeddedFile")), "V2"),
        (names(Filter=Name("FlateDecode")), "AESV2"),
        (names(Filter=Name("Crypt")), "Identity"),
        (names(Filter=[Name("Crypt")], DecodeParms=[None]), "Identity"),
        (names(Filter=Name("Crypt"), DecodeParms=names(Name=Name("Old"))), "V2"),
        (
            names(
                Filter=[Name("FlateDecode"), Name("Crypt")],
                DecodeParms=[None, names(Name=Name("StdCF"))],
            ),
            "AESV2",
        ),
    ],
)
def test_a_stream_names_its_own_crypt_filter(dictionary: Dict, method: str) -> None:
    assert handler()._stream_method(dictionary) == method


def test_identity_leaves_data_alone() -> None:
    file = Encryption(bytes(16), 4, -4, False, {}, "Identity", "AESV2", "AESV2", True)
    assert file.encrypt_string(b"x", Ref(1), os.urandom) == b"x"
    assert file.decrypt_string(b"x", Ref(1)) == b"x"


def test_a_lone_initialisation_vector_is_an_empty_string() -> None:
    assert handler().decrypt_string(bytes(16), Ref(1)) == b""


def test_metadata_is_encrypted_unless_the_file_says_otherwise() -> None:
    assert handler(metadata=True)._stream_method(names(Type=Name("Metadata"))) == "AESV2"


def test_strings_of_a_stream_dictionary_are_decrypted_but_not_those_of_a_cross_reference() -> None:
    file = opened(-4)
    secret = file.encrypt_string(b"x", Ref(5), os.urandom)
    assert secret != b"x"
    stream = file.decrypt_object(Stream(names(A=secret), 7), Ref(5))
    assert stream == Stream(names(A=b"x"), 7)
    section = Stream(names(Type=Name("XRef"), ID=[b"x"]), 7)
    assert file.decrypt_object(section, Ref(5)) == section


def test_contents_of_a_signature_stays_plain() -> None:
    signature = names(ByteRange=[0, 1, 2, 3], Contents=b"\x30", Name=b"x")
    changed = opened(-4).decrypt_object([signature], Ref(5))
    assert isinstance(changed, list)
    assert isinstance(changed[0], dict)
    assert changed[0][Name("Contents")] == b"\x30"
    assert changed[0][Name("Name")] != b"x"


# -- passwords -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "prepared"),
    [  # RFC 4013, 3
        ("I\u00adX", "IX"),
        ("user", "user"),
        ("USER", "USER"),
        ("\u00aa", "a"),
        ("\u2168", "IX"),
        ("\u0007", None),
        ("\u0627\u0031", None),
        ("a\u00a0b", "a b"),
        ("\u0627\u0628", "\u0627\u0628"),
        ("\u0627a\u0628", None),
    ],
)
def test_saslprep(text: str, prepared: str | None) -> None:
    assert passwords.saslprep(text) == prepared


def test_passwords_of_old_files_are_tried_in_both_encodings() -> None:
    assert list(passwords._legacy_spellings("a€ﬁ")) == [b"a\xa0\x93", "a€ﬁ".encode()]
    assert list(passwords._legacy_spellings("日")) == ["日".encode()]
    assert list(passwords._legacy_spellings("rahasia")) == [b"rahasia"]


def test_a_long_password_counts_up_to_127_bytes() -> None:
    assert list(passwords._modern_spellings("x" * 200)) == [b"x" * 127]


@given(st.binary(min_size=5, max_size=16), st.binary(max_size=300))
def test_rc4_of_any_key_size_is_the_same_both_ways(key: bytes, data: bytes) -> None:
    assert passwords._slow_rc4(key, passwords.rc4(key, data)) == data


def test_rc4_of_an_odd_key_size_as_in_rfc_6229() -> None:
    key = bytes(range(1, 8))  # 56 bits
    assert passwords._slow_rc4(key, bytes(8)) == bytes.fromhex("293f02d47f37c9b6")


@pytest.mark.parametrize("bits", [40, 48, 56, 72, 88, 104, 120, 128])
def test_every_key_size_of_version_2(bits: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """pypdf derives, with an RC4 that takes any key size; we read."""
    from pypdf._encryption import AlgV4

    monkeypatch.setattr("pypdf._encryption.rc4_encrypt", passwords._slow_rc4)

    size = bits // 8
    owner = AlgV4.compute_O_value(
        AlgV4.compute_O_value_key(OWNER.encode(), 3, bits), USER.encode(), 3
    )
    key = AlgV4.compute_key(USER.encode(), 3, bits, owner, (1 << 32) - 4, b"id", True)
    user = AlgV4.compute_U_value(key, 3, b"id")
    encrypt = {
        **names(Filter=Name("Standard"), V=2, R=3, P=-4, O=owner, U=user),
        Name("Length"): bits,
    }
    for password in (USER, OWNER):
        found = Encryption.open(encrypt, b"id", password)
        assert (found.key, len(found.key)) == (key, size)


def test_a_length_that_counts_bytes_or_is_missing_still_opens(tmp_path: Path) -> None:
    pdf = PdfFile(qpdf_encrypt(tmp_path, "rc4-128"), USER)
    encrypt = dict(pdf.get_dict(pdf.trailer[Name("Encrypt")]))
    identity = pdf.trailer[Name("ID")]
    assert isinstance(identity, list)
    assert isinstance(identity[0], bytes)
    for length in (16, None):
        given_length = {**encrypt, Name("Length"): length}
        if length is None:
            del given_length[Name("Length")]
        assert len(Encryption.open(given_length, identity[0], USER).key) == 16
