"""Which attacks fool poppler's pdfsig and pyHanko: `python -m tests.attacks.peers` asks them anew.

Fooled is who calls every signature of the file valid; for pyHanko with the same trust, revocation
data and time that our verifier gets. The answers are in tests/golden/attacks/fooled.txt.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from tests import oracles
from tests.attacks.table import Attack, attacks

FILE = Path(__file__).parents[1] / "golden" / "attacks" / "fooled.txt"
PEERS = ("pdfsig", "pyHanko")


def fooled(attack: Attack) -> tuple[str, ...]:
    """The peers that take the file for valid."""
    judges = {"pdfsig": by_pdfsig, "pyHanko": by_pyhanko}
    return tuple(name for name in PEERS if judges[name](attack))


def by_pdfsig(attack: Attack) -> bool:
    """It knows no trust here and looks at no certificate."""
    with oracles.on_disk(attack.build()) as path:
        found = oracles.pdfsig(path)
    return bool(found) and all(verdict.valid for verdict in found)


def by_pyhanko(attack: Attack) -> bool:
    """With its difference analysis; an exception is a refusal."""
    from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp

    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)
    try:
        found = oracles.pyhanko_reader(attack.build()).embedded_signatures
        for signature in found:
            stamp = signature.sig_object.get("/SubFilter") == "/ETSI.RFC3161"
            validate = validate_pdf_timestamp if stamp else validate_pdf_signature
            status = validate(signature, _context(attack))
            if not (status.bottom_line if not stamp else status.valid and status.trusted):
                return False
    except Exception:
        return False
    return bool(found)


def _context(attack: Attack):  # type: ignore[no-untyped-def]
    from asn1crypto.x509 import Certificate
    from pyhanko_certvalidator import ValidationContext

    trust = attack.trust()
    return ValidationContext(
        trust_roots=[Certificate.load(anchor.certificate) for anchor in trust.anchors],
        crls=list(trust.crls),
        ocsps=list(trust.ocsps),
        moment=attack.at,
        allow_fetching=False,
        revocation_mode="require",
    )


@cache
def known() -> Mapping[str, tuple[str, ...]]:
    """Row to the peers that were fooled when they were last asked."""
    lines = (line.split(" | ") for line in FILE.read_text("utf-8").splitlines())
    return {row: tuple(names.split()) for row, names in lines}


def main() -> None:
    """Ask about every attack, and write down who was fooled."""
    found = {attack.id: fooled(attack) for attack in attacks() if not attack.control}
    lines = [f"{row} | {' '.join(names)}\n" for row, names in sorted(found.items()) if names]
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text("".join(lines), "utf-8")


if __name__ == "__main__":
    main()
