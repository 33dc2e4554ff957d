from scripts.settings.experiments import read_experiments

WRITTEN = """
variants:
  a:
  b:
    overrides:
  c:  # nothing is different
  d: {}
"""


def test_variant_of_which_there_is_only_the_name_has_no_changes(tmp_path):
    path = tmp_path / "experiments.yml"
    path.write_text(WRITTEN, encoding="utf8")
    found = read_experiments(path)
    assert list(found.variants) == ["a", "b", "c", "d"]
    assert all(variant == found.variants["d"] for variant in found.variants.values())
