import numpy as np
import pytest

from scripts.scoring.intervals import Bootstrap
from scripts.scoring.learning_curve import Share, courses, fit

SIZES = np.array([100.0, 200.0, 400.0, 800.0])
BOOTSTRAP = Bootstrap(resamples=200, confidence=0.95, seed=0)


def shares(rng, a, b, c, seed_sd=0.01, groups=100, number=3):
    """Shares whose scores follow a law, but for chance in documents and seeds."""
    easy = rng.normal(0, 0.8, size=groups)
    found = []
    for size in SIZES:
        counts = []
        for _ in range(number):
            f = np.clip(a - b * size**-c + rng.normal(0, seed_sd), 0.01, 0.99)
            right = rng.binomial(4, 1 / (1 + np.exp(-(np.log(f / (1 - f)) * 1.12 + easy))))
            counts.append(
                {f"g{n}": {"A": [int(k), int(4 - k), int(4 - k)]} for n, k in enumerate(right)}
            )
        found.append(Share(size / SIZES[-1], int(size), {"A": int(2 * size)}, counts))
    return found


@pytest.mark.parametrize(("a", "b", "c"), [(0.9, 2.0, 0.5), (0.95, 1.0, 0.2), (0.8, 8.0, 0.9)])
def test_law_without_noise_is_found_again(a, b, c):
    law = fit(SIZES, (a - b * SIZES**-c)[None])
    assert law.at(1600)[0] == pytest.approx(a - b * 1600**-c, abs=0.003)


def test_law_never_expects_more_than_everything_and_never_falls():
    rising = fit(SIZES, np.array([[0.5, 0.7, 0.9, 0.99]]))
    assert rising.a[0] <= 1
    assert rising.at(1e9)[0] <= 1
    falling = fit(SIZES, np.array([[0.9, 0.8, 0.7, 0.6]]))
    assert falling.at(1600)[0] == pytest.approx(falling.at(100)[0])


def test_many_laws_are_fitted_at_once_as_one_by_one():
    rng = np.random.default_rng(0)
    scores = np.sort(rng.uniform(0.3, 0.95, size=(20, 4)), axis=1)
    together = fit(SIZES, scores).at(1600)
    assert together == pytest.approx([fit(SIZES, row[None]).at(1600)[0] for row in scores])


def test_interval_of_twice_as_much_mostly_has_the_truth_in_it(share):
    tries = round(40 * share)
    inside = 0
    for number in range(tries):
        rng = np.random.default_rng(number)
        whole, _ = courses(shares(rng, 0.95, 2.0, 0.4), BOOTSTRAP)
        low, high = whole["doubled"]["gain_interval"]
        inside += low <= 2.0 * (800**-0.4 - 1600**-0.4) <= high
    assert inside >= 0.85 * tries


def test_course_is_against_documents_and_of_a_label_against_its_entities():
    whole, labels = courses(shares(np.random.default_rng(1), 0.9, 2.0, 0.5), BOOTSTRAP)
    assert [point["size"] for point in whole["points"]] == [100, 200, 400, 800]
    assert [point["size"] for point in labels["A"]["points"]] == [200, 400, 800, 1600]
    assert all(len(point["f"]) == 3 for point in whole["points"])
    assert whole["left_out"]["observed"] == pytest.approx(np.mean(whole["points"][-1]["f"]))
    assert whole["area"][-1][0] == pytest.approx(1600)
    assert whole["support"] == 400


def test_left_out_share_shows_a_law_that_does_not_hold():
    rng = np.random.default_rng(2)
    found = shares(rng, 0.9, 2.0, 0.5)
    found[-1] = Share(1.0, 800, {"A": 1600}, shares(rng, 0.6, 0.0, 0.5)[-1].counts)
    whole, _ = courses(found, BOOTSTRAP)
    assert whole["left_out"]["predicted"] - whole["left_out"]["observed"] > 0.1


def test_few_documents_or_shares_give_no_law():
    rng = np.random.default_rng(3)
    whole, _ = courses(shares(rng, 0.9, 2.0, 0.5, groups=20), BOOTSTRAP)
    assert whole["too_few"]
    assert whole["law"] is whole["doubled"] is None
    whole, _ = courses(shares(rng, 0.9, 2.0, 0.5)[:2], BOOTSTRAP)
    assert whole["law"] is None
    assert len(whole["points"]) == 2


def test_nothing_is_doubled_if_there_is_no_training_on_all_of_it():
    """Half of the training set is not what "twice as much" would be about."""
    whole, labels = courses(shares(np.random.default_rng(5), 0.9, 2.0, 0.5)[:3], BOOTSTRAP)
    for found in (whole, labels["A"]):
        assert [point["share"] for point in found["points"]] == [0.125, 0.25, 0.5]
        assert found["law"] is found["doubled"] is found["left_out"] is None
        assert not found["area"]


def test_label_that_a_small_share_lacks_is_fitted_without_that_share():
    found = shares(np.random.default_rng(4), 0.9, 2.0, 0.5)
    found[0] = Share(0.125, 100, {}, found[0].counts)
    _, labels = courses(found, BOOTSTRAP)
    assert labels["A"]["law"] is not None
    assert labels["A"]["left_out"] is None


def test_dev_set_without_entities_has_a_course_of_nothing():
    nothing = [Share(1.0, 10, {}, [{"g": {}}])]
    whole, labels = courses(nothing, BOOTSTRAP)
    assert (whole["support"], labels) == (0, {})
