"""The table in docs/promises.md of what w2v promises under faults names tests that there are."""

from __future__ import annotations

import ast
import re
from pathlib import Path

TESTS = Path(__file__).parent


def test_each_promise_is_held_by_a_test() -> None:
    page = (TESTS.parent / "docs" / "promises.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line[:1] == "|" and "::" in line]
    assert len(rows) > 15
    for row in rows:
        named = re.findall(r"`(test_\w+\.py)::(test_\w+)`", row)
        assert named, row
        for file, name in named:
            tree = ast.parse(next(TESTS.rglob(file)).read_text(encoding="utf-8"))
            names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
            assert name in names, f"{file} has no {name}"
