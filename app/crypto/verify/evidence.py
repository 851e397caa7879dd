"""What a document brings along to judge its signatures: certificates, CRLs, OCSP answers (DSS).

ISO 32000-2, 12.8.4.3; EN 319 142-1, 5.4. None of it is trusted because it is there. /VRI is read as
more of the same: which signature something was meant for does not matter.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from app.crypto.pdf.document import PdfFile
from app.crypto.pdf.objects import Dict, Name, Object, Ref

MAX_ITEMS = 1000
MAX_ITEM = 4 << 20  # bytes
MAX_TOTAL = 16 << 20


@dataclass(frozen=True, slots=True)
class Store:
    """DER values, in the order of the file."""

    certificates: tuple[bytes, ...] = field(default=(), repr=False)
    crls: tuple[bytes, ...] = field(default=(), repr=False)
    ocsps: tuple[bytes, ...] = field(default=(), repr=False)


def read_store(pdf: PdfFile) -> Store:
    """The document security store. Raises DamagedPdf, LimitExceeded."""
    store = pdf.get_dict(pdf.catalog.get(Name("DSS")))
    single = [pdf.get_dict(item) for item in pdf.get_dict(store.get(Name("VRI"))).values()]
    budget = _Budget(pdf)
    return Store(
        budget.streams(store, "Certs", single, "Cert"),
        budget.streams(store, "CRLs", single, "CRL"),
        budget.streams(store, "OCSPs", single, "OCSP"),
    )


class _Budget:
    """Reads streams until the bounds are reached; what is beyond them is not looked at."""

    def __init__(self, pdf: PdfFile) -> None:
        self._pdf = pdf
        self._left = MAX_TOTAL

    def streams(
        self, store: Dict, key: str, single: list[Dict], key_of_one: str
    ) -> tuple[bytes, ...]:
        given: list[Object] = [*self._pdf.get_list(store.get(Name(key)))]
        for entry in single:
            given += self._pdf.get_list(entry.get(Name(key_of_one)))
        refs = dict.fromkeys(item for item in given if isinstance(item, Ref))
        found: dict[bytes, None] = {}
        for ref in list(refs)[:MAX_ITEMS]:
            if self._left <= 0:
                break
            data = self._pdf.stream_data(ref, MAX_ITEM)
            self._left -= len(data)
            found[data] = None
        return tuple(found)
