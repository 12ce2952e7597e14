"""Show the floors of the house: which rooms stand on which, and that no import runs up.

    python .ci/check_floors.py   # print the floors; fail if an import runs up, or a reader loads what makes tokens

A floor is a folder of notebooks, a room is a notebook (`nbs/3_tokens/20_store.ipynb` makes `biomass013.tokens.store`).
A room, and the tests in its notebook, import only from lower floors and from lower numbers on their own floor. The
benchmarks stand above all floors. `core.fixtures` is for tests alone: what it needs of higher floors it imports when it
is called, and a test that calls it must stand at least as high.
"""

import ast
import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "biomass013"
TRAINER, READERS = "runs.trainer", (7, 8)  # these floors, and runs.run, read what the trainer has left
MAKERS, WITHOUT = {"timm", "torchvision", "albumentations", "cv2"}, (0, 1, 3, 5, 6)  # floors that load none of them
SETTINGS, NO_TORCH = "core.config", {"torch"}  # whoever only parses settings
FIXTURES = "core.fixtures"
BENCH = 10  # the floor of nbs/bench


class Room(NamedTuple):
    "A notebook that makes a module."

    floor: int
    number: int
    name: str  # of its module
    path: Path

    @property
    def place(self) -> tuple[int, int]:
        "Its height in the house."
        return self.floor, self.number


def cells(path: Path) -> list[str]:
    "Sources of a notebook's code cells."
    found = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in found if cell["cell_type"] == "code"]


def find_rooms(nbs: Path) -> dict[str, Room]:
    "Rooms by the names of their modules, from the bottom up."
    rooms = []
    for path in nbs.glob("*/[0-9]*_*.ipynb"):
        name = next((found[1] for cell in cells(path) if (found := re.match(r"#\|\s*default_exp ([\w.]+)", cell))), "")
        floor = BENCH if path.parent.name == "bench" else int(path.parent.name.partition("_")[0])
        rooms.append(Room(floor, int(path.name.partition("_")[0]), name, path))
    return {room.name: room for room in sorted(rooms)}


def at_import(tree: ast.AST) -> Iterator[ast.AST]:
    "The nodes that are run when a module is imported: not those of functions, nor those for type checkers."
    for node in ast.iter_child_nodes(tree):
        later = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if not later and not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
            yield node
            yield from at_import(node)


