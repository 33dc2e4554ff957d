"""Labels that look like one another or like tags, and their neighbours that don't."""

import pytest

from scripts.quality.finding import Occurrences
from scripts.quality.labels import name_findings


def found(*labels):
    """Return the findings about labels, of which each is in two documents of train."""
    return list(name_findings({label: {"train": Occurrences(2, ["f, 1", "f, 2"])} for label in labels}))


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (("Org", "ORG", "PER"), "ORG (2 entities) and Org (2 entities) differ only in case"),
        (("JOB_TITLE", "job title"), "JOB_TITLE (2 entities) and job title (2 entities) look alike"),
        (
            ("ORG", "\u041eRG"),
            "ORG (2 entities) and \u041eRG (\\u041eRG) (2 entities) look alike",
        ),
    ],
)
def test_labels_that_look_alike_are_found_with_their_documents(labels, message):
    (finding,) = found(*labels)
    assert (finding.kind, finding.message) == ("labels that look alike", message)
    assert finding.places.count == 4
    assert len(finding.places.named) == 4


def test_labels_like_tags_are_found_with_their_share():
    (finding,) = found("O", "B-ORG", "PER", "E-MAIL")
    assert finding.kind == "labels like tags"
    assert finding.message.startswith("B-ORG (2 entities), O (2 entities) look like tags")
    assert "50% of entities" in finding.message


def test_labels_that_differ_are_no_finding():
    assert found("ORG", "PERSON", "E-MAIL", "NORP", "\u0393", "+", "-") == []
