import pytest
from scipy.stats import t

from scripts.scoring.student import quantile, two_sided_p


@pytest.mark.parametrize("df", [1, 2, 4.7, 30, 500, 5000])
@pytest.mark.parametrize("value", [0.0, 0.5, 2.1, -3.0])
def test_p_is_that_of_scipy(df, value):
    assert two_sided_p(value, df) == pytest.approx(
        2 * t.sf(abs(value), df), abs=1e-3 if df > 999 else 1e-9
    )


@pytest.mark.parametrize("df", [1, 2, 4.7, 30, 500, 5000])
@pytest.mark.parametrize("confidence", [0.5, 0.95, 0.99])
def test_quantile_is_that_of_scipy(df, confidence):
    assert quantile(confidence, df) == pytest.approx(t.ppf((1 + confidence) / 2, df), rel=1e-3)
