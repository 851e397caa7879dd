"""What can be written behind `teken`, and what cannot be written together."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from app import __version__
from app.errors import N_, UsageFault
from app.model import Place, Rect

if TYPE_CHECKING:
    from app.services.locale import Words

AUTO = "auto"
KINDS = ("p256", "p384", "rsa2048", "rsa3072", "rsa4096")
DIGESTS = ("sha256", "sha384", "sha512")
DEFAULT_KEY = "utama"  # "main": most people have one key
_NUMBER = r"(-?\d{1,6}(?:\.\d{1,4})?)"
_PLACE = re.compile(rf"(\d{{1,6}}):{_NUMBER},{_NUMBER},{_NUMBER},{_NUMBER}")

# argparse asks gettext for its own sentences; these are the ones that `teken` can show.
_OF_ARGPARSE = (
    N_("usage: "),
    N_("positional arguments"),
    N_("options"),
    N_("show this help message and exit"),
    N_("the following arguments are required: %s"),
    N_("unrecognized arguments: %s"),
    N_("argument %(argument_name)s: %(message)s"),
    N_("not allowed with argument %s"),
    N_("expected one argument"),
    N_("expected at least one argument"),
    N_("invalid choice: %(value)r (choose from %(choices)s)"),
)


class _Parser(argparse.ArgumentParser):
    """Says what is wrong by a `UsageFault`. Options are written in full: a script that shortens
    one would break with the next option that begins alike."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(allow_abbrev=False, **settings)

    def error(self, message: str) -> NoReturn:
        usage = " ".join(self.format_usage().split())
        raise UsageFault(what=message[:1].upper() + message[1:] + ".", usage=usage)


def parse(argv: Sequence[str], words: Words) -> argparse.Namespace:
    """The arguments, checked against each other. Raises UsageFault; --help exits."""
    spoken: Any = argparse
    spoken._, spoken.ngettext = words.gettext, words.ngettext  # the hook that argparse has
    chosen = _parser(words).parse_args(argv)
    _check(chosen)
    return chosen


def _parser(words: Words) -> argparse.ArgumentParser:
    _ = words.gettext
    common = _Parser(add_help=False)
    common.add_argument("--json", action="store_true", help=_("one JSON object a line"))
    common.add_argument(
        "--lang", choices=("id", "en"), help=_("language; also TEKEN_LANG. Default: id")
    )
    parser = _Parser(
        prog="teken",
        description=_("Sign PDFs on your own device."),
        epilog=_("Exit status: 0 all done, 1 something was refused, 2 called wrongly."),
    )
    parser.add_argument(
        "--version",
        action="version",
        version=f"teken {__version__}",
        help=_("show program's version number and exit"),
    )
    parser.add_argument("--lang", choices=("id", "en"), help=argparse.SUPPRESS)
    commands = parser.add_subparsers(dest="command", required=True, metavar=_("COMMAND"))
    _add_sign(commands.add_parser("sign", parents=[common], help=_("sign PDF files")), words)
    check = commands.add_parser("verify", parents=[common], help=_("judge signed PDF files"))
    _add_verify(check, words)
    look = commands.add_parser(
        "preflight", parents=[common], help=_("say whether PDF files can be signed")
    )
    _add_preflight(look, words)
    key = commands.add_parser("key", help=_("the keys of this device"))
    _add_keys(key, common, words)
    return parser


def _add_sign(sign: argparse.ArgumentParser, words: Words) -> None:
    _ = words.gettext
    sign.description = _(
        "Sign PDF files. Originals stay untouched; an existing file is never replaced. "
        "A run that was interrupted goes on where it stopped when it is started again."
    )
    _add_files(sign, words)
    _add_targets(sign, words)
    _add_key_choice(sign, words)
    _add_look(sign, words)
    sign.add_argument("--field", metavar="NAME", help=_("sign this empty signature field"))
    sign.add_argument(
        "--certify",
        type=int,
        choices=(1, 2, 3),
        help=_("certify: 1 no changes after, 2 forms and signatures, 3 also annotations"),
    )
    sign.add_argument("--reason", default="", metavar="T", help=_("why you sign"))
    sign.add_argument("--location", default="", metavar="T", help=_("where you sign"))


def _add_verify(verify: argparse.ArgumentParser, words: Words) -> None:
    _ = words.gettext
    verify.description = _("Judge the signatures of PDF files, without a network.")
    verify.epilog = _(
        "Exit status: 0 every file is valid, 3 whole but not confirmed or not trusted, 1 anything "
        "else, 2 called wrongly."
    )
    _add_files(verify, words)
    verify.add_argument(
        "--trust", nargs="+", action="extend", default=[], type=Path, metavar="PEM",
        help=_("certificates to trust, besides those built in"),
    )  # fmt: skip
    verify.add_argument(
        "--at", type=_moment, metavar="TIME", help=_("judge as of then (ISO 8601); default: now")
    )
    verify.add_argument(
        "--report", type=Path, metavar="FILE", help=_("write a report for one file: .html or .pdf")
    )


def _add_preflight(preflight: argparse.ArgumentParser, words: Words) -> None:
    _ = words.gettext
    preflight.description = _("Say whether files will sign and stay valid, and what is odd.")
    _add_files(preflight, words)
    preflight.add_argument(
        "--repair", action="store_true", help=_("write a readable copy of damaged, unsigned files")
    )
    preflight.add_argument(
        "--out-dir", type=Path, metavar="DIR", help=_("folder for repaired files; made if missing")
    )


def _add_files(parser: argparse.ArgumentParser, words: Words) -> None:
    _ = words.gettext
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help=_("a PDF"))
    parser.add_argument(
        "--password-file", type=Path, metavar="F", help=_("file with the password of the PDFs")
    )


