"""Make README.md from nbs/index.ipynb.

    python .ci/make_readme.py           # write it
    python .ci/make_readme.py --check   # fail if it differs from what would be written
"""
import re
import sys

import yaml
from check_floors import find_rooms, room_table
from nbconvert import MarkdownExporter
from nbdev.config import get_config
from nbdev.serve import proc_nbs

ROOMS = "*(The list of rooms stands in the README.)*"  # what the index holds in its place


def make_readme() -> str:
    "The index notebook as markdown: front matter out, title back in, paths of pictures and notebooks from the root."
    body, _ = MarkdownExporter().from_filename(str(proc_nbs(n_workers=0, force=True) / "index.ipynb"))
    front, body = re.match(r"\s*---\n(.*?)\n---\n(.*)", body, re.DOTALL).groups()
    head = yaml.safe_load(front)
    body = re.sub(r"\n<!-- WARNING.*?-->\n", "\n", body).replace("](images/", "](nbs/images/")
    body = re.sub(r"\]\(([\w./]+\.ipynb)\)", r"](nbs/\1)", body)
    body = re.sub(rf"\[(`[^`]+`)\]\({re.escape(get_config().doc_host)}[^)]*\)", r"\1", body)  # nbdev's links into the docs
    body = body.replace(ROOMS, room_table(find_rooms(get_config().nbs_path)))
    return f"<!-- Made from nbs/index.ipynb: edit that. -->\n\n# {head['title']}\n\n> {head['description']}\n\n{body.strip()}\n"


def main() -> int:
    path, made = get_config().config_path / "README.md", make_readme()
    if "--check" in sys.argv:
        if path.read_text(encoding="utf-8") != made:
            print("README.md differs from nbs/index.ipynb: run python .ci/make_readme.py", file=sys.stderr)
            return 1
        return 0
    path.write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
