"""Find the modules of a folder that hold a given function: the areas of `bench` and `soak`."""

from __future__ import annotations

import ast
import pkgutil
from pathlib import Path


def areas(folder: Path, function: str) -> list[str]:
    """Names of the modules directly in `folder` that define `function`; nothing is imported."""
    return sorted(
        module.name
        for module in pkgutil.iter_modules([str(folder)])
        if not module.name.startswith(("_", "test_")) and _defines(folder, module.name, function)
    )


def _defines(folder: Path, name: str, function: str) -> bool:
    source = folder / f"{name}.py"
    return source.is_file() and any(
        isinstance(node, ast.FunctionDef) and node.name == function
        for node in ast.parse(source.read_bytes()).body
    )