def outside(source: str) -> set[str]:
    "Packages that a module loads when it is imported."
    found = set()
    for node in at_import(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def imported(tree: ast.AST, module: str, rooms: dict[str, Room], nodes: Iterable[ast.AST] | None = None) -> set[str]:
    "What code imports of the package, by room; what is no room (a folder, a forgotten module) as it is called."
    here, found = [PACKAGE, *module.split(".")], set()
    for node in ast.walk(tree) if nodes is None else nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            origin = ".".join([*(here[: -node.level] if node.level else []), *([node.module] if node.module else [])])
            for alias in node.names:  # `from biomass013.tokens import store` names a room too
                inner = f"{origin}.{alias.name}"
                found.add(inner if inner.removeprefix(f"{PACKAGE}.") in rooms else origin)
    return {name.removeprefix(f"{PACKAGE}.") for name in found if name.startswith(f"{PACKAGE}.")}


def tested(room: Room, rooms: dict[str, Room]) -> set[str]:
    "What the cells of a notebook import, those that are not exported too."
    plain = [re.sub(r"^\s*[!%].*$", "", cell, flags=re.MULTILINE) for cell in cells(room.path)]
    tree, below = ast.parse("\n".join(plain)), lent(rooms)
    found = imported(tree, room.name, rooms) - {room.name}
    if FIXTURES in found:
        found |= set().union(*(below[word] for word in used(tree, tinies(tree)) & below.keys()))
    return found - {FIXTURES, room.name}


def used(tree: ast.AST, owners: set[str]) -> set[str]:
    "Functions that code calls by their names, and attributes that it asks of some names."
    nodes = list(ast.walk(tree))
    called = {n.func.id for n in nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    asked = [n for n in nodes if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name)]
    return called | {n.attr for n in asked if n.value.id in owners}


def tinies(tree: ast.AST) -> set[str]:
    "Names that stand for a `Tiny`."
    made = [n for n in ast.walk(tree) if isinstance(n, ast.Assign) and ast.unparse(n.value).startswith("Tiny(")]
    return {target.id for n in made for target in n.targets if isinstance(target, ast.Name)}


def lent(rooms: dict[str, Room]) -> dict[str, set[str]]:
    "The rooms that functions and properties of the fixtures import, those that they call included, by name."
    tree = ast.parse((ROOT / PACKAGE / (FIXTURES.replace(".", "/") + ".py")).read_text(encoding="utf-8"))
    functions = {n.name: n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}
    own = {name: imported(node, FIXTURES, rooms) for name, node in functions.items()}
    calls = {name: used(node, {"self"}) & functions.keys() - {name} for name, node in functions.items()}
    return {name: own[name].union(*(own[other] for other in reach(name, calls))) for name in functions}


def reach(room: str, imports: dict[str, set[str]]) -> set[str]:
    "All rooms that a room stands on."
    found, todo = set(), [room]
    while todo:
        new = imports.get(todo.pop(), set()) - found
        found |= new
        todo += new
    return found


def problems(rooms: dict[str, Room], imports: dict[str, set[str]], tests: dict[str, set[str]]) -> list[str]:
    "Arrows that run up or sideways, and modules without a notebook."
    found = [f"{room}: no notebook makes it" for room in imports if room not in rooms]
    for whose, arrows in (("", imports), ("the tests of ", tests)):
        for room, lower in arrows.items():
            for other in sorted(lower):
                if other not in rooms:
                    found.append(f"{whose}{room} imports {other}, which is no room")
                elif room in rooms and rooms[other].place >= rooms[room].place:
                    found.append(f"{whose}{room} {rooms[room].place} imports {other} {rooms[other].place}: an arrow up")
    found += [f"{room} imports {FIXTURES}, which is for tests" for room, lower in imports.items() if FIXTURES in lower]
    readers = [name for name, room in rooms.items() if room.floor in READERS or name == "runs.run"]
    found += [f"{room} reads runs, but imports {TRAINER}" for room in readers if TRAINER in reach(room, imports)]
    return found


def loading(rooms: dict[str, Room]) -> list[str]:
    "Rooms that load, when they are imported, what makes tokens though they only read, or torch for settings alone."
    tops, packages = {}, {}
    for name in rooms:
        source = (ROOT / PACKAGE / (name.replace(".", "/") + ".py")).read_text(encoding="utf-8")
        tree = ast.parse(source)
        tops[name], packages[name] = imported(tree, name, rooms, at_import(tree)), outside(source)
    found = []
    for name, room in rooms.items():
        forbidden = (MAKERS if room.floor in WITHOUT else set()) | (NO_TORCH if name == SETTINGS else set())
        by = {p: other for other in {name} | reach(name, tops) for p in forbidden & packages.get(other, set())}
        found += [f"{name} loads {p}, by {other}" for p, other in sorted(by.items())]
    return found


def picture(rooms: dict[str, Room], imports: dict[str, set[str]]) -> str:
    "Floors from the top, a line per room: its number, its name, and what it stands on."
    lines = []
    for floor in sorted({room.floor for room in rooms.values()}, reverse=True):
        here = [room for room in rooms.values() if room.floor == floor]
        lines.append(here[0].path.parent.name)
        for room in here:
            order = sorted(imports.get(room.name, ()), key=lambda other: rooms[other].place if other in rooms else (99,))
            lines.append(f"  {room.number:02d} {room.name:<20}" + (f" → {', '.join(order)}" if order else ""))
    return "\n".join(lines)


def room_table(rooms: dict[str, Room]) -> str:
    "The rooms, floor by floor, with what their notebooks say they give, as a markdown table with links from the root."
    lines, floor = ["| | |", "|---|---|"], ""
    for room in rooms.values():
        if floor != (floor := room.path.parent.name):
            lines.append(f"| **{floor}** | |")
        title = "".join(json.loads(room.path.read_text(encoding="utf-8"))["cells"][0]["source"])
        what = next(line.removeprefix("> ") for line in title.splitlines() if line.startswith("> "))
        lines.append(f"| [{room.name}]({room.path.relative_to(ROOT).as_posix()}) | {what.rstrip('.')} |")
    return "\n".join(lines)


def main() -> int:
    rooms, imports = find_rooms(ROOT / "nbs"), {}
    for path in sorted((ROOT / PACKAGE).rglob("*.py")):
        if not path.name.startswith("_"):
            name = ".".join(path.relative_to(ROOT / PACKAGE).with_suffix("").parts)
            imports[name] = imported(ast.parse(path.read_text(encoding="utf-8")), name, rooms)
    print(picture(rooms, imports))
    imports[FIXTURES] = set()  # what it imports, it imports when it is called
    found = problems(rooms, imports, {name: tested(room, rooms) for name, room in rooms.items() if name != FIXTURES})
    found += loading(rooms)
    print(*found, sep="\n", file=sys.stderr)
    print(f"{len(rooms)} rooms, {sum(map(len, imports.values()))} arrows" + ("" if found else ", none runs up"))
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
