"""Small but complete PDFs of every form that files take in the wild, each by its name.

`handmade` writes the bytes; here is what is in them. Nothing is copied from anywhere.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.crypto.sign import prepare_fields, sign
from app.model import FieldSpec, Place, Rect, SignRequest
from tests import handmade, needing, oracles, pki
from tests.handmade import packed, startxref, stream, table

Objects = dict[int, bytes]
CATALOG, PAGES, FIRST, CONTENT, FONT = 1, 2, 3, 4, 5
ID = b"/ID[<00112233445566778899aabbccddeeff><00112233445566778899aabbccddeeff>]"
TRAILER = b"/Root 1 0 R" + ID
USER, OWNER = "pengguna", "pemilik"


@dataclass(frozen=True)
class Form:
    """A file, how to open it, and which field to sign (None: a new one)."""

    data: bytes
    password: str = ""
    field: str | None = None
    stamped: bool = True


def text(line: str, at: tuple[int, int] = (72, 700)) -> bytes:
    """Page content that shows one line."""
    return b"BT /F1 18 Tf %d %d Td (%s) Tj ET" % (*at, line.encode())


def letter(
    page: bytes = b"/MediaBox[0 0 595 842]", catalog: bytes = b"", more: Mapping[int, bytes] = {}
) -> Objects:
    """A letter of one page; entries can be added to its page and catalog, and whole objects."""
    resources = b"/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R"
    return {
        CATALOG: b"<</Type/Catalog/Pages 2 0 R%s>>" % catalog,
        PAGES: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        FIRST: b"<</Type/Page/Parent 2 0 R%s%s>>" % (page, resources),
        CONTENT: stream(b"", text("Surat Keputusan 330.a/2026")),
        FONT: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        **more,
    }


A4 = b"/MediaBox[0 0 595 842]"
TWICE = b"<</Type/Pages/Kids[3 0 R 3 0 R]/Count 2>>"
NOTE = (
    b"<</Type/Annot/Subtype/Square/Rect[300 300 400 400]/C[1 0 0]/Border[0 0 3]/F 4"
    b"/AP<</N 9 0 R>>>>"
)
NOTE_LOOK = stream(b"/Type/XObject/Subtype/Form/BBox[0 0 100 100]", b"1 0 0 RG 3 w 5 5 90 90 re S")
NOTES = {8: NOTE, 9: NOTE_LOOK}
TEXT_FIELD = (
    b"<</Type/Annot/Subtype/Widget/FT/Tx/T(nama)/V(Maria)/Rect[72 600 300 620]/F 4/P 3 0 R"
    b"/DA(/F1 12 Tf 0 g)/AP<</N 9 0 R>>>>"
)
FIELD_LOOK = stream(
    b"/Type/XObject/Subtype/Form/BBox[0 0 228 20]/Resources<</Font<</F1 5 0 R>>>>",
    b"/Tx BMC BT /F1 12 Tf 2 5 Td (Maria) Tj ET EMC",
)
FIELDS = {8: TEXT_FIELD, 9: FIELD_LOOK}
ACROFORM = b"<</Fields[8 0 R]/DR<</Font<</F1 5 0 R>>>>/DA(/F1 12 Tf 0 g)%s>>"


def several_pages(count: int, annots: bytes = b"") -> Objects:
    """Pages with text of their own, numbered from object 20."""
    objects = letter(more=NOTES)
    kids = b" ".join(b"%d 0 R" % (20 + 2 * index) for index in range(count))
    objects[PAGES] = b"<</Type/Pages/Kids[%s]/Count %d%s>>" % (kids, count, A4)
    page = b"<</Type/Page/Parent 2 0 R/Resources<</Font<</F1 5 0 R>>>>/Contents %d 0 R%s>>"
    for index in range(count):
        objects[20 + 2 * index] = page % (21 + 2 * index, annots)
        objects[21 + 2 * index] = stream(b"", text(f"Halaman {index + 1}"))
    del objects[FIRST]
    return objects


def nested_pages() -> Objects:
    """A tree of three levels; box, resources and turn are inherited from different ones."""
    objects = letter()
    objects[PAGES] = b"<</Type/Pages/Kids[10 0 R]/Count 2/Resources<</Font<</F1 5 0 R>>>>>>"
    objects[10] = b"<</Type/Pages/Parent 2 0 R/Kids[11 0 R 12 0 R]/Count 2%s>>" % A4
    objects[11] = b"<</Type/Pages/Parent 10 0 R/Kids[13 0 R]/Count 1/Rotate 90>>"
    objects[12] = b"<</Type/Page/Parent 10 0 R/Contents 4 0 R>>"
    objects[13] = b"<</Type/Page/Parent 11 0 R/Contents 4 0 R>>"
    del objects[FIRST]
    return objects


# -- whole files ---------------------------------------------------------------------------------


def hybrid() -> bytes:
    """A table, and beside it a stream for what an old reader need not see (7.5.8.4).

    Hidden is the structure tree, as office programs do it: PDFium, poppler and MuPDF would not show
    a hidden annotation.
    """
    objects = letter(
        page=A4 + b"/Annots[8 0 R]", catalog=b"/StructTreeRoot 10 0 R", more={8: NOTE, 9: NOTE_LOOK}
    )
    return handmade.hybrid(objects, {10: b"<</Type/StructTreeRoot>>"}, trailer=TRAILER)


def updated(data: bytes, objects: Mapping[int, bytes], size: int) -> bytes:
    """One more revision by a table."""
    return table(objects, before=data, trailer=TRAILER, size=size)


def with_line_ends(data_of: Callable[[], bytes], end: bytes) -> bytes:
    """The same file with other line ends; it must hold no binary streams."""
    data = data_of().replace(b"\r\n", b"\n").replace(b"\n", end)
    out = bytearray()
    offsets = {}
    for line in data.split(end):
        words = line.split()
        if len(words) == 3 and words[2] == b"obj":
            offsets[int(words[0])] = len(out)
        if line == b"xref":
            start = len(out)
            break
        out += line + end
    out += b"xref" + end + b"0 %d" % (max(offsets) + 1) + end + b"0000000000 65535 f"
    ending = b" " + end if len(end) == 1 else end
    out += ending
    for number in range(1, max(offsets) + 1):
        out += b"%010d 00000 n" % offsets[number] + ending
    trailer = b"<<%s/Size %d>>" % (TRAILER, max(offsets) + 1)
    for line in (b"trailer", trailer, b"startxref", b"%d" % start, b"%%EOF"):
        out += line + end
    return bytes(out)


def by_qpdf(data: bytes, *options: str) -> bytes:
    """The file as qpdf writes it with these options."""
    with oracles.on_disk(data) as path:
        target = path.with_name("out.pdf")
        done = oracles.run("qpdf", "--allow-weak-crypto", *options, path, target)
        assert done.returncode == 0, done.stderr
        return target.read_bytes()


def encrypted(
    bits: str, *more: str, user: str = "", owner: str = OWNER, data: bytes = b""
) -> bytes:
    """A form with a text field, encrypted by qpdf."""
    plain = data or table(with_field(), trailer=TRAILER)
    return by_qpdf(plain, "--encrypt", user, owner, bits, *more, "--")


def with_field(extra: bytes = b"") -> Objects:
    """The letter with a text field that is filled in, and its form by reference."""
    return letter(
        page=A4 + b"/Annots[8 0 R]",
        catalog=b"/AcroForm 10 0 R",
        more={**FIELDS, 10: ACROFORM % extra},
    )


def request(**changes: object) -> SignRequest:
    """What is asked for, at the fixed moment of the tests."""
    return SignRequest(**{"signed_at": pki.SIGNED_AT, **changes})  # type: ignore[arg-type]


def signed(data: bytes, name: str = "second", **changes: object) -> bytes:
    """The file with one more signature, by our own code."""
    return data + sign(data, pki.identity(name).signing_key(), request(**changes))


def prepared(data: bytes, *names: str) -> bytes:
    """The file with empty signature fields, the first of them visible."""
    place = Place(1, Rect(300, 60, 200, 70))
    specs = [FieldSpec(name, None if index else place) for index, name in enumerate(names)]
    return data + prepare_fields(data, specs)


def seeded(entries: bytes, lock: bytes = b"") -> bytes:
    """A file with the empty field `Kepala`, its /SV and /Lock as given."""
    field = (
        b"<</Type/Annot/Subtype/Widget/FT/Sig/T(Kepala)/F 132/P 3 0 R/Rect[300 60 500 130]%s%s>>"
    ) % (b"/SV<</Type/SV%s>>" % entries if entries else b"", lock)
    objects = letter(
        page=A4 + b"/Annots[11 0 R]",
        catalog=b"/AcroForm<</Fields[11 0 R]/SigFlags 1>>",
        more={11: field},
    )
    return table(objects, trailer=TRAILER)


def pdfa(intent: bool = True) -> bytes:
    """A file that claims PDF/A-2b: XMP, an output intent, no transparency."""
    claim = (
        b"<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/'>"
        b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description"
        b" rdf:about='' xmlns:pdfaid='http://www.aiim.org/pdfa/ns/id/'><pdfaid:part>2</pdfaid:part>"
        b"<pdfaid:conformance>B</pdfaid:conformance></rdf:Description></rdf:RDF></x:xmpmeta>"
        b"<?xpacket end='w'?>"
    )
    more = {
        10: stream(b"/Type/Metadata/Subtype/XML", claim),
        11: b"<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB)>>",
    }
    catalog = b"/Metadata 10 0 R" + (b"/OutputIntents[11 0 R]" if intent else b"")
    return table(letter(catalog=catalog, more=more), trailer=TRAILER)


def turned(turn: int) -> bytes:
    """A page that is rotated, with a crop box inside a media box that does not start at zero."""
    page = b"/MediaBox[-20 10 575 852]/CropBox[10 40 520 800]/Rotate %d" % turn
    return table(letter(page=page), trailer=TRAILER)


_QPDF_CIPHERS = {
    "RC4-40": ("40",),
    "RC4-128": ("128", "--use-aes=n"),
    "AES-128": ("128", "--use-aes=y"),
    "AES-128, metadata in the clear": ("128", "--use-aes=y", "--cleartext-metadata"),
    "AES-256 revision 5": ("256", "--force-R5"),
    "AES-256": ("256",),
}
ALL_INSIDE = (CATALOG, PAGES, FIRST, FONT)


def _forms() -> dict[str, Callable[[], Form | bytes]]:
    shared = several_pages(3, b"/Annots 40 0 R") | {40: b"[8 0 R]"}
    own = several_pages(3, b"/Annots[8 0 R]")
    plain = functools.partial(table, trailer=TRAILER)
    return {
        "table": lambda: plain(letter()),
        "several pages": lambda: plain(several_pages(3)),
        "cross-reference stream": lambda: packed(letter(), trailer=TRAILER),
        "object stream": lambda: packed(letter(), inside=ALL_INSIDE, trailer=TRAILER),
        "object stream with a form": lambda: packed(
            with_field(), inside=(*ALL_INSIDE, 8, 10), trailer=TRAILER
        ),
        "hybrid": hybrid,
        "linearized": lambda: by_qpdf(plain(several_pages(3)), "--linearize"),
        "linearized with object streams": lambda: by_qpdf(
            plain(several_pages(3)), "--linearize", "--object-streams=generate"
        ),
        "inheritance": lambda: plain(nested_pages()),
        "annots direct": lambda: plain(letter(page=A4 + b"/Annots[8 0 R]", more=NOTES)),
        "annots by reference": lambda: plain(
            letter(page=A4 + b"/Annots 40 0 R", more={**NOTES, 40: b"[8 0 R]"})
        ),
        "annots shared by reference": lambda: plain(shared),
        "one annotation on all pages": lambda: plain(own),
        "annots empty and absent object": lambda: plain(letter(page=A4 + b"/Annots 77 0 R")),
        "form direct": lambda: plain(
            letter(page=A4 + b"/Annots[8 0 R]", catalog=b"/AcroForm" + ACROFORM % b"", more=FIELDS)
        ),
        "form by reference": lambda: plain(with_field()),
        "form with fields by reference": lambda: plain(
            with_field() | {10: b"<</Fields 12 0 R/DA(/F1 12 Tf 0 g)>>", 12: b"[8 0 R]"}
        ),
        "form that is null": lambda: plain(letter(catalog=b"/AcroForm null")),
        "form without fields": lambda: plain(letter(catalog=b"/AcroForm<<>>")),
        "widgets without a form": lambda: plain(letter(page=A4 + b"/Annots[8 0 R]", more=FIELDS)),
        "a page listed twice": lambda: plain(letter() | {PAGES: TWICE}),
        "a page listed twice, annots by reference": lambda: plain(
            letter(page=A4 + b"/Annots 40 0 R", more={**NOTES, 40: b"[8 0 R]", PAGES: TWICE})
        ),
        "need appearances, no fields": lambda: plain(
            letter(catalog=b"/AcroForm<</Fields[]/NeedAppearances true>>")
        ),
        **{f"need appearances, {name}": make for name, make in _needing().items()},
        "generations": lambda: table(
            with_generations(), trailer=b"/Root 1 2 R" + ID, generations={1: 2, 3: 7, 10: 1}
        ),
        "no id": lambda: table(letter()),
        "no id, cross-reference stream": lambda: packed(letter()),
        "size too small": lambda: table(letter(), trailer=TRAILER, size=3),
        "size too large": lambda: table(letter(), trailer=TRAILER, size=400),
        "junk before, offsets from the header": lambda: table(
            letter(), trailer=TRAILER, junk=b"From: kantor\r\n\r\n"
        ),
        "junk before, offsets from the first byte": junk_at_zero,
        "junk behind": lambda: plain(letter()) + b"\0" * 900,
        "no line end behind": lambda: plain(letter()).rstrip(),
        "line ends CR": lambda: with_line_ends(lambda: plain(letter()), b"\r"),
        "line ends CRLF": lambda: with_line_ends(lambda: plain(letter()), b"\r\n"),
        **{f"turned {turn}": functools.partial(turned, turn) for turn in (0, 90, 180, 270)},
        "turned -90": functools.partial(turned, -90),
        "values by reference": lambda: plain(
            letter(
                page=b"/MediaBox[0 0 40 0 R 41 0 R]/Rotate 42 0 R",
                more={40: b"595", 41: b"842", 42: b"90"},
            )
        ),
        "older revision of page and catalog": lambda: updated(
            plain(letter()), {1: letter()[1], 3: letter()[3], 6: b"(neu)"}, 7
        ),
        "update by a stream": lambda: signed(packed(letter(), trailer=TRAILER)),
        "version in the catalog": lambda: plain(letter(catalog=b"/Version/1.7")),
        "names with escapes": lambda: plain(letter(catalog=b"/X#20Y/Z#2f/Lang(id)/T(\\\\\\(x\\))")),
        "pdf/a with output intent": pdfa,
        "pdf/a without output intent": lambda: pdfa(intent=False),
        "signed once": lambda: signed(plain(letter())),
        "signed three times": lambda: signed(signed(signed(plain(letter())), "third"), "p384"),
        "empty fields": lambda: Form(
            prepared(plain(letter()), "Kabid", "Kepala"), field="Kepala", stamped=False
        ),
        "visible empty field": lambda: Form(prepared(plain(letter()), "Kepala"), field="Kepala"),
        "certified P=2 with an empty field": lambda: Form(
            signed(prepared(plain(letter()), "Kabid", "Kepala"), field="Kabid", certify=2),
            field="Kepala",
            stamped=False,
        ),
        "certified P=3 with an empty field": lambda: Form(
            signed(
                prepared(packed(letter(), trailer=TRAILER), "Kabid", "Kepala"),
                field="Kabid",
                certify=3,
            ),
            field="Kepala",
            stamped=False,
        ),
        "seed value and lock": lambda: Form(
            seeded(
                b"/Ff 2/SubFilter[/ETSI.CAdES.detached]/DigestMethod[/SHA256]",
                b"/Lock<</Type/SigFieldLock/Action/Exclude/Fields[(nama)]>>",
            ),
            field="Kepala",
        ),
        **{
            f"encrypted {name}": functools.partial(encrypted, *options)
            for name, options in _QPDF_CIPHERS.items()
        },
        **{
            f"encrypted {name}, user's password": functools.partial(_locked, options, USER)
            for name, options in _QPDF_CIPHERS.items()
        },
        "encrypted AES-256, owner's password": lambda: _locked(("256", "--modify=none"), OWNER),
        "encrypted object streams": lambda: encrypted(
            "256", data=packed(with_field(), inside=(*ALL_INSIDE, 8, 10), trailer=TRAILER)
        ),
        "encrypted, new object streams": lambda: by_qpdf(
            plain(with_field()),
            "--object-streams=generate",
            "--encrypt",
            "",
            "",
            "128",
            "--use-aes=y",
            "--",
        ),
        "encrypted, linearized": lambda: by_qpdf(
            plain(several_pages(3)), "--linearize", "--encrypt", "", "", "256", "--"
        ),
        "encrypted, only filling in allowed": lambda: Form(
            encrypted("256", "--modify=form", data=prepared(plain(letter()), "Kepala")),
            field="Kepala",
        ),
    }


def _needing() -> dict[str, Callable[[], Form | bytes]]:
    """Forms that ask readers to draw the fields, in files of several forms."""
    plain = functools.partial(table, trailer=TRAILER)
    all_kinds = letter(more=needing.of_all_kinds())
    return {
        "none stored": lambda: plain(letter(more=needing.without_appearance())),
        "of all kinds": lambda: plain(all_kinds),
        "shared resources": lambda: plain(letter(more=needing.with_shared_resources())),
        "turned": lambda: plain(letter(more=needing.text_field(page=b"/Rotate 90"))),
        "object streams": lambda: packed(
            all_kinds, inside=(*ALL_INSIDE, 8, 10, 20, 21, 22), trailer=TRAILER
        ),
        "linearized": lambda: by_qpdf(plain(all_kinds), "--linearize"),
        "empty signature field": lambda: Form(
            prepared(plain(letter(more=needing.text_field())), "Kepala"), field="Kepala"
        ),
        **{
            f"encrypted {name}": functools.partial(_needing_encrypted, options)
            for name, options in _QPDF_CIPHERS.items()
        },
    }


def _needing_encrypted(options: tuple[str, ...]) -> Form:
    data = table(letter(more=needing.text_field()), trailer=TRAILER)
    return Form(encrypted(*options, user=USER, data=data), USER)


def with_generations() -> Objects:
    """Catalog, page and form of generations above 0."""
    objects = with_field()
    objects[CATALOG] = b"<</Type/Catalog/Pages 2 0 R/AcroForm 10 1 R>>"
    objects[PAGES] = b"<</Type/Pages/Kids[3 7 R]/Count 1>>"
    objects[8] = TEXT_FIELD.replace(b"3 0 R", b"3 7 R")
    return objects


def junk_at_zero() -> bytes:
    """Bytes before the header, and offsets that count them."""
    junk = b"From: kantor\r\n\r\n"
    data = table(letter(), trailer=TRAILER)
    start = startxref(data)
    head, tail = data[:start], data[start:]
    rows = tail.split(b"\r\n")
    moved = [
        b"%s%010d 00000 n" % (row[:-18], int(row[-18:-8]) + len(junk))
        if row.endswith(b"00000 n")
        else row
        for row in rows
    ]
    tail = b"\r\n".join(moved).replace(
        b"startxref\n%d" % start, b"startxref\n%d" % (start + len(junk))
    )
    return junk + head + tail


def _locked(options: tuple[str, ...], password: str) -> Form:
    return Form(encrypted(*options, user=USER), password)


FORMS = tuple(_forms())


@functools.cache
def form(name: str) -> Form:
    """The file of that name; see `FORMS`."""
    made = _forms()[name]()
    return made if isinstance(made, Form) else Form(made)
