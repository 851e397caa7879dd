"""Makes the sample letters beside this file; every office, person and number in them is invented.

`./dev exec python docs/samples/make.py [FOLDER]` rebuilds them; the result is the same every time.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import (
    Flowable,
    HRFlowable,
    PageBreak,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
)

HERE = Path(__file__).resolve().parent
FONTS = HERE.parent.parent / "assets" / "fonts"

BODY = ParagraphStyle("body", fontName="Roboto-Regular", fontSize=11, leading=16, spaceAfter=8)
INDENTED = ParagraphStyle("indented", BODY, firstLineIndent=1.2 * cm)
HEAD = ParagraphStyle("head", fontName="Roboto-Bold", fontSize=13, leading=17, alignment=1)
SMALL = ParagraphStyle("small", fontName="Roboto-Regular", fontSize=9, leading=12, alignment=1)
TITLE = ParagraphStyle("title", HEAD, spaceBefore=10, spaceAfter=10)
GRID = [
    ("FONT", (0, 0), (-1, 0), "Roboto-Medium", 10),
    ("FONT", (0, 1), (-1, -1), "Roboto-Regular", 10),
    ("GRID", (0, 0), (-1, -1), 0.5, "#666666"),
    ("BACKGROUND", (0, 0), (-1, 0), "#eef2f3"),
    ("TOPPADDING", (0, 0), (-1, -1), 5),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
]

FACTS = [
    ("FONT", (0, 0), (1, -1), "Roboto-Regular", 11),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
]


def letterhead(office: str, street: str) -> list[Flowable]:
    return [
        Paragraph("PEMERINTAH KOTA CENDANA", HEAD),
        Paragraph(office, HEAD),
        Paragraph(street, SMALL),
        Spacer(0, 4),
        HRFlowable(width="100%", thickness=1.5, color="#000000", spaceAfter=12),
    ]


def facts(rows: Sequence[tuple[str, str]]) -> Table:
    """`Nomor : ...` and so on, the colons below each other."""
    table = Table(
        [[name, ":", Paragraph(value, BODY)] for name, value in rows],
        colWidths=[2.6 * cm, 0.5 * cm, None],
        style=FACTS,
    )
    table.hAlign = "LEFT"
    return table


def signer(*lines: str, indent: float = 9 * cm) -> list[Flowable]:
    """The place for the signature: room for a stamp between the office and the name."""
    style = ParagraphStyle("signer", BODY, leftIndent=indent, spaceAfter=0)
    return [
        Spacer(0, 14),
        *(Paragraph(line, style) for line in lines[:2]),
        Spacer(0, 3.6 * cm),
        *(Paragraph(line, style) for line in lines[2:]),
    ]


def invitation() -> list[Flowable]:
    return [
        *letterhead(
            "BADAN KEPEGAWAIAN, PENDIDIKAN DAN PELATIHAN DAERAH",
            "Jalan Kenanga Nomor 12, Kota Cendana 85999",
        ),
        facts(
            [
                ("Nomor", "330.a/BKPPD.800.1.2.5/IV/2025"),
                ("Sifat", "Segera"),
                ("Lampiran", "1 (satu) lembar"),
                ("Perihal", "Undangan sosialisasi tanda tangan elektronik"),
            ]
        ),
        Spacer(0, 10),
        Paragraph("Yth. Para Kepala Perangkat Daerah<br/>di Kota Cendana", BODY),
        Paragraph(
            "Dalam rangka penerapan tanda tangan elektronik (TTE) di lingkungan Pemerintah Kota "
            "Cendana, bersama ini kami mengundang Bapak/Ibu untuk hadir pada:",
            INDENTED,
        ),
        facts(
            [
                ("Hari/tanggal", "Kamis, 24 April 2025"),
                ("Waktu", "09.00 WITA sampai selesai"),
                ("Tempat", "Aula Lantai II, Jalan Kenanga Nomor 12"),
            ]
        ),
        Spacer(0, 10),
        Paragraph(
            "Mengingat pentingnya acara dimaksud, diharapkan kehadiran tepat waktu. Atas perhatian "
            "dan kerja sama Bapak/Ibu disampaikan terima kasih.",
            INDENTED,
        ),
        *signer(
            "Cendana, 14 April 2025",
            "Kepala Badan,",
            "<u>Maria Melati Contoh, S.Sos., M.Si.</u>",
            "Pembina Tk. I (IV/b)",
            "NIP 19700101 199501 2 999",
        ),
    ]


def memorandum() -> list[Flowable]:
    reasons = [
        "Sejak bulan Januari 2025 terdapat rata-rata 80 (delapan puluh) naskah dinas setiap hari "
        "yang memerlukan tanda tangan pejabat. Sebagian pejabat bertugas di luar kantor.",
        "Naskah yang menunggu tanda tangan paling lama tertahan selama tiga hari kerja. Penyebab "
        "utama adalah naskah harus dicetak, diantar, dan dipindai kembali.",
        "Tanda tangan elektronik dapat dibubuhkan dari perangkat masing-masing pejabat. Naskah "
        "yang sudah ditandatangani tidak dapat diubah tanpa diketahui.",
        "Hasil cetak naskah tidak dapat diperiksa keabsahannya dengan sendirinya. Pemeriksaan "
        "dilakukan terhadap berkas PDF aslinya.",
    ]
    requests = [
        "Menyetujui penggunaan tanda tangan elektronik untuk nota dinas dan surat undangan mulai "
        "tanggal 1 Mei 2025.",
        "Menugaskan tim pendamping dari Dinas Komunikasi dan Informatika selama tiga bulan.",
        "Menetapkan pejabat yang berwenang menandatangani apabila kepala perangkat daerah "
        "berhalangan, disertai nomor surat keputusan dan masa berlakunya.",
    ]
    return [
        *letterhead(
            "DINAS KOMUNIKASI DAN INFORMATIKA", "Jalan Flamboyan Nomor 3, Kota Cendana 85999"
        ),
        Paragraph("NOTA DINAS", TITLE),
        facts(
            [
                ("Kepada", "Sekretaris Daerah Kota Cendana"),
                ("Dari", "Plt. Kepala Dinas Komunikasi dan Informatika"),
                ("Nomor", "412.b/DISKOMINFO.500.12.1/IV/2025"),
                ("Tanggal", "15 April 2025"),
                ("Perihal", "Penerapan tanda tangan elektronik"),
            ]
        ),
        HRFlowable(width="100%", thickness=0.5, color="#000000", spaceBefore=6, spaceAfter=12),
        Paragraph("Dengan hormat kami laporkan hal-hal sebagai berikut:", BODY),
        *(Paragraph(f"{number}. {text}", BODY) for number, text in enumerate(reasons, 1)),
        PageBreak(),
        Paragraph("Sehubungan dengan hal tersebut, kami mohon kiranya Bapak/Ibu berkenan:", BODY),
        *(Paragraph(f"{'abc'[n]}. {text}", BODY) for n, text in enumerate(requests)),
        Paragraph("Demikian disampaikan, mohon arahan lebih lanjut.", BODY),
        *signer(
            "Plt. Kepala Dinas Komunikasi dan Informatika,",
            "",
            "<u>Yohanes Cendana Contoh, S.T.</u>",
            "Pembina (IV/a)",
            "NIP 19750202 200003 1 999",
        ),
    ]


def timetable() -> list[Flowable]:
    rows = [
        ["No.", "Waktu (WITA)", "Acara", "Penanggung jawab"],
        ["1", "09.00 - 09.15", "Pembukaan", "Kepala Badan"],
        ["2", "09.15 - 10.00", "Dasar hukum tanda tangan elektronik", "Bagian Hukum"],
        ["3", "10.00 - 10.45", "Menandatangani dari komputer dan telepon", "Diskominfo"],
        ["4", "10.45 - 11.30", "Memeriksa keabsahan naskah", "Diskominfo"],
        ["5", "11.30 - 12.00", "Tanya jawab dan penutup", "Sekretaris Badan"],
    ]
    return [
        Paragraph("LAMPIRAN SURAT NOMOR 330.a/BKPPD.800.1.2.5/IV/2025", HEAD),
        Paragraph("JADWAL SOSIALISASI TANDA TANGAN ELEKTRONIK", TITLE),
        Table(rows, colWidths=[1.5 * cm, 4 * cm, 11 * cm, 7 * cm], style=GRID),
        *signer(
            "Cendana, 14 April 2025",
            "Kepala Badan,",
            "<u>Maria Melati Contoh, S.Sos., M.Si.</u>",
            "NIP 19700101 199501 2 999",
            indent=16 * cm,
        ),
    ]


SAMPLES: dict[str, tuple[str, tuple[float, float], Callable[[], list[Flowable]]]] = {
    "surat-undangan.pdf": ("Undangan sosialisasi tanda tangan elektronik", A4, invitation),
    "nota-dinas.pdf": ("Nota dinas: penerapan tanda tangan elektronik", A4, memorandum),
    "lampiran-jadwal.pdf": ("Lampiran: jadwal sosialisasi", landscape(A4), timetable),
}


def make(folder: Path) -> list[Path]:
    """Write every sample into `folder`."""
    for weight in ("Regular", "Medium", "Bold"):
        name = f"Roboto-{weight}"
        pdfmetrics.registerFont(TTFont(name, str(FONTS / f"{name}.ttf")))
    for name, (title, size, story) in SAMPLES.items():
        SimpleDocTemplate(
            str(folder / name),
            pagesize=size,
            title=title,
            author="Pemerintah Kota Cendana",
            lang="id",
            invariant=1,  # no time, no random /ID
            leftMargin=2.5 * cm,
            rightMargin=2 * cm,
            topMargin=1.8 * cm,
            bottomMargin=1.8 * cm,
        ).build(story())
    return [folder / name for name in SAMPLES]


if __name__ == "__main__":
    for path in make(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE):
        print(path.name, path.stat().st_size, "bytes")
