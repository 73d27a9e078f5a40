"""The rules of the house, read from the source: who imports whom, and what every file must have.

A module's imports are "at the start" when they stand outside functions and TYPE_CHECKING: they
happen whenever the module is imported.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]

# The floors, bottom up: a module imports from its own room and from the floors below.
FLOORS = (
    ("errors", "messages", "arrays", "kernels"),
    ("option",),
    ("system", "config", "cluster"),
    ("text", "config_files"),
    ("words",),
    ("corpus", "formats"),
    ("training", "vectors"),
    ("run", "evaluation", "maps"),
    ("api",),
    ("cli",),
)
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
NEEDED = {"numpy", "numba", "llvmlite", "click"}
# Answers that need the compiled tokenizer; others import these modules only in the call that does.
COMPILED_ANSWERS = frozenset({"w2v.vectors.texts"})


def name_of(path: Path) -> str:
    """The module that a file holds: w2v/cli/__init__.py is w2v.cli."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for path in sorted((ROOT / "w2v").rglob("*.py"))}


def room_of(module: str) -> str:
    """The room that a module lies in; "" for the package itself and `python -m w2v`."""
    return [*module.split("."), ""][1].replace("__main__", "")


@cache
def tree(module: str) -> ast.Module:
    """A module's source, parsed."""
    return ast.parse(MODULES[module].read_text(encoding="utf-8"))


def is_for_types(node: ast.AST) -> bool:
    """Whether it is `if TYPE_CHECKING:`."""
    return isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")


def import_nodes(node: ast.AST, *, at_start: bool) -> Iterator[ast.Import | ast.ImportFrom]:
    """The import statements under a node, those for types alone left out."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) and at_start:
            continue
        elif is_for_types(child):
            yield from (
                found
                for other in child.orelse  # type: ignore[attr-defined]
                for found in import_nodes(other, at_start=at_start)
            )
        else:
            yield from import_nodes(child, at_start=at_start)


@cache
def imports(module: str, at_start: bool = False) -> frozenset[str]:
    """What a module imports: modules of w2v by full name, others by their package."""
    found: set[str] = set()
    for node in import_nodes(tree(module), at_start=at_start):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            assert node.level == 0, f"{module} has a relative import"
            base = node.module or ""
            inside = [f"{base}.{alias.name}" for alias in node.names]
            names = [name if name in MODULES else base for name in inside]
        found |= {name if name.split(".")[0] == "w2v" else name.split(".")[0] for name in names}
    return frozenset(found - {"__future__"})


def reached(module: str, *, at_start: bool, but: frozenset[str] = frozenset()) -> set[str]:
    """All that following imports leads to, the packages that the modules lie in included.

    The imports of the modules in `but` are not followed.
    """
    seen = set(but)
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        if name in MODULES:
            parts = name.split(".")
            waiting += [".".join(parts[:i]) for i in range(1, len(parts))]
            waiting += imports(name, at_start=at_start)
    return seen


def of_every_module(check: Callable[[str], None]) -> Callable[[], None]:
    """A test that a check holds for every module; it lists those for which it does not."""

    def test() -> None:
        wrong = []
        for module in MODULES:
            try:
                check(module)
            except AssertionError as error:
                wrong.append(f"{module}: {error}")
        assert not wrong, "\n".join(wrong)

    return test


# --- who imports whom ---------------------------------------------------------------------------


def test_the_house_is_read() -> None:
    assert "w2v.errors" in imports("w2v.vectors.embedding")
    assert "w2v.vectors.questions" in imports("w2v.vectors.word_vectors")
    assert "w2v.vectors.questions" not in imports("w2v.vectors.word_vectors", at_start=True)
    assert {"numba", "numpy"} <= imports("w2v.training.kernels.training_loop")
    rooms = {room_of(name) for name in MODULES} - {""}
    assert rooms == FLOOR_OF.keys()


def test_the_page_about_the_house_shows_every_room_and_floor() -> None:
    page = (ROOT / "docs" / "house.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| (.+) \|$", page, re.MULTILINE)
    shown = {int(floor): tuple(re.findall(r"`(\w+)`", rooms)) for floor, rooms in rows}
    assert shown == dict(enumerate(FLOORS))
    picture = page.split("```")[3]
    assert FLOOR_OF.keys() <= set(re.findall(r"\w+", picture))


def test_errors_import_nothing() -> None:
    assert imports("w2v.errors") == frozenset()


@of_every_module
def test_imports_never_run_up(module: str) -> None:
    room = room_of(module)
    if not room:
        return
    for name in imports(module):
        other = room_of(name)
        if name != "w2v" and name.startswith("w2v.") and other != room:
            assert FLOOR_OF[other] < FLOOR_OF[room], f"{module} imports {name}"


@of_every_module
def test_no_imports_run_in_a_circle(module: str) -> None:
    """Imports inside functions count too."""
    for name in imports(module) & MODULES.keys():
        assert module not in follow(name), f"{module} -> {name} -> ... -> {module}"


@cache
def follow(module: str) -> frozenset[str]:
    """The modules that following all imports leads to, the module itself included."""
    seen: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name not in seen and name in MODULES:
            seen.add(name)
            waiting += imports(name)
    return frozenset(seen)


@of_every_module
def test_click_lives_in_the_command_line(module: str) -> None:
    if room_of(module) != "cli":
        assert imports(module).isdisjoint({"click"})


@of_every_module
def test_numba_lives_in_folders_named_kernels(module: str) -> None:
    if "kernels" not in module.split("."):
        assert imports(module).isdisjoint({"numba", "llvmlite"})


@of_every_module
def test_kernels_know_arrays_alone(module: str) -> None:
    if "kernels" in module.split("."):
        others = imports(module) - set(sys.stdlib_module_names)
        packages = {name for name in others if not name.startswith("w2v.")}
        assert packages <= {"numpy", "numba", "llvmlite"}
        rooms = {room_of(name) for name in others - packages}
        assert rooms <= {room_of(module), "arrays", "kernels", "errors"}


@of_every_module
def test_commands_start_without_numpy(module: str) -> None:
    if room_of(module) == "cli":
        found = reached(module, at_start=True)
        assert found.isdisjoint({"numpy", "numba", "llvmlite"})


@of_every_module
def test_answers_start_without_numba(module: str) -> None:
    rooms = ("words", "formats", "vectors", "evaluation", "maps")
    if room_of(module) in rooms and module not in COMPILED_ANSWERS:
        found = reached(module, at_start=False, but=COMPILED_ANSWERS)
        assert found.isdisjoint({"numba", "llvmlite"})
        assert imports(module, at_start=True).isdisjoint(COMPILED_ANSWERS)


@of_every_module
def test_the_trainer_knows_no_text(module: str) -> None:
    if room_of(module) == "training":
        assert {room_of(name) for name in imports(module)}.isdisjoint({"text", "vocabulary"})


@of_every_module
def test_only_needed_packages_are_imported_at_the_start(module: str) -> None:
    others = {name for name in imports(module, at_start=True) if not name.startswith("w2v")}
    assert others - set(sys.stdlib_module_names) <= NEEDED


# --- what is not done ---------------------------------------------------------------------------


@of_every_module
def test_nothing_is_unpickled_evaluated_or_forked(module: str) -> None:
    assert imports(module).isdisjoint({"pickle", "marshal", "shelve", "dill", "joblib"})
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert called not in {"eval", "exec", "os.fork", "os.system", "__import__"}
            given = {word.arg: ast.unparse(word.value) for word in node.keywords}
            assert given.get("allow_pickle", "False") == "False"
            if called == "torch.load":
                assert given.get("weights_only") == "True"


# --- what every file has ------------------------------------------------------------------------


def public_functions(module: str) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Public functions and methods, by name; dunder methods too."""

    def inside(
        node: ast.Module | ast.ClassDef, prefix: str
    ) -> Iterator[tuple[str, ast.FunctionDef]]:
        for child in node.body:
            if isinstance(child, ast.ClassDef) and not child.name.startswith("_"):
                yield from inside(child, f"{prefix}{child.name}.")
            elif isinstance(child, ast.FunctionDef):
                dunder = child.name.startswith("__") and child.name.endswith("__")
                overload = any(ast.unparse(d) == "overload" for d in child.decorator_list)
                if (dunder or not child.name.startswith("_")) and not overload:
                    yield prefix + child.name, child

    yield from inside(tree(module), "")


