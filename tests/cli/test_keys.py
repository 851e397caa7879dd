"""`teken key`, and signing with a key of the device: a real keyring, real processes, a real PIN."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.crypto.keystore.pin import FREE_TRIES
from tests import oracles, pki, secret_service
from tests.commands import SECONDS, Ran, environ, key_file, signed, slip, slips, teken
from tests.terminal import CTRL_C, screen

PIN, WRONG = "471193", "471194"


@pytest.fixture(scope="module")
def keyring() -> Iterator[dict[str, str]]:
    """gnome-keyring for all tests: a key is made anew where only its secret is left of it."""
    with secret_service.secret_service() as environment:
        yield environment


class Device:
    """A person's device: a folder, a keyring, the command."""

    def __init__(self, folder: Path, keyring: dict[str, str]) -> None:
        self.folder = folder
        self.environ = environ(folder, **keyring) | {"TEKEN_HOME": str(folder / "home")}
        (folder / "pin").write_text(PIN)

    def teken(self, *arguments: str) -> Ran:
        return teken(*arguments, "--json", cwd=self.folder, given=self.environ)

    def create(self, name: str, *options: str) -> Ran:
        ran = self.teken("key", "create", name, "--pin-file", "pin", *options)
        assert ran.status == 0, ran.out
        return ran

    def sign(self, *arguments: str, pin: str = PIN) -> Ran:
        (self.folder / "given").write_text(pin)
        return self.teken("sign", *arguments, "--pin-file", "given")

    def keys(self) -> list[str]:
        return [each["name"] for each in self.teken("key", "list").objects]

    def records(self) -> list[Path]:
        """All files of the data folder."""
        return [path for path in (self.folder / "home").rglob("*") if path.is_file()]

    def results(self) -> list[str]:
        return sorted(path.name for path in self.folder.glob("*-ditandatangani*.pdf"))


@pytest.fixture
def device(tmp_path: Path, keyring: dict[str, str]) -> Device:
    slips(tmp_path, 1)
    return Device(tmp_path, keyring)


LETTER = "slip-000.pdf"


# -- create, import, list, delete --------------------------------------------------------------


def test_a_new_key_signs_and_says_that_it_is_for_trying(device: Device) -> None:
    made = device.create("utama", "--name", "Budi Contoh, S.T.", "--position", "Plt. Camat")
    (told,) = made.objects
    assert (told["name"], told["person"], told["position"]) == (
        "utama", "Budi Contoh, S.T.", "Plt. Camat",
    )  # fmt: skip
    assert (told["self_made"], told["algorithm"]) == (True, "ecdsa sha256")
    assert told["label"] == "TIDAK TERSERTIFIKASI - UJI"
    assert device.teken("key", "list").out == made.out
    assert device.sign(LETTER).codes == [None]
    result = device.folder / signed(LETTER)
    assert [(v.valid, v.whole) for v in oracles.pdfsig(result)] == [(True, True)]
    plain = teken("sign", LETTER, "--out", "b.pdf", "--pin-file", "pin", cwd=device.folder,
                  given=device.environ)  # fmt: skip
    assert "Budi Contoh, S.T.: TIDAK TERSERTIFIKASI - UJI" in plain.out


def test_an_imported_key_keeps_its_chain_and_the_file_is_not_needed_any_more(
    device: Device,
) -> None:
    key_file(device.folder, "rsa2048")
    ran = device.teken(
        "key", "import", "dinas", "key.p12", "--passphrase-file", "passphrase", "--pin-file", "pin",
        "--nip", "19800326 200003 2 001",
    )  # fmt: skip
    (told,) = ran.objects
    assert (told["name"], told["person"], told["self_made"]) == ("dinas", pki.TALLO.name, False)
    (device.folder / "key.p12").unlink()
    assert device.sign(LETTER, "--key", "dinas").codes == [None]
    result = (device.folder / signed(LETTER)).read_bytes()
    assert [(v.valid, v.whole) for v in oracles.pyhanko(result)] == [(True, True)]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("create", "a", "--pin-file", "weak"), "pin_too_weak"),
        (("create", " a", "--pin-file", "pin"), "key_name_not_allowed"),
        (("create", "a", "--pin-file", "pin", "--nip", "123"), "nip_wrong"),
        (("create", "a", "--pin-file", "nowhere"), "file_missing"),
        (("import", "a", "nowhere", "--passphrase-file", "pin"), "file_missing"),
        (("import", "a", "key.p12", "--passphrase-file", "pin"), "wrong_passphrase"),
        (("import", "a", "pin", "--passphrase-file", "pin"), "key_damaged"),
        (("delete", "a", "--yes"), "key_not_found"),
    ],
)
def test_what_makes_no_key_is_told(device: Device, arguments: tuple[str, ...], code: str) -> None:
    (device.folder / "weak").write_text("123456")
    key_file(device.folder)
    ran = device.teken("key", *arguments)
    assert (ran.status, ran.codes) == (1, [code])
    assert device.records() == []


