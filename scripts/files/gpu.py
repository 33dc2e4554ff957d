"""Which GPU this process uses, and how to use the one that a trial was trained on.

In: thinc's choice, or the number of a GPU. Out: a number, or that GPU in use.
"""

from thinc.api import get_current_ops, prefer_gpu


def in_use() -> int | None:
    """Return the number of the GPU that this thread uses through CuPy, or None."""
    ops = get_current_ops()
    # Not ops.device_id, which is 0 whatever the device.
    return int(ops.xp.cuda.Device().id) if ops.name == "cupy" else None


def use_if_there(gpu_id: int) -> None:
    """Use a GPU for what is loaded from now on, if this machine has it; -1 changes nothing."""
    if gpu_id >= 0:
        prefer_gpu(gpu_id)
