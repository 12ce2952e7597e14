"""Show the floors of the house: which rooms stand on which, and that no import runs up.

    python .ci/check_floors.py   # print the floors; fail if an import runs up or nbs/index.ipynb doesn't list a room

A floor is a folder of notebooks, a room is a notebook (`nbs/3_tokens/20_store.ipynb` makes `biomass013.tokens.store`).
A room, and the tests in its notebook, import only from lower floors and from lower numbers on their own floor. The
benchmarks stand above all floors.
"""

import ast
import json
import re
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "biomass013"
TRAINER, READERS = "runs.trainer", (7, 8)  # these floors, and runs.run, read what the trainer has left
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


def imported(source: str, module: str, rooms: dict[str, Room]) -> set[str]:
    "What a text imports of the package, by room; what is no room (a folder, a forgotten module) as it is called."
    here, found = [PACKAGE, *module.split(".")], set()
    for node in ast.walk(ast.parse(source)):
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
    return set().union(*(imported(cell, room.name, rooms) for cell in plain)) - {room.name}


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
    readers = [name for name, room in rooms.items() if room.floor in READERS or name == "runs.run"]
    found += [f"{room} reads runs, but imports {TRAINER}" for room in readers if TRAINER in reach(room, imports)]
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


def listed(index: Path, rooms: dict[str, Room]) -> set[str]:
    "Rooms that the index links to."
    text = "".join("".join(cell["source"]) for cell in json.loads(index.read_text(encoding="utf-8"))["cells"])
    linked = set(re.findall(r"\]\(([\w./]+\.ipynb)\)", text))
    return {name for name, room in rooms.items() if room.path.relative_to(index.parent).as_posix() in linked}


def main() -> int:
    rooms, imports = find_rooms(ROOT / "nbs"), {}
    for path in sorted((ROOT / PACKAGE).rglob("*.py")):
        if not path.name.startswith("_"):
            name = ".".join(path.relative_to(ROOT / PACKAGE).with_suffix("").parts)
            imports[name] = imported(path.read_text(encoding="utf-8"), name, rooms)
    print(picture(rooms, imports))
    found = problems(rooms, imports, {name: tested(room, rooms) for name, room in rooms.items()})
    found += [f"nbs/index.ipynb does not list {name}" for name in rooms if name not in listed(ROOT / "nbs/index.ipynb", rooms)]
    print(*found, sep="\n", file=sys.stderr)
    print(f"{len(rooms)} rooms, {sum(map(len, imports.values()))} arrows" + ("" if found else ", none runs up"))
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
