"""Every language of spaCy: its own tokenizer, in conversion as in training."""

import json

import pytest

from scripts.corpus.tokenizer import LanguageError, blank_pipeline
from tests.template.conftest import Project, write_jsonl

TEXTS = {
    "de": ("{name} wartete am {day} im Café Größe {n}.", "Jürgen Weiß", "3. Mai"),
    "zh": ("{day}{name}在第{n}号门等了很久。", "王小明", "五月三日"),
    "xx": ("{name} — {day} — №{n}", "Ана Petrović", "3 мај"),
}


def rows(lang: str) -> list[dict[str, object]]:
    """Return sentences of a language with a PERSON and a DATE."""
    pattern, name, day = TEXTS[lang]
    found: list[dict[str, object]] = []
    for n in range(60):
        text = pattern.format(name=name, day=day, n=n)
        spans = [[text.index(part), text.index(part) + len(part)] for part in (name, day)]
        marked = [[*spans[0], "PERSON"], [*spans[1], "DATE"]]
        found.append({"text": text, "entities": marked})
    return found


@pytest.mark.parametrize("lang", TEXTS)
def test_language_is_converted_and_trained_with_its_own_tokenizer(lang: str, fresh: Project) -> None:
    write_jsonl(fresh.folder / "assets/mine/all.jsonl", rows(lang))
    fresh.set_config({"schedule.minimum": 10})
    fresh.set_vars(lang=lang)
    run = fresh.steps("inputs", "convert", "config", "labels", "train")
    assert run.code == 0, run.output
    conversion = json.loads((fresh.folder / "corpus/conversion.json").read_text(encoding="utf8"))
    splits = conversion["splits"].values()
    assert sum(split["entities"] for split in splits) == 120
    assert sum(split["tokens"] for split in splits) > 60 * 6
    config = (fresh.folder / "training/default/model-best/config.cfg").read_text(encoding="utf8")
    assert f'lang = "{lang}"' in config
    assert ("ChineseTokenizer" in config) is (lang == "zh")
    assert (f"no table lexeme_norm for '{lang}'" in run.output) is (lang != "de")


@pytest.mark.parametrize(("lang", "package"), [("ja", "sudachi"), ("ko", "mecab"), ("th", "pythainlp")])
def test_language_that_needs_a_package_names_it_in_one_message(lang: str, package: str) -> None:
    with pytest.raises(LanguageError) as error:
        blank_pipeline({"lang": lang})
    assert package in error.value.hint.casefold() or package in str(error.value).casefold()


def test_unknown_language_is_refused_in_words() -> None:
    with pytest.raises(LanguageError, match="spaCy's code of this language is not 'eng'") as other:
        blank_pipeline({"lang": "eng"})
    assert other.value.hint == "set vars.lang to en"
    with pytest.raises(LanguageError, match="spaCy doesn't support the language 'qq'"):
        blank_pipeline({"lang": "qq"})
