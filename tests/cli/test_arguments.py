"""What cannot be written behind `teken`: told in a sentence, exit status 2, nothing done."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.cli import main
from app.cli.arguments import parse
from app.model import Place, Rect
from app.services.locale import words
from tests.commands import environ, slips, teken

FILE = ("sign", "a.pdf")
WRONG: dict[tuple[str, ...], str] = {
    (): "The following arguments are required: COMMAND.",
    ("sign",): "The following arguments are required: FILE.",
    ("print", "a.pdf"): "Argument COMMAND: invalid choice: 'print'",
    (*FILE, "b.pdf", "--out", "c.pdf"): "--out takes one file; use --out-dir for several.",
    (*FILE, "--out", "b.pdf", "--out-dir", "c"): "not allowed with argument --out",
    (*FILE, "--key", "a", "--p12", "b"): "not allowed with argument --key",
    (*FILE, "--stamp", "auto", "--no-stamp"): "not allowed with argument --stamp",
    (*FILE, "--stamp", "1:2,3,4"): "PAGE:X,Y,W,H | auto",
    (*FILE, "--stamp", "x:1,2,3,4"): "PAGE:X,Y,W,H | auto",
    (*FILE, "--stamp", "1:1e3,2,3,4"): "PAGE:X,Y,W,H | auto",
    (*FILE, "--stamp", "1:nan,2,3,4"): "PAGE:X,Y,W,H | auto",
    (*FILE, "--field", "a", "--stamp", "1:1,2,3,4"): "A named field has its own place",
    (*FILE, "--certify", "4"): "invalid choice: 4",
    (*FILE, "--certify", "x"): "Argument --certify:",
    (*FILE, "--pin-file", "p", "--p12", "k"): "A key file has a passphrase, not a PIN",
    (*FILE, "--passphrase-file", "p"): "--passphrase-file belongs to --p12.",
    (*FILE, "--pss"): "--pss and --digest belong to --p12",
    (*FILE, "--digest", "sha512"): "--pss and --digest belong to --p12",
    (*FILE, "--suffix", "a/b"): "must stay in its folder",
    (*FILE, "--link-base", "ftp://a"): "The link base must begin with https://",
    (*FILE, "--link-base", "https://a/?b=c"): "without ? and #",
    (*FILE, "--reason"): "expected one argument",
    (*FILE, "--nonsense"): "Unrecognized arguments: --nonsense.",
    (*FILE, "--pass", "p"): "Unrecognized arguments: --pass p.",  # never guessed: see _Parser
    ("key",): "The following arguments are required: COMMAND.",
    ("key", "import", "a"): "The following arguments are required: FILE.",
    ("key", "create", "a", "--type", "dsa"): "invalid choice: 'dsa'",
    ("key", "delete"): "The following arguments are required: NAME.",
}


@pytest.mark.parametrize("arguments", WRONG, ids=" ".join)
def test_a_wrong_call_is_told(
    arguments: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments, environ(tmp_path)) == 2
    told = capsys.readouterr()
    assert WRONG[arguments] in told.err
    assert told.out == ""


def test_it_is_told_in_json_as_well(tmp_path: Path) -> None:
    ran = teken("sign", "--json", cwd=tmp_path)
    assert (ran.status, ran.err) == (2, "")
    (told,) = ran.objects
    assert (told["file"], told["ok"], told["error"]["code"]) == (None, False, "usage")


def test_a_wrong_call_signs_nothing(desk: Path) -> None:
    names = slips(desk, 2)
    assert teken("sign", *names, "--out", "x.pdf", "--p12", "key.p12", cwd=desk).status == 2
    assert sorted(path.name for path in desk.iterdir()) == ["key.p12", "passphrase", *names]


def test_a_place_is_read_in_points() -> None:
    chosen = parse(["sign", "a.pdf", "--stamp", "3:100,50.5,220.25,80"], words("en"))
    assert chosen.stamp == Place(3, Rect(100, 50.5, 220.25, 80))


@pytest.mark.parametrize(
    ("language", "title"),
    [("id", "Menandatangani PDF di perangkat sendiri."), ("en", "Sign PDFs on your own device.")],
)
def test_help_is_given_in_either_language(
    language: str, title: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--lang", language, "--help"], environ(tmp_path))
    assert end.value.code == 0
    assert title in capsys.readouterr().out


def test_a_fault_of_ours_is_told_without_a_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr("app.cli.sign.decision", broken)
    assert main(["sign", "a.pdf", "--json"], environ(tmp_path)) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["error"]["code"] == "internal"
    assert "KeyError" in told["error"]["message"]
