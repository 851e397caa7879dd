"""A form with all kinds of fields, by ReportLab, and programs that fill it in."""

from __future__ import annotations

import io
import json
from functools import cache

from pypdf import PdfWriter
from reportlab.pdfgen import canvas

from tests import oracles

Values = dict[str, str]
# A value of each kind of field, as pypdf and PDFBox take them.
VALUES: Values = {
    "nama": "Yosefina",
    "alamat": "Jalan Contoh 1, Kupang",
    "setuju": "/Yes",
    "status": "/kontrak",
    "golongan": "III/b",
    "bidang": "Keuangan",
}


@cache
def application() -> bytes:
    """Text, many lines, check box, radio buttons, a drop-down and a list."""
    out = io.BytesIO()
    page = canvas.Canvas(out, invariant=1)
    form = page.acroForm
    page.drawString(72, 780, "Formulir")
    form.textfield(name="nama", x=72, y=700, width=200, height=20)
    form.textfield(name="alamat", x=72, y=600, width=200, height=60, fieldFlags="multiline")
    form.checkbox(name="setuju", x=72, y=560)
    form.radio(name="status", value="tetap", x=72, y=520, selected=True)
    form.radio(name="status", value="kontrak", x=172, y=520)
    form.choice(
        name="golongan", options=["III/a", "III/b"], value="III/a", x=72, y=480, width=90, height=20
    )
    form.listbox(
        name="bidang", options=["Umum", "Keuangan"], value="Umum", x=72, y=400, width=90, height=40
    )
    page.save()
    return out.getvalue()


def by_pypdf(data: bytes, values: Values) -> bytes:
    """Filled in by pypdf, as an incremental update."""
    writer = PdfWriter(io.BytesIO(data), incremental=True)
    for page in writer.pages:
        writer.update_page_form_field_values(page, dict(values), auto_regenerate=False)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


_MUPDF = """
var document = new PDFDocument(scriptArgs[0]);
var values = JSON.parse(scriptArgs[2]);
for (var number = 0; number < document.countPages(); ++number)
    document.loadPage(number).getWidgets().forEach(function (widget) {
        var value = values[widget.getLabel()];
        if (value === undefined) return;
        if (widget.getFieldType() == "text") widget.setTextValue(value);
        else if (/check|radio/.test(widget.getFieldType())) widget.toggle();
        else widget.setChoiceValue(value);
        widget.update();
    });
document.save(scriptArgs[1], "incremental");
"""


def by_mupdf(data: bytes, values: Values) -> bytes:
    """Filled in by MuPDF, as an incremental update."""
    with oracles.on_disk(data) as path:
        script, target = path.with_name("fill.js"), path.with_name("filled.pdf")
        script.write_text(_MUPDF)
        done = oracles.run("mutool", "run", script, path, target, json.dumps(values))
        assert done.returncode == 0, done.stderr
        return target.read_bytes()
