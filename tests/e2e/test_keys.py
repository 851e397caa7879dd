"""A key file of somebody else's making: imported, used, deleted."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from playwright.sync_api import Browser

from tests import pki
from tests.e2e.browser import DESK, PIN, SAMPLES, Server, window
from tests.e2e.results import accepted

PASSPHRASE = "frasa sandi"


def key_file(folder: Path) -> Path:
    """A .p12 of the test PKI, chain and all, as a PSrE hands it out."""
    person = pki.identity()
    own, *above = person.certificates
    lock = BestAvailableEncryption(PASSPHRASE.encode())
    path = folder / "kunci-psre.p12"
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"", person.key, own, above, lock))
    return path


def test_a_key_file_is_imported_used_and_deleted(
    browser: Browser, fresh_app: Server, tmp_path: Path
) -> None:
    with window(browser, fresh_app, DESK) as shown:
        shown.button("Kunci Saya").click()
        shown.tap("import")
        shown.open(key_file(tmp_path), at="pick-key")
        shown.see("kunci-psre.p12")
        shown.type("Frasa sandi berkas", "salah")
        shown.type("PIN", PIN)
        shown.type("Ulangi PIN", PIN)
        shown.tap("import-now")
        shown.see("Frasa sandi tidak cocok dengan berkas kunci ini.")
        shown.type("Frasa sandi berkas", PASSPHRASE)
        shown.tap("import-now")
        shown.at("key").wait_for()
        shown.see("TIDAK TERSERTIFIKASI")  # not of a PSrE that anybody here has verified
        shown.back()

        shown.open_document(SAMPLES / "surat-undangan.pdf")
        shown.unlock()
        shown.see("Jangan menganggapnya sebagai TTE tersertifikasi.")
        shown.tap("next")

        shown.button("Kunci Saya").click()
        shown.button("Hapus “kunci-psre”").click()
        shown.button("Jangan hapus").click()
        shown.at("delete").wait_for(state="detached")
        shown.button("Hapus “kunci-psre”").click()
        shown.tap("delete")
        shown.see("Belum ada kunci di perangkat ini.")
    accepted(fresh_app.newest(), trust="TRUSTED")
