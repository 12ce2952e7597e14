"""Show the floors of the house: which rooms stand on which, and that no import runs up.

    python .ci/check_floors.py   # print the floors; fail if an import runs up or nbs/index.ipynb doesn't list a room

Rooms are numbered by their notebooks (`nbs/22_tokens.store.ipynb` is room 22, on floor 2); what they import is read
from the exported modules, wherever in them an import stands. And whoever only reads a run, the Kaggle notebook above
all, must not import what trains it, by no way round.
"""

import ast
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "biomass013"
TRAINER, READERS = "runs.trainer", (5, 6, 7)  # these floors, and runs.run, read what the trainer has left


def numbered(notebooks: list[str]) -> dict[str, int]:
    "Rooms by name with their numbers, from the names of notebooks (`22_tokens.store`)."
    found = [name.partition("_") for name in notebooks if name[:2].isdigit()]
    return {room: int(number) for number, _, room in sorted(found)}


def imported(source: str, room: str, rooms: set[str]) -> set[str]:
    "What a module imports of the package, by room; what is no room (a folder, a forgotten module) as it is called."
    here, found = [PACKAGE, *room.split(".")], set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = ".".join([*(here[: -node.level] if node.level else []), *([node.module] if node.module else [])])
            for alias in node.names:  # `from biomass013.tokens import store` names a room too
                inner = f"{module}.{alias.name}"
                found.add(inner if inner.removeprefix(f"{PACKAGE}.") in rooms else module)
    return {name.removeprefix(f"{PACKAGE}.") for name in found if name.startswith(f"{PACKAGE}.")}


def reach(room: str, imports: dict[str, set[str]]) -> set[str]:
    "All rooms that a room stands on."
    found, todo = set(), [room]
    while todo:
        new = imports.get(todo.pop(), set()) - found
        found |= new
        todo += new
    return found


def problems(number: dict[str, int], imports: dict[str, set[str]]) -> list[str]:
    "Arrows that run up or sideways, and modules without a notebook."
    found = [f"{room}: no notebook makes it" for room in imports if room not in number]
    for room, lower in imports.items():
        for other in sorted(lower):
            if other not in number:
                found.append(f"{room} imports {other}, which is no room")
            elif room in number and number[other] >= number[room]:
                found.append(f"{room} ({number[room]:02d}) imports {other} ({number[other]:02d}): an arrow up")
    readers = [room for room, n in number.items() if n // 10 in READERS or room == "runs.run"]
    found += [f"{room} reads runs, but imports {TRAINER}" for room in readers if TRAINER in reach(room, imports)]
    return found


def picture(number: dict[str, int], imports: dict[str, set[str]]) -> str:
    "Floors from the top, a line a room: its number, its name, and what it stands on, floor by floor."
    lines = []
    for floor in sorted({n // 10 for n in number.values()}, reverse=True):
        rooms = [room for room, n in number.items() if n // 10 == floor]
        below = {number.get(other, 0) // 10 for room in rooms for other in imports.get(room, ())} - {floor}
        lines.append(f"floor {floor}" + (f"  (stands on {', '.join(map(str, sorted(below)))})" if below else ""))
        for room in rooms:
            order = sorted(imports.get(room, ()), key=lambda other: (number.get(other, 100), other))
            lines.append(f"  {number[room]:02d} {room:<18}" + (f" → {', '.join(order)}" if order else ""))
    return "\n".join(lines)


def listed(index: Path) -> set[str]:
    "Notebooks that the index links to, by room."
    text = "".join("".join(cell["source"]) for cell in json.loads(index.read_text(encoding="utf-8"))["cells"])
    return set(re.findall(r"\]\(\d\d_([\w.]+)\.ipynb\)", text))


def main() -> int:
    number = numbered([path.stem for path in (ROOT / "nbs").glob("*.ipynb")])
    imports = {}
    for path in sorted((ROOT / PACKAGE).rglob("*.py")):
        room = ".".join(path.relative_to(ROOT / PACKAGE).with_suffix("").parts)
        found = imported(path.read_text(encoding="utf-8"), room, set(number))
        if found or path.stem not in ("__init__", "_modidx"):
            imports[room] = found
    print(picture(number, imports))
    wrong = problems(number, imports) + [f"{room}: there is no such module" for room in number if room not in imports]
    links = listed(ROOT / "nbs" / "index.ipynb")
    wrong += [f"nbs/index.ipynb does not list {room}" for room in number if room not in links]
    wrong += [f"nbs/index.ipynb links to {room}, which is no room" for room in sorted(links - set(number))]
    print(*wrong or [f"{len(number)} rooms, {sum(map(len, imports.values()))} arrows, none runs up"], sep="\n")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
