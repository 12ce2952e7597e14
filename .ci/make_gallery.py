"""Make the pictures of nbs/index.ipynb and nbs/guides/gallery.ipynb from the figures that the notebooks hold.

    python .ci/make_gallery.py           # write nbs/images/
    python .ci/make_gallery.py --check   # fail if a figure is gone, or differs from the picture made of it
"""
import base64
import sys
from pathlib import Path

import cv2
import numpy as np
from execnb.nbio import read_nb
from nbdev.config import get_config

STRIP, TILE = (1000, 150), (480, 336)   # pixels across and down: a figure of its own, one of three in a row
PICTURES = {   # file: (notebook, the id of the figure's cell, the picture's size)
    "photos.jpg": ("9_whole/80_demo", "cae2b761", STRIP),
    "masses.jpg": ("2_photos/08_drawing", "b08fd82cv", TILE),
    "sites.jpg": ("2_photos/60_synth", "46371607v", TILE),
    "patterns.jpg": ("2_photos/30_views", "2e32b552v", TILE),
    "score.png": ("9_whole/80_demo", "abdc6cc3", TILE),
    "learning.png": ("9_whole/80_demo", "15500f6b", TILE),
    "predicted.png": ("9_whole/80_demo", "702ed0c4", TILE),
    "residuals.png": ("9_whole/80_demo", "c9fb019b", TILE),
    "gate.jpg": ("9_whole/80_demo", "da20ec41", TILE),
    "stamp.jpg": ("2_photos/70_audit", "d9280b0dv", TILE),
}


def figure_of(nbs: Path, notebook: str, cell: str) -> np.ndarray:
    "The only figure [h, w, 3] of a cell of a notebook. Raises `LookupError` if it is not one."
    cells = [c for c in read_nb(nbs / f"{notebook}.ipynb").cells if c.id == cell]
    shown = [item for c in cells for o in c.outputs for item in o.get("data", {}).items()]
    stored = [data for kind, data in shown if kind.startswith("image/")]
    if (len(cells), len(stored)) != (1, 1):
        found = f"{len(cells)} cells have the id {cell!r} and hold {len(stored)} figures"
        raise LookupError(f"{notebook}.ipynb: {found}, there must be one of each")
    return cv2.imdecode(np.frombuffer(base64.b64decode("".join(stored[0])), np.uint8), cv2.IMREAD_COLOR)


def on_white(figure: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    "A figure, shrunk where it is too large, in the middle of a white tile."
    scale = min(1, size[0] / figure.shape[1], size[1] / figure.shape[0])
    small = cv2.resize(figure, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    tile = np.full((size[1], size[0], 3), 255, np.uint8)
    top, left = (size[1] - small.shape[0]) // 2, (size[0] - small.shape[1]) // 2
    tile[top : top + small.shape[0], left : left + small.shape[1]] = small
    return tile


def differs(path: Path, coded: np.ndarray) -> bool:
    "Is the file another picture? (Not another coding of the same.)"
    there = cv2.imread(str(path)) if path.is_file() else None
    made = cv2.imdecode(coded, cv2.IMREAD_COLOR)
    return there is None or there.shape != made.shape or float(cv2.absdiff(there, made).mean()) > 0.5


def main() -> int:
    nbs = get_config().nbs_path
    images, check = nbs / "images", "--check" in sys.argv
    images.mkdir(exist_ok=True)
    for name, (notebook, cell, size) in PICTURES.items():
        try:
            figure = figure_of(nbs, notebook, cell)
        except LookupError as error:
            print(error, file=sys.stderr)
            return 1
        options = [cv2.IMWRITE_JPEG_QUALITY, 80] if name.endswith(".jpg") else [cv2.IMWRITE_PNG_COMPRESSION, 9]
        coded = cv2.imencode(Path(name).suffix, on_white(figure, size), options)[1]
        if not check:
            (images / name).write_bytes(coded.tobytes())
        elif differs(images / name, coded):
            what = f"nbs/images/{name} differs from the figure in {notebook}.ipynb"
            print(f"{what}: run python .ci/make_gallery.py", file=sys.stderr)
            return 1
    others = sorted({p.name for p in images.iterdir()} - set(PICTURES))
    if others:
        print(f"nbs/images/ holds files that no figure makes: {', '.join(others)}", file=sys.stderr)
    return bool(others)


if __name__ == "__main__":
    sys.exit(main())
