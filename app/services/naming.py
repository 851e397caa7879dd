"""Names of signed files: which one belongs to an original, and which is still free."""

from __future__ import annotations

import os
import re
from itertools import count
from pathlib import Path

SUFFIX = "-ditandatangani"
UNNAMED = "dokumen.pdf"


def signed_name(name: str, suffix: str = SUFFIX) -> str:
    """`surat.pdf` becomes `surat-ditandatangani.pdf`, that one `surat-ditandatangani-2.pdf`."""
    stem, extension = (name[:-4], name[-4:]) if name.lower().endswith(".pdf") else (name, ".pdf")
    again = re.fullmatch(rf"(.*{re.escape(suffix)})(?:-(\d{{1,4}}))?", stem, re.DOTALL)
    if again is None or not suffix:
        return stem + suffix + extension
    return f"{again[1]}-{int(again[2] or 1) + 1}{extension}"


def free(path: Path) -> Path:
    """`path`, or with a number behind its name where that is taken."""
    if not os.path.lexists(path):
        return path
    numbered = (path.with_name(f"{path.stem} ({number}){path.suffix}") for number in count(2))
    return next(candidate for candidate in numbered if not os.path.lexists(candidate))


def folder_name(folder: Path, home: Path) -> str:
    """A folder as a person calls it: "Dokumen/Surat" in their own one, which is "" itself."""
    if not folder.is_relative_to(home):
        return str(folder)
    return "/".join(folder.relative_to(home).parts)
