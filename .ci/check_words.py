"""Report discouraged words in README.md and the notebooks, with the words to use instead.

    python .ci/check_words.py              # all files: file, cell, line, match → replacement
    python .ci/check_words.py nbs/0_core   # some files or folders
    python .ci/check_words.py --count      # hits per pattern and folder

Prose, comments, docstrings and strings are checked; code and outputs are not. A line that rightly uses such a word
ends with the comment `words: ok`.
"""

import argparse
import io
import json
import re
import sys
import tokenize
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OK = "words: ok"
THING = r"(?:photo|hectare|head|site|paddock|pattern|epoch|fold|run|file|GPU|machine|shard|visit|target)"
WORDS = {  # pattern of a word or phrase → what to write
    r"\bheads? (?:say|says|said|tell|tells|told)": "predict, output",
    r"\b(?:what|as) (?:it|they|heads|a head|the head) (?:says?|said|should have said)": "prediction, target",
    r"\b(?:is|are|was|were|be) said\b(?! to)": "reported, printed, warned",
    r"\bnothing is said|says? nothing|said once": "no message, without a message; once",
    r"\b(?:strong(?:er|est)|weakest|closed|allowed) floors?|floors? (?:that|of) (?:a|the|this) splits?": "baseline",
    r"\b(?:above|below|beats?|under|over) (?:the|its|this|a|every) floor": "baseline",
    r"\bdealt": "shuffled, assigned",
    r"\bdeal(?:s|ing)? (?:them|anew|out|the labels)": "shuffle, assign",
    r"\bgo(?:es|ing)? on\b|gone on|went on": "resume, continue",
    r"\bwhole or (?:not|absent)": "complete or absent",
    r"\b(?:is|are|was|were|looks?|stays?) (?:not )?whole\b(?![- ]number)": "complete",
    r"\b(?:is|are|was|were|be) not (?:yet )?there\b|(?:is|are|was|were)n't (?:yet )?there\b": "missing, not found",
    r"\(there (?:are|is):|(?:None|default): there (?:are|is)\b|as many as there are": "known: …; all; per CPU",
    r"\bthere (?:is|are) no such": "no such …, unknown …",
    r"\b(?:is|are|was|were) another(?: one)?(?=[,;:.)\"]|$)|(?:is|are|was|were) others\b": "differs, has changed",
    r"\b(?:is|are|was|were|be) another one": "differs, has changed",
    r"\bothers? than (?:those|that|the one)": "not those, differs from",
    r"\banew": "again, new, re-",
    r"\bshall": "should, must, will",
    r"\bwhoever|whosoever": "if you, anyone who, users who",
    r"\bof one's own": "your own",
    r"(?<!there\s)(?<!which\s)(?:is|are) no (?:photo|text|number|mask|date|class|image|mass|head|part|sum|folder|"
    r"file|key|table|place|setting|room|such|run|store|panel|name|backbone|word)\b": "is not a …",
    rf"\b(?:numbers|bytes|kB|MB|KB|GB|seconds?|ms|s|dollars?|tokens|g|kg|DM|vectors?|rows?) a {THING}\b": "per …",
    r"\bhow far off": "interval, standard deviation, error",
    r"\bcan be asked for": "available, estimate",
    r"\blea(?:ves?|ving) (?:it |them )?open|left open": "not decided, unset; held out",
    r"\b(?:what|that) comes? of (?:it|them|that|each|this)": "the result",
    r"\bwhat (?:it|they) comes? from": "source",
    r"\bwhere a head looks|looks of a head": "attention map, gate map",
    r"\bbiomass_(?:demo|settings|audit|extract|verify|vectors|weights|train|best|blend|splits|compare|curve|score|predict|"
    r"map|calibrate|report|app|pack|doctor|bench|ray|synth)(?= (?:[-a-z./]+|[A-Z]{3,}))": "biomass VERB",
}
PATTERN = re.compile("|".join(f"(?P<w{i}>{p})" for i, p in enumerate(WORDS)).replace(" ", r"\s+"), re.I)
TEXT = {tokenize.COMMENT, tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)}
CODE_SPAN = re.compile(r"```.*?```|`[^`\n]*`", re.S)


def blank(text: str) -> str:
    "Replace every character but line ends by one that no pattern matches."
    return re.sub(r"[^\n]", "\0", text)


def words_of_code(source: str) -> str:
    "Return a cell with everything blank but comments, docstrings and strings."
    lines, plain = blank(source).split("\n"), re.sub(r"^\s*[!%].*$", lambda line: blank(line[0]), source, flags=re.M)
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(plain).readline))
    except (tokenize.TokenError, SyntaxError, IndentationError):
        return source
    for token in tokens:
        if token.type in TEXT:
            (first, start), (last, stop) = token.start, token.end
            for row, text in enumerate(source.split("\n")[first - 1 : last], first - 1):
                begin, end = (start if row == first - 1 else 0), (stop if row == last - 1 else len(text))
                lines[row] = lines[row][:begin] + text[begin:end] + lines[row][end:]
    return "\n".join(lines)


def texts(path: Path) -> Iterator[tuple[str, str, str]]:
    "Yield name, source and checked text of each cell (of a Markdown file: of the whole)."
    text = path.read_text(encoding="utf-8")
    cells = json.loads(text)["cells"] if path.suffix == ".ipynb" else [{"cell_type": "markdown", "source": text}]
    for number, cell in enumerate(cells):
        source = "".join(cell["source"])
        code = cell["cell_type"] == "code"
        yield (f"cell {number}" if len(cells) > 1 else ""), source, words_of_code(source) if code else source


def find(path: Path) -> Iterator[tuple[str, int, str, str]]:
    "Yield the hits in a file: cell, line, pattern, matched text."
    for cell, source, words in texts(path):
        spans = [] if words != source else [m.span() for m in CODE_SPAN.finditer(source)]
        for hit in PATTERN.finditer(words):
            pattern = list(WORDS)[int(hit.lastgroup[1:])]
            line = source.count("\n", 0, hit.start()) + 1
            quoted = any(a <= hit.start() < b for a, b in spans) and "biomass_" not in pattern
            if not quoted and OK not in source.split("\n")[line - 1]:
                yield cell, line, pattern, re.sub(r"\s+", " ", hit[0])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("paths", nargs="*", type=Path, help="files or folders (default: README.md and all notebooks)")
    parser.add_argument("--count", action="store_true", help="print hits per pattern and folder")
    args, count = parser.parse_args(), Counter()
    paths = [p.resolve() for p in args.paths] or [*sorted(ROOT.glob("*.md")), ROOT / "nbs"]
    files = [f for p in paths for f in (sorted(p.rglob("*.ipynb")) if p.is_dir() else [p])]
    files = [f for f in files if not {"_proc", ".ipynb_checkpoints"} & {*f.parts}]
    for path in files:
        for cell, line, pattern, what in find(path):
            count[pattern, path.parent.name if path.suffix == ".ipynb" else path.name] += 1
            if not args.count:
                where = f"{path.relative_to(ROOT)}: {f'{cell}, ' if cell else ''}line {line}"
                print(f"{where}: '{what}' → {WORDS[pattern]}")
    if args.count:
        for (pattern, folder), n in sorted(count.items()):
            print(f"{n:4d} {folder:12s} {pattern[:80]}")
    print(f"{count.total()} in {len(files)} files" if count else f"no forbidden words in {len(files)} files")
    return bool(count)


if __name__ == "__main__":
    sys.exit(main())