def test_a_name_is_given_once(device: Device) -> None:
    device.create("utama")
    again = device.teken("key", "create", "utama", "--pin-file", "pin")
    assert again.codes == ["key_name_taken"]
    assert device.sign(LETTER).codes == [None]  # the first one is untouched


def test_a_deleted_key_signs_no_more(device: Device) -> None:
    device.create("utama")
    assert device.teken("key", "delete", "utama", "--yes").objects == [
        {"ok": True, "name": "utama"}
    ]
    assert device.keys() == []
    ran = device.sign(LETTER, "--key", "utama")
    assert (ran.status, ran.codes, device.results()) == (1, ["key_not_found"], [])


def test_deleting_wants_the_name_typed_once_more(device: Device) -> None:
    device.create("utama")
    delete = ("key", "delete", "utama")
    assert teken(*delete, cwd=device.folder, given=device.environ).status == 2  # no terminal
    for keys, status, left in (("utma\n", 2, 1), (CTRL_C, 130, 1), ("utama\n", 0, 0)):
        with screen(*delete, cwd=device.folder, given=device.environ) as shown:
            shown.see("Type the name of the key")
            shown.type(keys)
            assert shown.end() == status
        assert len(device.records()) == left


def test_a_new_pin_is_typed_twice_and_never_shown(device: Device) -> None:
    for second, status in ((WRONG, 1), (PIN, 0)):
        with screen("key", "create", "a", cwd=device.folder, given=device.environ) as shown:
            shown.see("New PIN")
            shown.type(f"{PIN}\n")
            shown.see("again")
            shown.type(f"{second}\n")
            assert shown.end() == status
        assert PIN not in shown.text
    assert device.sign(LETTER).codes == [None]


def test_a_damaged_key_is_called_so_and_can_be_deleted(device: Device) -> None:
    device.create("utama")
    (record,) = device.records()
    record.write_bytes(b"TEKEN KEY 1\nx")
    (told,) = device.teken("key", "list").objects
    assert told["error"]["code"] == "key_damaged"
    assert device.sign(LETTER, "--key", "utama").codes == ["key_damaged"]
    assert device.teken("key", "delete", told["name"], "--yes").status == 0
    assert device.teken("key", "list").out == ""
    device.create("utama")


# -- which key ---------------------------------------------------------------------------------


def test_one_key_need_not_be_named_several_must(device: Device) -> None:
    assert device.sign(LETTER).codes == ["key_not_found"]
    device.create("camat")
    assert device.sign(LETTER, "--out", "a.pdf").codes == [None]
    device.create("lurah")
    ran = device.sign(LETTER)
    assert (ran.status, ran.codes, device.results()) == (1, ["key_not_chosen"], [])
    assert "camat, lurah" in ran.objects[0]["error"]["message"]
    assert device.sign(LETTER, "--key", "lurah").codes == [None]
    unknown = device.sign(LETTER, "--key", "bupati", "--out", "b.pdf")
    assert unknown.codes == ["key_not_found"]
    assert "“bupati”" in unknown.objects[0]["error"]["message"]


def test_without_any_key_the_answer_names_none(device: Device) -> None:
    (told,) = device.sign(LETTER).objects
    assert told["error"]["message"] == (
        "There is no key on this device yet. Create or import a key first."
    )


# -- the PIN -----------------------------------------------------------------------------------


