"""How far annotators agree, as `convert` prints it: an F in per cent, as everywhere else."""

import pytest

from scripts.conversion.showing import show_repeated


@pytest.mark.parametrize(("f", "shown"), [(0.9157, "F 91.6"), (1.0, "F 100.0"), (None, "F –")])
def test_agreement_of_annotators_is_shown_in_per_cent(f, shown, capsys):
    agreement = {"texts": 12, "f": f, "f_by_label": {}}
    repeated = {"identical": 0, "unannotated": 0, "complementary": None, "different": None}
    show_repeated({"agreement": agreement, "repeated": repeated, "tags_in_labels": []})
    printed = " ".join(capsys.readouterr().out.split())
    assert printed == f"12 texts have several annotators; their agreement is {shown}"
