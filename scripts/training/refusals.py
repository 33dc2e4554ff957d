"""Pipelines and files that a config starts from and that can't be used where it is trained.

In: a config with all values. Out: nothing, or a Refusal that says what is wrong and what to do.
"""

from pathlib import Path

from thinc.api import Config

from scripts.files.terminal import printable
from scripts.training.filling import Refusal, sources

TRANSFORMERS = ("transformer", "curated_transformer")


def refuse_missing_files(config: Config) -> None:
    """Raise Refusal where the pipeline is initialised with a file or a folder that is not there."""
    found = config.interpolate()
    values = found["initialize"]
    for name in ("init_tok2vec", "vocab_data"):
        if values[name] and not Path(values[name]).exists():
            reason = f"{name} in [initialize] is {printable(str(values[name]))}, which does not exist"
            raise Refusal(reason, "Correct the path, or set it to null.")
    for name, block in found["components"].items():
        model = (
            str(block.get("model", {}).get("name", "")) if block.get("factory") in TRANSFORMERS else ""
        )
        if model.startswith((".", "/", "~")) and not Path(model).is_dir():
            reason = f"[components.{name}] starts from {printable(model)}, which is not a folder"
            raise Refusal(reason, "Correct the path, or name a model of the Hugging Face hub.")


def refuse_own_run(config: Config, run: Path) -> None:
    """Raise Refusal where a config starts from a pipeline that its training would replace."""
    for section, (what, name) in sources(config).items():
        if Path(name).exists() and Path(name).resolve().is_relative_to(run.resolve()):
            reason = (
                f"[{section}] takes {what} from {printable(name)}, which the training of the run "
                f"{printable(run.name)} would delete"
            )
            raise Refusal(reason, "Give this run another name, for example --vars.run update.")
