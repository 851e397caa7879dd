"""Later revisions that touch the catalog: what opens, runs, is attached, is shown in layers."""

from __future__ import annotations

from tests.attacks.base import ALL, SECOND, Base, Document
from tests.attacks.later import Change, added, edited, enter, enter_unsigned, replaced
from tests.attacks.letter import (
    CATALOG,
    INFO,
    LABELS,
    LAYER,
    METADATA,
    NAMES,
    NEXT,
    OUTLINE,
    OUTLINES,
    STRUCTURE,
)
from tests.attacks.table import Family
from tests.handmade import stream

FAMILY = Family("later catalog")
SCRIPT = b"<</S/JavaScript/JS(app.alert\\(1\\))>>"
THREAD = {NEXT: b"<</P 3 0 R>>"}
FILE = {
    NEXT: b"<</Type/Filespec/F(lampiran.exe)/EF<</F 61 0 R>>>>",
    NEXT + 1: stream(b"/Type/EmbeddedFile", b"lampiran"),
}
XMP = stream(b"/Type/Metadata/Subtype/XML", b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>2</x:xmpmeta>")


@FAMILY.control(on=ALL)
def untouched(base: Base) -> Document:
    return base.signed.sign(who=SECOND)


@FAMILY.control()
def extensions_of_a_developer(base: Base) -> Document:
    """As B-LT has it (EN 319 142-1, 5.5)."""
    extensions = b"/Extensions<</ADBE<</BaseVersion/1.7/ExtensionLevel 5>>>>"
    return base.signed.update(base.signed.add(CATALOG, extensions))


@FAMILY.control()
def version_raised(base: Base) -> Document:
    """How an update tells that it needs a newer reader (ISO 32000-2, 7.2.2)."""
    return base.signed.update(base.signed.add(CATALOG, b"/Version/2.0")).sign(who=SECOND)


@FAMILY.control()
def description_along_with_a_signature(base: Base) -> Document:
    title = base.signed.edit(INFO, (b"(Surat)", b"(Surat, disetujui)"))
    return base.signed.update({METADATA: XMP, **title}).sign(who=SECOND)


def layers(settings: bytes) -> Change:
    """The default configuration of optional content with other entries."""
    return edited(CATALOG, (b"/ON[17 0 R]", settings))


enter(FAMILY, {
    "script when the document opens": (added(CATALOG, b"/OpenAction%s" % SCRIPT), ""),
    "opens elsewhere": (added(CATALOG, b"/OpenAction[6 0 R/Fit]"), ""),
    "launches when opened": (added(CATALOG, b"/OpenAction<</S/Launch/F(x.exe)>>"), ""),
    "script before printing": (added(CATALOG, b"/AA<</WP%s>>" % SCRIPT), ""),
    "script by name": (
        edited(NAMES, (b"<</Dests", b"<</JavaScript<</Names[(x)%s]>>/Dests" % SCRIPT)), ""
    ),
    "file embedded": (
        edited(NAMES, (b"<</Dests", b"<</EmbeddedFiles<</Names[(x)60 0 R]>>/Dests"), more=FILE), ""
    ),
    "file associated": (added(CATALOG, b"/AF[60 0 R]", FILE), ""),
    "destination led elsewhere": (edited(NAMES, (b"3 0 R", b"6 0 R")), ""),
    "names taken away": (edited(CATALOG, (b"/Names 18 0 R", b"")), ""),
    "page shown by a name": (
        edited(NAMES, (b"<</Dests", b"<</Pages<</Names[(x)6 0 R]>>/Dests")), ""
    ),
    "outline renamed": (edited(OUTLINE, (b"(Surat)", b"(Keputusan)")), ""),
    "outline leads to the web": (
        edited(OUTLINE, (b"/Dest[3 0 R/Fit]", b"/A<</S/URI/URI(https://example.org)>>")), ""
    ),
    "outlines hidden": (edited(OUTLINES, (b"/Count 1", b"/Count 0")), ""),
    "outlines taken away": (edited(CATALOG, (b"/Outlines 14 0 R", b"")), ""),
    "pages labelled otherwise": (edited(LABELS, (b"/S/D", b"/S/r/St 9")), ""),
    "labels taken away": (edited(CATALOG, (b"/PageLabels 19 0 R", b"")), ""),
    "layer off": (layers(b"/OFF[17 0 R]"), "look"),
    "layers off at first": (layers(b"/BaseState/OFF"), "look"),
    "layer printed only": (layers(b"/AS[<</Event/View/OCGs[17 0 R]/Category[/View]>>]"), ""),
    "layer in another configuration": (
        edited(CATALOG, (b"/OCGs[17 0 R]", b"/OCGs[17 0 R]/Configs[<</OFF[17 0 R]>>]")), ""
    ),
    "layer with a usage": (
        added(LAYER, b"/Usage<</Print<</PrintState/OFF>>/View<</ViewState/OFF>>>>"), ""
    ),
    "layer renamed": (edited(LAYER, (b"(Salinan)", b"(Asli)")), ""),
    "layers taken away": (edited(CATALOG, (b"/OCProperties", b"/Nothing")), ""),
    "how it is viewed": (added(CATALOG, b"/ViewerPreferences<</HideToolbar true>>"), ""),
    "read from right to left": (added(CATALOG, b"/ViewerPreferences<</Direction/R2L>>"), ""),
    "attachments shown first": (added(CATALOG, b"/PageMode/UseAttachments"), ""),
    "two columns": (added(CATALOG, b"/PageLayout/TwoColumnRight"), ""),
    "a portfolio": (added(CATALOG, b"/Collection<</Type/Collection/View/H>>"), ""),
    "base of links": (added(CATALOG, b"/URI<</Base(https://example.org)>>"), ""),
    "another language": (added(CATALOG, b"/Lang(en)"), ""),
    "tagged": (added(CATALOG, b"/MarkInfo<</Marked true>>"), ""),
    "tags with other words": (
        edited(
            STRUCTURE,
            (b"StructTreeRoot", b"StructTreeRoot/K 60 0 R"),
            more={
                NEXT: b"<</Type/StructElem/S/P/P 20 0 R/ActualText(Rp 900.000)/Pg 3 0 R/K 0>>",
            },
        ),
        "",
    ),
    "tags taken away": (edited(CATALOG, (b"/StructTreeRoot 20 0 R", b"")), ""),
    "articles": (added(CATALOG, b"/Threads[<</Type/Thread/F 60 0 R>>]", THREAD), ""),
    "output intent": (
        added(CATALOG, b"/OutputIntents[<</S/GTS_PDFA1/OutputConditionIdentifier(sRGB)>>]"), ""
    ),
    "legal attestation": (added(CATALOG, b"/Legal<</Attestation(x)>>"), ""),
    "requirements": (
        added(CATALOG, b"/Requirements[<</S/EnableJavaScripts/RH<</S/NoOp>>>>]"), ""
    ),
    "usage rights": (added(CATALOG, b"/Perms<</UR3<</Type/Sig/Filter/Adobe.PPKLite>>>>"), ""),
    "application data": (added(CATALOG, b"/PieceInfo<</X<</Private(x)>>>>"), ""),
    "key of one's own": (added(CATALOG, b"/Teken.Harga(900.000)"), ""),
})  # fmt: skip
enter_unsigned(FAMILY, {
    "description alone": (replaced({METADATA: XMP}), ""),
    "description by a content stream": (edited(CATALOG, (b"/Metadata 16", b"/Metadata 4")), ""),
    "title alone": (edited(INFO, (b"(Surat)", b"(Keputusan)")), ""),
    "certified by nobody": (added(CATALOG, b"/Perms<</DocMDP<</Type/Sig>>>>"), ""),
    "to be rendered anew": (added(CATALOG, b"/NeedsRendering true"), ""),
})  # fmt: skip
