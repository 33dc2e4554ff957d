"""What raw texts give that several pipelines annotate: the default pipeline alone, and taught by them.

    python -m benchmarks.teach assets/starter --seeds 5 --students 2 [--raw FOLDER]

Without --raw, half of the training texts are the raw texts, and only the other half is training set.
Out: what the teachers agree on, and a table with F on the test set of the pipeline alone and of the
student, and the difference for each pair of seeds. Both train for the same number of steps.
"""

from pathlib import Path

import typer
from spacy.util import load_config

from benchmarks.costs import cost
from benchmarks.raw_texts import RAW, put_raw_texts
from benchmarks.training import CONFIG, prepared, scored, spread, table
from scripts.files import atomic
from scripts.settings.base import settings_path
from scripts.settings.raw import TeachSettings

STUDENT = "training/default/student.cfg"

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def teach_cli(
    annotations: list[str] = typer.Argument(..., help="Files or folders with annotations"),
    seeds: int = typer.Option(5, help="Number of teachers (seeds 0, 1, …)"),
    students: int = typer.Option(2, help="Number of students, and of pipelines to compare them with"),
    raw: Path = typer.Option(None, help="Folder with raw texts; default: half of the training texts"),
    ratio: float = typer.Option(1.0, help="Silver documents for each document of the training set"),
    agreement: float = typer.Option(0.6, help="Share of teachers that have to agree"),
    lang: str = typer.Option("en", help="Language of the texts"),
) -> None:
    """Compare the default pipeline with a student of several."""
    rows = []
    for data in annotations:
        with prepared(data, lang) as folder:
            put_raw_texts(folder, raw)
            alone = [teacher(folder, seed) for seed in range(max(seeds, students))]
            teach(folder, seeds, agreement)
            write_student(folder, ratio)
            taught = [scored(folder, STUDENT, seed).f for seed in range(students)]
        pairs = list(zip(taught, alone, strict=False))
        difference = spread([student - own for student, own in pairs])
        rows.append((data, spread(alone[:students]), spread(taught), difference))
    print(table(("Annotations", "Alone", "Student", "Difference"), rows), flush=True)  # noqa: T201


def teacher(folder: Path, seed: int) -> float:
    """Train the default pipeline in a prepared folder, keep it, and return its F on the test set."""
    score = scored(folder, CONFIG, seed)
    (folder / "training/run").rename(folder / f"training/seed{seed}")
    return score.f


def teach(folder: Path, count: int, agreement: float) -> None:
    """Let so many pipelines annotate the raw texts, and print on what they agree."""
    names = tuple(f"training/seed{seed}/model-best" for seed in range(count))
    settings = TeachSettings(raw_folder=RAW, teachers=names, agreement=agreement)
    atomic.write_json(settings_path(folder / "corpus", "teach"), settings.model_dump(mode="json"))
    cost("scripts.teach", "corpus", folder=folder)
    found = atomic.read_json(folder / "corpus/silver.json")
    for key in ("texts", "left_out", "found", "entities", "tokens", "unannotated"):
        print(f"{key}: {found[key]}", flush=True)  # noqa: T201


def write_student(folder: Path, ratio: float) -> None:
    """Write the config of the student: the default one with another reader of the training set."""
    config = load_config(folder / CONFIG)
    reader = {"@readers": "ner_template.GoldAndSilver.v1", "silver": "corpus/silver.spacy"}
    config["corpora"]["train"] |= {**reader, "ratio": ratio}
    config["training"]["max_epochs"] = -1
    config.to_disk(folder / STUDENT)


if __name__ == "__main__":
    app()
