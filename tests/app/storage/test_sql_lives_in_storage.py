"""All SQL stands in one package, so that whoever changes the schema sees everything that it touches."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import shelter_app

ROOT = Path(shelter_app.__file__).parent
STATEMENT = re.compile(
    r"\s*(SELECT\s.+\sFROM\s|INSERT\s+(OR\s+\w+\s+)?INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s|PRAGMA\s+\w)",
    re.DOTALL,
)


def statements(path):
    tree = ast.parse(path.read_text("utf-8"))
    texts = [
        node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return [f"{path.name}:{node.lineno}" for node in texts if STATEMENT.match(node.value)]


def test_no_statement_stands_outside_storage():
    found = {}
    for path in ROOT.rglob("*.py"):
        found.setdefault("storage" in path.relative_to(ROOT).parts, []).extend(statements(path))
    assert len(found[True]) > 100
    assert found[False] == []
