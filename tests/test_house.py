"""The house stands: folders and verbs do not collide, and what ships is accounted for."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

import impasto

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "impasto"
MODULES = sorted(
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
    for path in PACKAGE.rglob("*.py")
    if path.name != "__main__.py"
)

# Begins with each module in turn that is called like something public, and with all modules in some
# random orders, each time from nothing, and prints what the public names are then.
ORDERS = """
import importlib, json, random, sys
modules = json.load(sys.stdin)
for module in modules:      # what they need from elsewhere is imported once
    importlib.import_module(module)
names = importlib.import_module("impasto").__all__
orders = [["impasto"], *([module] for module in modules if module.split(".")[-1] in names)]
orders += [random.Random(seed).sample(modules, len(modules)) for seed in range(2)]
found = {}
for order in orders:
    for name in [name for name in sys.modules if name.split(".")[0] == "impasto"]:
        del sys.modules[name]
    for module in order:
        importlib.import_module(module)
    impasto = importlib.import_module("impasto")
    public = {name: getattr(impasto, name) for name in impasto.__all__}
    found[", ".join(order)] = {
        name: [str(getattr(value, part, "")) for part in ("__class__", "__module__", "__name__")]
        for name, value in public.items()
    }
print(json.dumps(found))
"""


def python(code: str, given: str = "") -> str:
    """Run code in a fresh interpreter and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", code], input=given, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_verbs_and_folders_never_collide_whatever_is_imported_first() -> None:
    found = json.loads(python(ORDERS, json.dumps(MODULES)))
    usual = found["impasto"]
    for order, names in found.items():
        assert names == usual, f"after importing {order}"


def test_every_public_name_is_there_and_listed() -> None:
    assert sorted(set(impasto.__all__)) == sorted(impasto.__all__)
    for name in impasto.__all__:
        assert hasattr(impasto, name)
        assert name in dir(impasto)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_verb"):
        _ = impasto.no_such_verb


def test_importing_the_package_is_light() -> None:
    loaded = python("import sys, impasto; print(*sys.modules)").split()
    assert not {"numpy", "pydantic", "torch", "typer"} & set(loaded)


def messages(module: Path) -> Iterator[str]:
    """What the errors of a module say, with {} for what is only known when they happen."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and node.args:
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            said = node.args[0]
            parts = said.values if isinstance(said, ast.JoinedStr) else [said]
            if name.endswith(("Error", "BadParameter")):
                yield "".join(str(p.value) if isinstance(p, ast.Constant) else "{}" for p in parts)


def test_messages_are_no_sentences() -> None:
    """They follow `impasto: `: no capital but a name's, no full stop."""
    found = [m for path in PACKAGE.rglob("*.py") for m in messages(path)]
    assert len(found) > 50
    assert [m for m in found if m[:1].isupper() or m.endswith(".")] == []


def test_the_version_is_the_installed_one() -> None:
    assert impasto.__version__ == version("impasto")


def test_weights_ship_with_their_cards() -> None:
    weights = {path.stem for path in (PACKAGE / "weights").glob("*.safetensors")}
    cards = {path.stem for path in (PACKAGE / "weights").glob("*.md")}
    assert weights <= cards


def test_tests_mirror_the_package() -> None:
    rooms = {path.name for path in PACKAGE.iterdir() if path.is_dir()}
    folders = {path.name for path in (ROOT / "tests").iterdir() if any(path.glob("test_*.py"))}
    assert folders <= rooms


def test_no_package_hides_a_module_of_the_language() -> None:
    names = {module.split(".")[1] for module in MODULES if "." in module}
    assert not names & set(sys.stdlib_module_names)
