"""The house keeps its own rules: imports, the error tree, locked dependencies, no secrets."""

from __future__ import annotations

import ast
import re
import shutil
import string
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from app import errors

ROOT = Path(__file__).resolve().parent.parent
APP = ROOT / "app"

# --- Imports -------------------------------------------------------------------------------------

LOADS = """
import importlib, pkgutil, sys
for name in sys.argv[1:]:
    room = importlib.import_module(name)
    inner = getattr(room, "__path__", []) if name.startswith("app") else []
    for module in pkgutil.walk_packages(inner, name + "."):
        importlib.import_module(module.name)
print(*{name.partition(".")[0] for name in sys.modules})
"""


def loaded_by(*rooms: str) -> set[str]:
    """Top-level packages that a fresh Python holds after importing whole rooms."""
    run = subprocess.run(
        [sys.executable, "-c", LOADS, *rooms], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(run.stdout.split())


@pytest.mark.parametrize("room", ["app.crypto", "app.services", "app.actions", "app.cli"])
def test_what_works_without_a_window_does_not_load_flet(room: str) -> None:
    assert "app" in loaded_by(room)
    assert "flet" not in loaded_by(room)


def test_planted_a_room_that_loads_flet_is_seen() -> None:
    assert "flet" in loaded_by("app.crypto", "flet")


def test_pyhanko_is_never_loaded_by_the_app() -> None:
    rooms = ("app.crypto", "app.services", "app.actions", "app.cli", "app.wiring", "app.views")
    assert not {"pyhanko", "pyhanko_certvalidator", "asn1crypto"} & loaded_by(*rooms)


def test_main_knows_only_flet_and_wiring() -> None:
    tree = ast.parse((ROOT / "main.py").read_bytes())
    ours = {name for name in imported(tree) if name.partition(".")[0] == "app"}
    assert ours == {"app.wiring"}


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


PLANTED = {
    "crypto/sign.py": "import flet\n",
    "services/files.py": "import app.actions\n",
    "actions.py": "import app.views\n",
    "cli/sign.py": "import app.state\n",
    "cli/keys.py": "import flet\n",
    "views/start.py": "import httpx\n",
    "crypto/cms.py": "import sqlite3\n",
    "crypto/certificates.py": "import http.client\n",
    "crypto/pdf/qr.py": "import pypdfium2\n",
    "services/preview.py": "import pypdfium2\n",
    "services/records.py": "import keyring\n",
    "model.py": "import pyhanko\n",
}


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["lint-imports", "--no-cache"], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.fixture
def copy_of_the_house(tmp_path: Path) -> Path:
    shutil.copytree(APP, tmp_path / "app", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_import_rule_is_kept(copy_of_the_house: Path) -> None:
    run = lint_imports(copy_of_the_house)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("file", PLANTED)
def test_planted_an_import_to_the_left_is_refused(file: str, copy_of_the_house: Path) -> None:
    module = copy_of_the_house / "app" / file
    source = module.read_text(encoding="utf-8")
    module.write_text(source + "\n\n" + PLANTED[file], encoding="utf-8")
    run = lint_imports(copy_of_the_house)
    assert run.returncode == 1, run.stdout + run.stderr
    assert "BROKEN" in run.stdout


def third_party(source: str) -> set[str]:
    """Top-level packages that a module imports from neither Python nor the app."""
    names = {name.partition(".")[0] for name in imported(ast.parse(source))}
    return names - sys.stdlib_module_names - {"app", "flet"}


# What each declared dependency is called in an import.
DECLARED = {
    "babel": "babel",
    "cryptography": "cryptography",
    "fonttools": "fontTools",
    "httpx": "httpx",
    "keyring": "keyring",
    "pillow": "PIL",
    "pypdf": "pypdf",
    "pypdfium2": "pypdfium2",
    "reportlab": "reportlab",
    "segno": "segno",
}


def test_the_app_imports_what_it_declares_and_nothing_else() -> None:
    """What is declared is pure Python or has an Android wheel; what only tests have is neither."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    declared = {re.split(r"[<>=]", line)[0] for line in project["dependencies"]}
    assert declared == {"flet", *DECLARED}
    used = {name for file in APP.rglob("*.py") for name in third_party(file.read_text("utf-8"))}
    assert used <= set(DECLARED.values())


@pytest.mark.parametrize(
    "planted",
    ["import numpy", "from lxml import etree", "from tests import pki", "import flet_web"],
)
def test_planted_an_undeclared_import_is_seen(planted: str) -> None:
    assert not third_party(planted) <= set(DECLARED.values())


# --- Errors --------------------------------------------------------------------------------------


def every_error(root: type[errors.TekenError] = errors.TekenError) -> Iterator[type[Exception]]:
    yield root
    for branch in root.__subclasses__():
        if branch.__module__ == errors.__name__:
            yield from every_error(branch)


ERRORS = list(every_error())


def drawn(text: str) -> list[tuple[int, str, str]]:
    """Depth, name and the words after it, of each line of the tree."""
    lines = re.findall(r"^((?:[│ ]   )*(?:[├└]── )?)(\w+) *(.*)$", text, re.MULTILINE)
    return [(len(lead) // 4, name, rest) for lead, name, rest in lines if hasattr(errors, name)]


def test_the_drawn_tree_is_the_tree() -> None:
    tree = drawn(errors.__doc__ or "")
    depths = [(len(error.__mro__) - 4, error.__name__) for error in ERRORS]
    assert [(depth, name) for depth, name, _ in tree] == depths


def test_the_drawn_codes_are_the_codes() -> None:
    tree = drawn(errors.__doc__ or "")
    leaves = [
        (name, words)
        for (depth, name, words), following in pairwise([*tree, (0, "", "")])
        if following[0] <= depth
    ]
    assert leaves == [(name, getattr(errors, name).code) for name, _ in leaves]


def test_codes_are_unique() -> None:
    codes = [error.code for error in ERRORS]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_every_error_says_what_happened_and_what_to_do(error: type[errors.TekenError]) -> None:
    text = error().explain(str)
    assert error.__doc__
    assert error.sentence
    assert error is errors.UsageFault or error.advice
    assert "{" not in text
    assert text[-1] in ".!?…"


def test_a_raised_error_fills_its_placeholders() -> None:
    faults = [fault for file in APP.rglob("*.py") for fault in unfilled(file.read_text("utf-8"))]
    assert faults == []


@pytest.mark.parametrize("source", ["DamagedPdf()", "errors.WrongPin(minutes=1)"])
def test_planted_a_forgotten_placeholder_is_seen(source: str) -> None:
    assert list(unfilled(f"raise {source}"))


def unfilled(source: str) -> Iterator[str]:
    """Errors that are raised without a detail that their sentences name."""
    for node in ast.walk(ast.parse(source)):
        call = node.exc if isinstance(node, ast.Raise) else None
        if not isinstance(call, ast.Call):
            continue
        name = ast.unparse(call.func).rpartition(".")[2]
        error = getattr(errors, name, None)
        given = {keyword.arg for keyword in call.keywords}
        if error in ERRORS and None not in given and (missing := placeholders(error) - given):
            yield f"{ast.unparse(call)} lacks {missing}"


def placeholders(error: type[errors.TekenError]) -> set[str]:
    return {
        field for _, field, _, _ in string.Formatter().parse(error.sentence + error.advice) if field
    }


# --- What is committed ---------------------------------------------------------------------------


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_requirements_are_locked_and_name_no_address(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    assert "://" not in text
    entries = re.findall(r"^[A-Za-z0-9][^\\\n]*(?:\\\n[^\\\n]*)*", text, re.MULTILINE)
    assert len(entries) > 20
    for entry in entries:
        assert re.match(r"[\w.-]+==[\w.]+ ", entry), entry
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry


def test_what_ships_is_what_is_tested() -> None:
    pins = [
        set(re.findall(r"^[\w.-]+==[\w.]+", (ROOT / file).read_text(encoding="utf-8"), re.M))
        for file in ("requirements.txt", "requirements-dev.txt")
    ]
    assert pins[0] < pins[1]


def test_no_private_key_is_committed() -> None:
    mark = b"PRIVATE " + b"KEY-----"
    places = ("app", "assets", "docs", "tests")
    found = (file for place in places for file in (ROOT / place).rglob("*"))
    files = [file for file in found if file.is_file() and file.suffix != ".pyc"]
    assert [file for file in files if mark in file.read_bytes()] == []
    assert [file for file in files if file.suffix in {".p12", ".pfx", ".key"}] == []


def test_the_readme_starts_with_the_two_commands() -> None:
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    commands = [line.strip() for line in lines if line.strip() and not line.startswith("```")]
    assert commands[:2] == ["./dev run", "./dev test"]
