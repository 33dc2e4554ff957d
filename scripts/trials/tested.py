"""The test set, which is scored once for pipelines that the dev set chose, and a record of every time.

In: results of trials, and their folder. Out: counts of their pipelines on the test set; `test.json`,
which remembers them, so that nothing is scored twice and nobody forgets how often the test set was used.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import spacy
from typing_extensions import TypedDict

from scripts.files import atomic, fingerprint, gpu
from scripts.trials.scores import Counts, counts_on
from scripts.trials.trial import PIPELINE, RESULT, Result

TESTED = "test.json"


class Tested(TypedDict):
    """An entry of test.json. name: of the variant. made_from: fingerprint of pipelines and test set.

    test: fingerprint of the test set.
    """

    name: str
    test: str
    made_from: str
    counts: list[Counts]


def counts_on_test(
    name: str, results: Sequence[Result], folder: Path, corpus: Path, again: Callable[[], object]
) -> tuple[list[Counts], list[str]]:
    """Return the counts of each trial's pipeline on the test set, and what was scored on it before.

    name: of the variant. again: trains the trials whose results were removed, for pipelines that are
    no longer there.
    """
    test = corpus / "test.spacy"
    test_print = fingerprint.of_path(test)
    prints = [test_print, *(result["fingerprint"] for result in results)]
    made_from = fingerprint.of_text("".join(prints))
    history: list[Tested] = atomic.read_json(folder / TESTED) if (folder / TESTED).is_file() else []
    known = next((entry for entry in history if entry["made_from"] == made_from), None)
    if known is None:
        folders = [folder / result["trial"]["name"] for result in results]
        lacking = [path for path in folders if not (path / PIPELINE).is_dir()]
        for path in lacking:
            atomic.remove(path / RESULT)
        if lacking:
            again()
        gpu.use_if_there(max(result["trial"]["gpu_id"] for result in results))
        counts = [counts_on(spacy.load(path / PIPELINE), test)[0] for path in folders]
        known = Tested(name=name, test=test_print, made_from=made_from, counts=counts)
        history.append(known)
        atomic.write_json(folder / TESTED, history)
    earlier = history[: history.index(known)]
    before = (entry["name"] for entry in earlier if entry["test"] == test_print)
    return known["counts"], [other for other in dict.fromkeys(before) if other != name]
