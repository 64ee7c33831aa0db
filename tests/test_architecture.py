"""The house: modules import from layers below alone, heavy libraries stay in their rooms, exports are listed."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import nevsim

ROOT = Path(nevsim.__file__).parent
LAYERS = (
    ("errors", "arrays", "compiled"),
    ("clock", "shipped"),
    ("laws", "plant"),
    ("scenario",),
    ("draws",),
    ("engine",),
    ("odds",),
    ("result", "sweeps"),
    ("replications",),
    ("forecast",),
    ("study", "report"),
    ("notebook", "sweeping", "progress"),
    ("cli", "__init__"),
    ("__main__",),
)
"""What may import what: each row from the rows above it, and packages within themselves."""
ROOMS = {
    "simpy": {"engine/events.py"},
    "numba": {"compiled.py"},
    "matplotlib": {"report", "notebook.py", "sweeping.py"},
    "tomllib": {"scenario/toml.py"},
    "scipy": {"laws", "draws/designs.py", "draws/factors.py", "odds/assumed.py", "odds/interval.py"},
    "rich": {"report/terminal.py", "progress.py"},
    "click": {"cli.py"},
    "distributed": {"study/pool.py"},
    "pyarrow": {"study/parquet.py"},
    "jinja2": {"report/page.py"},
    "platformdirs": {"compiled.py"},
}
"""Libraries, and the files or packages that may import them."""
FILES = sorted(ROOT.rglob("*.py"))


@cache
def imports(path: Path) -> set[str]:
    """The dotted names that a module imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative import"
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "import_module":
            found.update(name.value for name in node.args if isinstance(name, ast.Constant))
    return found


def room(path: Path) -> str:
    """The package or module of the top level that a file belongs to."""
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def layer(name: str) -> int:
    return next(number for number, row in enumerate(LAYERS) if name in row)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_down(path: Path) -> None:
    mine = room(path)
    for name in imports(path):
        parts = name.split(".")
        if parts[0] != "nevsim" or len(parts) < 2 or parts[1] not in _rooms():
            continue
        other = parts[1]
        if other != mine:
            assert layer(other) < layer(mine) or {mine, other} == {"study", "report"}, f"{mine} imports {other}"


def _rooms() -> set[str]:
    return {name for row in LAYERS for name in row}


def test_every_module_has_its_layer() -> None:
    assert {room(path) for path in FILES} == _rooms()


@pytest.mark.parametrize("library", ROOMS)
def test_libraries_stay_in_their_rooms(library: str) -> None:
    users = {
        str(path.relative_to(ROOT))
        for path in FILES
        if any(name == library or name.startswith(f"{library}.") for name in imports(path))
    }
    assert users, f"nothing imports {library}"
    for user in users:
        assert any(user == allowed or user.startswith(f"{allowed}/") for allowed in ROOMS[library]), user


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_are_short_and_introduced(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400
    assert ast.get_docstring(ast.parse(text)), f"{path} does not say what it is"
    assert path.stem not in {"utils", "util", "common", "base", "manager", "helpers", "misc"}


def test_no_engine_or_law_makes_a_generator() -> None:
    for path in FILES:
        names = {name.split(".")[0] for name in imports(path)}
        assert "random" not in names
        assert "numpy.random" not in imports(path)
        assert "default_rng" not in path.read_text(encoding="utf-8")


def test_all_is_true_and_sorted() -> None:
    assert list(nevsim.__all__) == sorted(nevsim.__all__)
    for name in nevsim.__all__:
        assert getattr(nevsim, name) is not None


@pytest.mark.parametrize("code", ["import nevsim", "from nevsim.cli import status; status(['--help'])"])
def test_start_is_light(code: str) -> None:
    """Neither `import nevsim` nor `nevsim --help` loads what only a run needs."""
    heavy = "{'numpy', 'numba', 'scipy', 'scipy.stats', 'matplotlib', 'pandas', 'pyarrow', 'pydantic', 'simpy'}"
    check = f"{code}; import sys; print(sorted({heavy} & set(sys.modules)), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
