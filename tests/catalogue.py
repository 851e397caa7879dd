"""Every message that app/ can show, as the code has it: `python -m tests.catalogue` lists what the
Indonesian catalogue lacks and what it no longer needs."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from app import errors
from app.services.locale import FOLDER

ROOT = Path(__file__).resolve().parents[1]
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
DETAIL = "what"  # the one detail of an error that is our own text and is translated
WORDLESS = {"{what}"}  # a sentence that is nothing but a detail

Message = str | tuple[str, ...]


def in_code() -> set[Message]:
    """All message ids, plural ones as pairs."""
    found: set[Message] = set()
    rows = extract_from_dir(ROOT / "app", [("**.py", "python")], keywords=KEYWORDS)
    for _, _, message, _, _ in rows:
        found.add(tuple(message) if isinstance(message, list) else message)
    for path in (ROOT / "app").rglob("*.py"):
        found |= set(_details(ast.parse(path.read_text("utf-8"))))
    return found - WORDLESS - {""}


def _details(tree: ast.AST) -> Iterator[str]:
    """What errors say in `what=`; f-strings with {} for what is filled in."""
    classes = {name for name, each in vars(errors).items() if isinstance(each, type)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in classes:
            for keyword in node.keywords:
                if keyword.arg == DETAIL and (text := _text(keyword.value)):
                    yield text


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _text(node: ast.expr) -> str:
    """The text of a literal with at least one word in it, else nothing."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        text = node.value
    elif isinstance(node, ast.JoinedStr):
        parts = (p.value if isinstance(p, ast.Constant) else "{}" for p in node.values)
        text = "".join(str(part) for part in parts)
    else:
        return ""
    words = text.replace("{}", "").split()
    return text if any(word.isalpha() and word.islower() for word in words) else ""


def translated(language: str) -> Catalog:
    """A catalogue as it is kept."""
    with (FOLDER / language / "LC_MESSAGES" / "teken.po").open("rb") as file:
        return read_po(file, locale=language)


def in_catalogue(language: str) -> set[Message]:
    """Its message ids."""
    return {m.id if isinstance(m.id, str) else tuple(m.id) for m in translated(language) if m.id}


if __name__ == "__main__":
    code, kept = in_code(), in_catalogue("id")
    for title, messages in (("missing", code - kept), ("unused", kept - code)):
        print(f"{len(messages)} {title}")
        for message in sorted(map(str, messages)):
            print(f"  {message}")
