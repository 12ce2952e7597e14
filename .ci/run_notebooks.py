"""Run notebooks in place and keep their outputs, so that the docs show real figures.

    python .ci/run_notebooks.py               # all of them
    python .ci/run_notebooks.py nbs/3_tokens/*.ipynb

Cells marked `#| eval: false`, cells with a flag of `tst_flags`, and notebooks with `skip_exec: true` keep what they have.
"""
import json
import os
import re
import sys
from pathlib import Path

os.environ.setdefault("NO_ALBUMENTATIONS_UPDATE", "1")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # notebooks import PyTorch before the kit

from execnb.nbio import write_nb
from execnb.shell import CaptureShell
from fastcore.xtras import working_directory
from nbdev.clean import nbdev_clean
from nbdev.config import get_config
from nbdev.frontmatter import FrontmatterProc
from nbdev.process import NBProcessor


def run_notebook(path: Path, flags: set[str]) -> bool:
    "Run `path` and write its outputs back; False, with the traceback on stderr, if a cell fails."
    front = NBProcessor(path, procs=FrontmatterProc, process=True).nb  # replaces the title cell: not the one to write
    if str(getattr(front, "frontmatter_", {}).get("skip_exec", False)).lower() == "true":
        return True
    nb = NBProcessor(path, rm_directives=False, process=True).nb

    def skip(cell) -> bool:
        if cell.cell_type != "code":
            return True
        directives = getattr(cell, "directives_", {}) or {}
        return directives.get("eval:", [""])[0].lower() == "false" or bool(flags & directives.keys())

    for cell in nb.cells:
        if not skip(cell):
            cell.outputs = []   # a cell that shows nothing would keep what it once showed
    shell = CaptureShell(path, mpl_format="png")
    try:
        with working_directory(path.parent):
            shell.run_all(nb, exc_stop=True, preproc=skip)
    except Exception:
        sys.stderr.write(shell.prettytb(fname=path) + "\n")
        return False
    for cell in nb.cells:
        if cell.cell_type == "code":
            kept = [o for o in cell.outputs if o.get("name") != "stderr"]  # progress bars, paths of this machine
            cell.outputs = json.loads(re.sub(r"/tmp/tmp\w+", "/tmp/…", json.dumps(kept, ensure_ascii=False)))
    write_nb(nb, path)
    nbdev_clean(str(path))
    return True


def main() -> int:
    root = get_config().config_path
    sys.path.insert(0, str(root))
    os.environ["IN_TEST"] = "1"
    paths = [Path(p).absolute() for p in sys.argv[1:]] or sorted((root / "nbs").rglob("[!_.]*.ipynb"))
    flags = set(get_config().tst_flags.split())
    failed = []
    for path in paths:
        print(f"running {path.relative_to(root)}", flush=True)
        if not run_notebook(path, flags):
            failed.append(path.name)
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
