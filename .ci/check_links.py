"""Check that every relative link and image in the notebooks and in README.md leads to a file, and to a heading if it names one.

    python .ci/check_links.py
"""
import json
import re
import sys
import unicodedata
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parents[1]
LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?[^)]*\)|(?:href|src)=[\"']([^\"']+)[\"']")
OUTSIDE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.I)  # URLs, mail addresses, data
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.S)


def prose(path: Path) -> str:
    "The Markdown of a notebook or of a Markdown file, without its code."
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        cells = json.loads(text)["cells"]
        text = "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    return CODE.sub(lambda code: "" if code[0].startswith("```") else code[0][1:-1].replace("](", ""), text)


def anchors(path: Path) -> set[str]:
    "The headings of a file, as links name them."
    found = set()
    for heading in re.findall(r"^#{1,6} +(.+?) *$", prose(path), re.M):
        words = unicodedata.normalize("NFC", re.sub(r"[^\w\s-]", "", heading.lower())).strip()
        found |= {re.sub(r"\s", "-", words), re.sub(r"\s+", "-", words)}  # as GitHub and as Quarto make them
    return found


def broken(path: Path) -> list[str]:
    "What is wrong with the links of a file."
    found = []
    for link in (one or other for one, other in LINK.findall(prose(path))):
        if OUTSIDE.match(link):
            continue
        name, _, anchor = unquote(link).partition("#")
        target = (path.parent / name).resolve() if name else path
        if not target.exists():
            found.append(f"{path.relative_to(ROOT)}: {link} leads nowhere")
        elif anchor and target.suffix in (".ipynb", ".md") and anchor.lower() not in anchors(target):
            found.append(f"{path.relative_to(ROOT)}: {link}: there is no such heading")
    return found


def sidebar() -> list[str]:
    "What the documentation's sidebar lacks, or names in vain."
    text = (ROOT / "nbs" / "_quarto.yml").read_text(encoding="utf-8")
    entries = {entry: {*(ROOT / "nbs").glob(entry)} for entry in re.findall(r"[\w./*]+\.ipynb", text)}
    there = {path for path in (ROOT / "nbs").rglob("*.ipynb") if not {"_proc", ".ipynb_checkpoints"} & {*path.parts}}
    lost = [f"_quarto.yml: {path.name} is in no sidebar" for path in there.difference(*entries.values())]
    return lost + [f"_quarto.yml: {entry} leads nowhere" for entry, paths in entries.items() if not paths]


def main() -> int:
    notebooks = [p for p in sorted((ROOT / "nbs").rglob("*.ipynb")) if not {"_proc", ".ipynb_checkpoints"} & {*p.parts}]
    paths = [*sorted(ROOT.glob("*.md")), *notebooks]
    if len(notebooks) < 50:
        print(f"only {len(notebooks)} notebooks under {ROOT}/nbs")
        return 1
    wrong = [line for path in paths for line in broken(path)] + sidebar()
    print("\n".join(wrong) or f"all links of {len(paths)} files lead somewhere")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