def _add_targets(sign: argparse.ArgumentParser, words: Words) -> None:
    _ = words.gettext
    target = sign.add_mutually_exclusive_group()
    target.add_argument("--out", type=Path, metavar="FILE", help=_("where one signed file goes"))
    target.add_argument(
        "--out-dir", type=Path, metavar="DIR", help=_("folder for signed files; made if missing")
    )
    sign.add_argument(
        "--suffix",
        metavar="T",
        help=_("put behind the names of signed files; default: -ditandatangani"),
    )


def _add_key_choice(sign: argparse.ArgumentParser, words: Words) -> None:
    _ = words.gettext
    key = sign.add_mutually_exclusive_group()
    key.add_argument("--key", metavar="NAME", help=_("a key of this device; default: the only one"))
    key.add_argument("--p12", type=Path, metavar="FILE", help=_("a key file, not kept"))
    _add_secret(sign, "--pin-file", _("file with the PIN; - reads it from standard input"))
    _add_secret(sign, "--passphrase-file", _("file with the passphrase of the key file"))
    _add_algorithm(sign, words)


def _add_look(sign: argparse.ArgumentParser, words: Words) -> None:
    _ = words.gettext
    look = sign.add_mutually_exclusive_group()
    look.add_argument(
        "--stamp",
        type=_place,
        metavar="PAGE:X,Y,W,H",
        help=_(
            "a visible signature there, in points from the bottom left of the upright page; "
            "“auto” looks for free space. Default: none, or inside the field that you name"
        ),
    )
    look.add_argument("--no-stamp", action="store_true", help=_("an invisible signature"))
    sign.add_argument(
        "--link-base",
        default="",
        metavar="ADDRESS",
        help=_("of the link in the QR code; also TEKEN_LINK_BASE"),
    )


def _add_keys(key: argparse.ArgumentParser, common: _Parser, words: Words) -> None:
    _ = words.gettext
    commands: Any = key.add_subparsers(dest="key_command", required=True, metavar=_("COMMAND"))
    new = [common]
    create = commands.add_parser(
        "create", parents=new, help=_("make a key with a test certificate")
    )
    create.add_argument("key", nargs="?", default=DEFAULT_KEY, metavar="NAME")
    create.add_argument("--type", choices=KINDS, default="p256", help=_("default: p256"))
    load = commands.add_parser("import", parents=new, help=_("take over a key file (.p12)"))
    load.add_argument("key", metavar="NAME")
    load.add_argument("p12", type=Path, metavar="FILE")
    _add_secret(load, "--passphrase-file", _("file with the passphrase of the key file"))
    for parser in (create, load):
        _add_secret(parser, "--pin-file", _("file with the PIN; - reads it from standard input"))
        _add_algorithm(parser, words)
        _add_person(parser, words)
    commands.add_parser("list", parents=new, help=_("show the keys of this device"))
    delete = commands.add_parser("delete", parents=new, help=_("delete a key for good"))
    delete.add_argument("key", metavar="NAME")
    delete.add_argument("--yes", action="store_true", help=_("do not ask"))


def _add_secret(parser: argparse.ArgumentParser, option: str, text: str) -> None:
    parser.add_argument(option, type=Path, metavar="F", help=text)


def _add_algorithm(parser: argparse.ArgumentParser, words: Words) -> None:
    _ = words.gettext
    parser.add_argument("--pss", action="store_true", help=_("RSA: sign with PSS"))
    parser.add_argument("--digest", choices=DIGESTS, help=_("default: as strong as the key"))


def _add_person(parser: argparse.ArgumentParser, words: Words) -> None:
    _ = words.gettext
    for option, text in (
        ("--name", _("name of the signer, with titles")),
        ("--position", _("position, with Plt. or Plh. where it applies")),
        ("--rank", _("rank and grade")),
        ("--nip", _("NIP, 18 digits")),
        ("--organisation", _("office")),
    ):
        parser.add_argument(option, metavar="T", help=text)


def _moment(text: str) -> datetime:
    """A moment; without an offset it is in the time zone of this device."""
    try:
        return datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError, OSError) as error:
        raise argparse.ArgumentTypeError(f"{text!r}: 2026-11-24T09:30:00+08:00") from error


def _place(text: str) -> Place | str:
    if text == AUTO:
        return AUTO
    found = _PLACE.fullmatch(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r}: PAGE:X,Y,W,H | auto")
    return Place(int(found[1]), Rect(*map(float, found.groups()[1:])))


def _check(chosen: argparse.Namespace) -> None:
    """What argparse cannot say by itself."""
    if chosen.command == "verify":
        _check_report(chosen)
    if chosen.command != "sign":
        return
    if chosen.out and len(chosen.files) > 1:
        raise UsageFault(what=N_("--out takes one file; use --out-dir for several."))
    if chosen.field and isinstance(chosen.stamp, Place):
        raise UsageFault(what=N_("A named field has its own place: leave --stamp PAGE:... out."))
    if chosen.p12 and chosen.pin_file:
        raise UsageFault(what=N_("A key file has a passphrase, not a PIN: --passphrase-file."))
    if chosen.passphrase_file and not chosen.p12:
        raise UsageFault(what=N_("--passphrase-file belongs to --p12."))
    if (chosen.pss or chosen.digest) and not chosen.p12:
        raise UsageFault(what=N_("--pss and --digest belong to --p12; a key has its own."))


def _check_report(chosen: argparse.Namespace) -> None:
    if chosen.report is None:
        return
    if chosen.report.suffix.lower() not in (".html", ".pdf"):
        raise UsageFault(what=N_("A report ends in .html or .pdf."))
    if len(chosen.files) > 1:
        raise UsageFault(what=N_("--report takes one file."))
