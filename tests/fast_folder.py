"""Where what dies with the tests is written: in memory where the system has such a folder, else on the disk.

Nothing here is asked to outlive a power cut. A drill that kills a process finds the same either way: what was written
is the system's, not the process's.
"""

import os
import shutil
from pathlib import Path

MEMORY = Path("/dev/shm")
LEAST_FREE_BYTES = 4 * 1024**3


def fast_folder() -> Path | None:
    """None: the usual place is as good as any. A container's folder in memory is often too small."""
    if not MEMORY.is_dir() or not os.access(MEMORY, os.W_OK):
        return None
    return MEMORY if shutil.disk_usage(MEMORY).free >= LEAST_FREE_BYTES else None