def test_wrong_pins_are_counted_over_all_runs_until_even_the_right_one_waits(
    device: Device,
) -> None:
    device.create("utama")
    told = []
    for number, pin in enumerate((WRONG, PIN, *[WRONG] * FREE_TRIES, WRONG)):
        ran = device.sign(LETTER, "--out", f"{number}.pdf", pin=pin)
        told.append((ran.codes[0], "in 30 seconds" in ran.out))
    free = ("wrong_pin", False)  # the right one forgets those before it
    assert told == [free, (None, False), *[free] * FREE_TRIES, ("wrong_pin", True)]
    right = device.sign(LETTER)
    assert (right.status, right.codes, device.results()) == (1, ["pin_delayed"], [])
    assert right.seconds < SECONDS


def test_a_wrong_pin_is_told_for_each_file_and_writes_nothing(device: Device) -> None:
    device.create("utama")
    names = slips(device.folder, 3)
    before = set(device.folder.iterdir())
    ran = device.sign(*names, "missing.pdf", "--out-dir", "out", pin=WRONG)
    assert ran.codes == ["wrong_pin"] * 3 + ["file_missing"]
    assert set(device.folder.iterdir()) == {*before, device.folder / "given"}


def test_no_pin_is_asked_for_where_nothing_is_left_to_sign(device: Device) -> None:
    device.create("utama")
    assert device.sign(LETTER).codes == [None]
    assert device.sign(LETTER, pin=WRONG).codes == [None]  # not looked at: done already
    assert device.sign("missing.pdf", pin=WRONG).codes == ["file_missing"]
    other = slips(device.folder, 2)[1]
    assert device.sign(other, pin=WRONG).codes == ["wrong_pin"]


def test_a_letter_that_changes_while_the_pin_is_typed_is_not_signed(device: Device) -> None:
    device.create("utama")
    names = slips(device.folder, 2)
    with screen("sign", *names, "--json", cwd=device.folder, given=device.environ) as shown:
        shown.see("PIN: ")
        (device.folder / names[0]).write_bytes(slip(99))
        shown.type(f"{PIN}\n")
        assert shown.end() == 1
    told = [json.loads(line) for line in shown.text.splitlines() if line.startswith("{")]
    assert told[0]["error"]["code"] == "document_changed"
    assert told[1]["ok"] is True
    assert device.results() == [signed(names[1])]
    assert (device.folder / names[0]).read_bytes() == slip(99)


# -- the keyring -------------------------------------------------------------------------------


def test_a_locked_keyring_signs_nothing_and_takes_nothing(tmp_path: Path) -> None:
    with secret_service.secret_service() as keyring:
        device = Device(tmp_path, keyring)
        slips(tmp_path, 1)
        device.create("utama")
        secret_service.lock(keyring)
        ran = device.sign(LETTER, pin=WRONG)
        assert (ran.status, ran.codes, device.results()) == (1, ["keystore_locked"], [])
        assert ran.seconds < SECONDS
        new = device.teken("key", "create", "lain", "--pin-file", "pin")
        assert new.codes == ["keystore_locked"]
        assert device.keys() == ["utama"]


@pytest.mark.parametrize("bus", [True, False], ids=["a bus without a keyring", "no bus"])
def test_without_a_keyring_no_key_is_made_and_none_is_put_into_a_file(
    tmp_path: Path, bus: bool
) -> None:
    with secret_service.session_bus() as keyring:
        if not bus:
            keyring["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={tmp_path}/nowhere"
        device = Device(tmp_path, keyring)
        ran = device.teken("key", "create", "utama", "--pin-file", "pin")
        assert (ran.status, ran.codes) == (1, ["keystore_missing"])
        assert device.records() == []


def test_a_key_whose_keyring_went_away_does_not_sign_but_a_key_file_does(
    device: Device, tmp_path: Path
) -> None:
    device.create("utama")
    with secret_service.session_bus() as elsewhere:
        device.environ |= {"DBUS_SESSION_BUS_ADDRESS": elsewhere["DBUS_SESSION_BUS_ADDRESS"]}
        ran = device.sign(LETTER)
        assert (ran.codes, device.results()) == (["keystore_missing"], [])
        key_file(tmp_path)
        by_file = device.teken(
            "sign", LETTER, "--p12", "key.p12", "--passphrase-file", "passphrase"
        )
        assert by_file.codes == [None]
