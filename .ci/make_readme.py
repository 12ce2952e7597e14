"""Make README.md from nbs/index.ipynb, and CONTRIBUTING.md from nbs/guides/house.ipynb.

    python .ci/make_readme.py           # write them
    python .ci/make_readme.py --check   # fail if one differs from what would be written
"""
import posixpath
import re
import sys
from pathlib import Path

import yaml
from check_floors import find_rooms, room_table
from nbconvert import MarkdownExporter
from nbdev.config import get_config
from nbdev.serve import proc_nbs

ROOMS = "*(The list of rooms stands in CONTRIBUTING.md.)*"  # what the notebook holds in its place
MADE = {"README.md": "index.ipynb", "CONTRIBUTING.md": "guides/house.ipynb"}


def make_page(proc: Path, notebook: str) -> str:
    "A notebook as markdown: front matter out, title back in, paths of pictures and notebooks from the root."
    body, _ = MarkdownExporter().from_filename(str(proc / notebook))
    front, body = re.match(r"\s*---\n(.*?)\n---\n(.*)", body, re.DOTALL).groups()
    head, folder = yaml.safe_load(front), posixpath.dirname(f"nbs/{notebook}")
    body = re.sub(r"\n<!-- WARNING.*?-->\n", "\n", body)
    body = re.sub(rf"\[(`[^`]+`)\]\({re.escape(get_config().doc_host)}[^)]*\)", r"\1", body)  # nbdev's links into the docs
    local = re.compile(r"\]\((?![a-z]+:)([\w./]+\.(?:ipynb|jpg|png))\)")
    body = local.sub(lambda link: f"]({posixpath.normpath(posixpath.join(folder, link[1]))})", body)
    body = body.replace(ROOMS, room_table(find_rooms(get_config().nbs_path)))
    return f"<!-- Made from nbs/{notebook}: edit that. -->\n\n# {head['title']}\n\n> {head['description']}\n\n{body.strip()}\n"


def main() -> int:
    proc = proc_nbs(n_workers=0, force=True)
    made = {get_config().config_path / name: make_page(proc, notebook) for name, notebook in MADE.items()}
    if "--check" not in sys.argv:
        for path, text in made.items():
            path.write_text(text, encoding="utf-8")
        return 0
    stale = [path.name for path, text in made.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    if stale:
        print(f"{' and '.join(stale)} differs from its notebook: run python .ci/make_readme.py", file=sys.stderr)
    return bool(stale)


if __name__ == "__main__":
    sys.exit(main())