@of_every_module
def test_every_module_says_what_it_is(module: str) -> None:
    assert ast.get_docstring(tree(module)) or module == "w2v.__main__"


@of_every_module
def test_every_public_function_is_typed(module: str) -> None:
    for name, function in public_functions(module):
        assert function.returns is not None, name
        arguments = function.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        every += [extra for extra in (arguments.vararg, arguments.kwarg) if extra]
        for argument in every:
            assert argument.annotation or argument.arg in ("self", "cls"), f"{name}: {argument.arg}"


@of_every_module
def test_every_public_function_and_class_says_what_it_does(module: str) -> None:
    for name, function in public_functions(module):
        if not name.split(".")[-1].startswith("__"):
            assert ast.get_docstring(function), name
    for node in tree(module).body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), node.name


# --- how long things are --------------------------------------------------------------------------

MOST_LINES_OF_A_FILE = 350
MOST_LINES_OF_A_FUNCTION = 60
USUAL_LINES_OF_A_FUNCTION = 30


def lines_of(function: ast.FunctionDef) -> int:
    """The lines of a function without its docstring."""
    assert function.end_lineno is not None
    length = function.end_lineno - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function, clean=False) is not None:
        assert first.end_lineno is not None
        length -= first.end_lineno - first.lineno + 1
    return length


def functions(module: str) -> Iterator[ast.FunctionDef]:
    """All functions and methods of a module."""
    return (node for node in ast.walk(tree(module)) if isinstance(node, ast.FunctionDef))


@of_every_module
def test_files_are_short(module: str) -> None:
    lines = len(MODULES[module].read_text(encoding="utf-8").splitlines())
    assert lines <= MOST_LINES_OF_A_FILE or "kernels" in module.split(".")


@of_every_module
def test_functions_are_short(module: str) -> None:
    if "kernels" not in module.split("."):
        for function in functions(module):
            assert lines_of(function) <= MOST_LINES_OF_A_FUNCTION, function.name


def test_nine_functions_in_ten_are_very_short() -> None:
    lengths = [lines_of(function) for name in MODULES for function in functions(name)]
    short = sum(length < USUAL_LINES_OF_A_FUNCTION for length in lengths)
    assert short >= 0.9 * len(lengths)
