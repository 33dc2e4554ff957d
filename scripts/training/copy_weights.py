"""Weights of an installed pipeline as the start of training, instead of random ones.

In: a pipeline that was just initialised, and another one, the source. Out: the first, with the weights
of the source in every layer that both have. Only training needs this file: the pipeline is saved without
it, and works without the source.
"""

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.util import load_model
from thinc.api import Model

from scripts.files.terminal import listed, msg, printable

Layer = Model[Any, Any]
Outcome = list[tuple[str, int, int]]  # a kind of layer, how many were copied, and of how many

TABLE = "hashembed"
TABLES = (TABLE, "static_vectors")  # whose vectors the next layer has as inputs, in this order
MIX = ["maxout", "layernorm"]  # the names of the parts of that layer
MOST = 20  # names of components in a message


def copy_weights(source: str | Path, component: str) -> Callable[[Language], Language]:
    """Return a callback for `initialize.after_init` that starts from the weights of another pipeline.

    source: a package or a folder. component: the one of its components whose weights are copied, or
    those of the `tok2vec` that it listens to. Prints what was copied. Ends the program with exit code 1
    if the source or the component is not there, or if nothing in it fits.
    """

    def after_init(nlp: Language) -> Language:
        name = f"{component} of {printable(str(source))}"
        theirs = source_encoder(source, component)
        ours = [layer for _, pipe in nlp.pipeline for layer in encoders_in(pipe)]
        outcome = [part for layer in ours for part in copied(layer, theirs)]
        if not any(done for _, done, _ in outcome):
            reason = f"No layer of this pipeline has the kind and size of one in {name}"
            hint = (
                "Give [components.tok2vec.model] the values that it has in the config.cfg of the "
                "source, or set after_init in [initialize] to null."
            )
            msg.fail(reason, hint, exits=1)
        parts = [f"{done} of {total} {kind}" for kind, done, total in outcome]
        msg.good(f"Weights copied from {name}: {listed(parts)}; the rest starts at random")
        return nlp

    return after_init


def source_encoder(source: str | Path, component: str) -> Layer:
    """Return the tok2vec layer of a component of the source; end the program if there is none."""
    name = printable(str(source))
    try:
        other = load_model(source)
    except (OSError, ValueError) as error:
        hint = f"If it is not installed: python -m spacy download {name}"
        msg.fail(f"{name} can't be loaded: {printable(str(error), 300)}", hint, exits=1)
    if (found := encoder_of(other, component)) is None:
        able = [each for each in other.component_names if encoder_of(other, each) is not None]
        reason = f"{name} has no component {printable(component)} with a tok2vec layer"
        hint = f"Set component in [initialize.after_init]; it can be: {listed(able, MOST) or 'none'}"
        msg.fail(reason, hint, exits=1)
    return found


def encoder_of(nlp: Language, component: str) -> Layer | None:
    """Return the tok2vec layer that a component has or listens to, if there is one."""
    for name, pipe in nlp.pipeline:
        if name == component or component in getattr(pipe, "listening_components", ()):
            for layer in encoders_in(pipe):
                return layer
    return None


def encoders_in(pipe: Any) -> list[Layer]:
    """Return the layers of a component that are a `spacy.Tok2Vec`: an embedding and an encoder."""
    model = getattr(pipe, "model", None)
    nodes = model.walk() if isinstance(model, Model) else ()
    return [node for node in nodes if node.has_ref("embed") and node.has_ref("encode")]


def copied(ours: Layer, theirs: Layer) -> Outcome:
    """Copy the weights of a tok2vec layer into another as far as they fit; return how far."""
    tables, their_tables = (tables_in(layer.get_ref("embed")) for layer in (ours, theirs))
    same = [name for name in tables if name in their_tables and fits(tables[name], their_tables[name])]
    for name in same:
        copy(tables[name], their_tables[name])
        # The seed decides which row of the table a word has.
        tables[name].attrs["seed"] = their_tables[name].attrs["seed"]
    mixed = copy_mix(ours.get_ref("embed"), theirs.get_ref("embed"), same)
    layers, their_layers = (weighted(layer.get_ref("encode")) for layer in (ours, theirs))
    pairs = [pair for pair in zip(layers, their_layers, strict=False) if fits(*pair)]
    for pair in pairs:
        copy(*pair)
    return [
        ("embedding tables", len(same), len(tables)),
        ("inputs of the layer that mixes them", mixed, len(tables)),
        ("layers of the encoder", len(pairs), len(layers)),
    ]


def tables_in(embed: Layer) -> dict[str, Layer]:
    """Return the tables of an embedding by what they embed: an attribute, or a prefix of a cluster.

    They are in the order in which the next layer has them.
    """
    names: list[str] = []
    for node in embed.walk():
        if "columns" in node.attrs:
            clusters, prefixes = (node.attrs.get(name, ()) for name in ("tables", "prefixes"))
            names = [*node.attrs["columns"]]
            names += [f"prefix {n} of {each}" for each in clusters for n in prefixes]
    tables = [node for node in embed.walk() if node.name == TABLE]
    return {names[table.attrs["column"]]: table for table in tables}


def copy_mix(ours: Layer, theirs: Layer, same: list[str]) -> int:
    """Copy the layer that mixes the tables: its columns for those that are the same. Return how many.

    The columns for other tables keep their random start.
    """
    mix, their_mix = weighted(ours, TABLES), weighted(theirs, TABLES)
    kinds = [[layer.name for layer in each] for each in (mix, their_mix)]
    if not same or kinds != [MIX, MIX]:
        return 0
    weights: Any = mix[0].get_param("W").copy()
    their_weights: Any = their_mix[0].get_param("W")
    if weights.shape[:2] != their_weights.shape[:2] or not fits(mix[1], their_mix[1]):
        return 0
    columns, their_columns = columns_in(ours), columns_in(theirs)
    for name in same:
        weights[..., columns[name]] = their_weights[..., their_columns[name]]
    mix[0].set_param("W", weights)
    mix[0].set_param("b", their_mix[0].get_param("b"))
    copy(mix[1], their_mix[1])
    return len(same)


def columns_in(embed: Layer) -> dict[str, slice]:
    """Return which inputs of the next layer come from each table."""
    ends = 0
    found = {}
    for name, table in tables_in(embed).items():
        start, ends = ends, ends + table.get_dim("nO")
        found[name] = slice(start, ends)
    return found


def weighted(layer: Layer, but: Collection[str] = ()) -> list[Layer]:
    """Return the layers in a layer that have weights, in order, without those with certain names."""
    return [node for node in layer.walk() if node.param_names and node.name not in but]


def fits(ours: Layer, theirs: Layer) -> bool:
    """Say whether two layers are of the same kind and size."""
    sizes = [{name: each.get_param(name).shape for name in each.param_names} for each in (ours, theirs)]
    return ours.name == theirs.name and sizes[0] == sizes[1]


def copy(ours: Layer, theirs: Layer) -> None:
    """Copy the weights of a layer into one of the same size."""
    for name in theirs.param_names:
        weights: Any = theirs.get_param(name)
        ours.set_param(name, weights.copy())
