"""The processor time of a call, whatever else the machine does."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable


def cpu_time(call: Callable[[], object]) -> float:
    """Return the processor time of a call, in seconds."""
    gc.disable()  # it looks through what other tests left
    try:
        began = time.process_time()
        call()
        return time.process_time() - began
    finally:
        gc.enable()
