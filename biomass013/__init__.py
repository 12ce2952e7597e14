__version__ = "0.2.0"

import os as _os
import sys as _sys

# Threads that wait for each other sleep instead of spinning: on a machine that is not idle, spinning costs several times.
# OpenMP reads this when PyTorch and NumPy are loaded, so it stands before them; a user's own setting is left alone.
spinning = False  # too late: PyTorch was loaded before
if "OMP_WAIT_POLICY" not in _os.environ:
    spinning = "torch" in _sys.modules
    _os.environ["OMP_WAIT_POLICY"] = "passive"
    _os.environ.setdefault("GOMP_SPINCOUNT", "0")
