"""The config's tokenizer, and what is said where a language's own can't be had."""

import re
import sys
from types import ModuleType

import pytest

from scripts.corpus.tokenizer import LanguageError, blank_pipeline


class NattoError(Exception):
    """What natto raises where there is no MeCab: an error of its own, and only when it is used."""


def natto() -> ModuleType:
    """Return a natto as it is on a machine without MeCab."""

    def mecab(_: str) -> None:
        raise NattoError("libmecab.so could not be found, please use MECAB_PATH")

    found = ModuleType("natto")
    found.MeCab = mecab  # type: ignore[attr-defined]
    return found


def test_advice_for_korean_names_a_tokenizer_that_works_and_what_its_own_needs(monkeypatch):
    monkeypatch.setitem(sys.modules, "natto", None)
    with pytest.raises(LanguageError, match="the tokenizer of 'ko' needs a package") as caught:
        blank_pipeline({"lang": "ko"})
    assert "pip install natto-py" in caught.value.hint
    (advised,) = re.findall(r'@tokenizers = "([^"]+)"', caught.value.hint)
    nlp = blank_pipeline({"lang": "ko", "tokenizer": {"@tokenizers": advised}})
    assert [token.text for token in nlp("홍길동은 서울에서 산다.")] == [
        "홍길동은",
        "서울에서",
        "산다",
        ".",
    ]


def test_tokenizer_that_fails_only_when_it_is_used_is_refused_in_words(monkeypatch):
    monkeypatch.setitem(sys.modules, "natto", natto())
    with pytest.raises(LanguageError) as caught:
        blank_pipeline({"lang": "ko"})
    assert str(caught.value) == (
        "the tokenizer of 'ko' can't be used: libmecab.so could not be found, please use MECAB_PATH"
    )
    assert "mecab-ko" in caught.value.hint


@pytest.mark.parametrize("lang", ["ja", "th", "vi"])
def test_advice_for_other_languages_is_a_command_with_the_package_that_is_missing(lang, monkeypatch):
    module = {"ja": "sudachipy", "th": "pythainlp", "vi": "pyvi"}[lang]
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(LanguageError) as caught:
        blank_pipeline({"lang": lang})
    assert caught.value.hint.startswith(f"python -m pip install {module}")


def test_tokenizer_that_does_not_exist_is_refused_in_words():
    with pytest.raises(LanguageError, match=r"no\.such\.v1"):
        blank_pipeline({"lang": "en", "tokenizer": {"@tokenizers": "no.such.v1"}})
