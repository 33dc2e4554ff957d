"""Without a GPU, asking for one changes nothing; what needs one is not tested."""

import pytest
from thinc.api import get_current_ops
from thinc.compat import has_cupy_gpu

from scripts.files import gpu


@pytest.mark.skipif(has_cupy_gpu, reason="there is a GPU")
@pytest.mark.parametrize("number", [-1, 0, 3])
def test_pipeline_of_a_trial_on_a_gpu_is_scored_on_a_machine_that_has_none(number):
    before = get_current_ops()
    gpu.use_if_there(number)
    assert get_current_ops() is before
    assert gpu.in_use() is None
