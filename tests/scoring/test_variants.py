import numpy as np
import pytest

from scripts.scoring.intervals import Bootstrap
from scripts.scoring.variants import compared

BOOTSTRAP = Bootstrap(resamples=300, confidence=0.95, seed=0)


def counts(rng, recall, groups=60, per=5):
    """Counts of a seed: so many of the entities of each group are found, and as many are wrong."""
    found = rng.binomial(per, recall, size=groups)
    return {
        f"g{at}": {"ORG": [int(n), int(per - n), int(per - n)]} if per else {}
        for at, n in enumerate(found)
    }


def seeds(rng, recall, sd=0.01, number=3, **options):
    return [counts(rng, np.clip(recall + rng.normal(0, sd), 0, 1), **options) for _ in range(number)]


def scores_of(variants, reference="base"):
    return compared(variants, reference, BOOTSTRAP, 300)


def test_variant_that_is_clearly_better_or_worse_is_said_to_be():
    rng = np.random.default_rng(0)
    found = scores_of({"base": seeds(rng, 0.7), "good": seeds(rng, 0.85), "bad": seeds(rng, 0.5)})
    assert found["base"]["difference"] is None
    assert found["good"]["difference"]["result"] == "better"
    assert found["bad"]["difference"]["result"] == "worse"
    low, high = found["good"]["difference"]["interval"]
    assert low < found["good"]["difference"]["f"] < high
    assert found["good"]["f"]["mean"] == pytest.approx(np.mean(found["good"]["by_seed"]))


def test_seeds_that_vary_make_a_difference_unclear_that_documents_alone_would_not():
    rng = np.random.default_rng(1)
    base = [counts(rng, recall, groups=400) for recall in (0.60, 0.70, 0.80)]
    other = [counts(rng, recall, groups=400) for recall in (0.65, 0.75, 0.85)]
    change = scores_of({"base": base, "other": other})["other"]["difference"]
    assert change["p_documents"] < 0.01
    assert change["p"] > 0.3
    assert change["result"] == "unclear"


@pytest.mark.parametrize("sd", [0.0, 0.03])
def test_variants_that_are_the_same_are_rarely_said_to_differ(sd, share):
    tries = round(100 * share)
    wrong = 0
    for number in range(tries):
        rng = np.random.default_rng(number)
        hard = np.clip(rng.normal(0.7, 0.15, size=60), 0.05, 0.95)  # documents differ, for both alike
        variants = {}
        for name in ("base", "other"):
            variants[name] = []
            for _ in range(3):
                recall = np.clip(hard + rng.normal(0, sd), 0.02, 0.98)
                found = rng.binomial(5, recall)
                variants[name].append(
                    {f"g{at}": {"ORG": [int(n), int(5 - n), int(5 - n)]} for at, n in enumerate(found)}
                )
        p = scores_of(variants)["other"]["difference"]["p"]
        wrong += p < 0.05
    assert wrong <= 0.13 * tries


def test_p_values_are_corrected_for_the_number_of_variants():
    rng = np.random.default_rng(2)
    found = scores_of({"base": seeds(rng, 0.7), **{f"v{n}": seeds(rng, 0.72) for n in range(4)}})
    for name in ("v0", "v1", "v2", "v3"):
        change = found[name]["difference"]
        assert change["p_holm"] >= change["p"]


def test_with_one_seed_nothing_is_said_about_a_variant():
    rng = np.random.default_rng(3)
    found = scores_of({"base": seeds(rng, 0.5), "one": seeds(rng, 0.9, number=1)})
    assert found["one"]["difference"]["result"] == "one seed"
    assert found["one"]["difference"]["p"] is None
    assert found["one"]["f"]["sd"] is None


def test_few_documents_give_no_interval_and_no_result():
    rng = np.random.default_rng(4)
    found = scores_of({"base": seeds(rng, 0.5, groups=20), "b": seeds(rng, 0.9, groups=20)})
    assert found["b"]["difference"]["result"] == "too few"
    assert found["b"]["f"]["interval"] == [None, None]


def test_reference_without_scores_gives_no_differences():
    found = scores_of({"other": seeds(np.random.default_rng(5), 0.5)}, reference="gone")
    assert found["other"]["difference"] is None


def test_labels_without_gold_are_left_out_and_groups_may_be_empty():
    one = {"a": {"ORG": [1, 0, 0], "X": [0, 2, 0]}, "b": {}}
    found = scores_of({"base": [one, one]})
    assert list(found["base"]["labels"]) == ["ORG"]
    assert found["base"]["labels"]["ORG"]["support"] == 1
    assert found["base"]["by_seed"] == [0.5, 0.5]
