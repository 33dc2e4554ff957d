"""Texts that are rebuilt from tokens, and tokens that are found in texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.annotation.text import CharSpan, Unusable
from scripts.formats.shared.tokens import as_spans, found_in, rebuilt

# Tokens as tools have them: no white space at their edges, which is what separates them.
words = st.text(min_size=1, max_size=8).filter(lambda word: word == word.strip() and word)
sentences = st.lists(st.tuples(words, st.booleans()), min_size=1, max_size=12)


@given(sentence=sentences)
def test_every_token_stands_at_its_place(sentence):
    tokens, spaces = zip(*sentence, strict=True)
    for text, places in (rebuilt(tokens), rebuilt(tokens, spaces)):
        assert [text[start:end] for start, end in places] == list(tokens)
        assert places[-1][1] == len(text)


@given(sentence=sentences)
def test_tokens_are_found_in_the_text_that_they_were_made_from(sentence):
    tokens, spaces = zip(*sentence, strict=True)
    text, places = rebuilt(tokens, spaces)
    assert found_in(text, tokens) == places


def test_spaces_are_where_the_source_says_and_none_is_at_the_end():
    assert rebuilt(["Hi", "!", "🙂"], [False, True, True]) == ("Hi! 🙂", ((0, 2), (2, 3), (4, 5)))


def test_unknown_spaces_keep_every_boundary():
    assert rebuilt(["Hi", "!"])[0] == "Hi !"


def test_no_tokens_make_no_text():
    assert rebuilt([]) == rebuilt([], []) == ("", ())


def test_any_white_space_may_stand_between_tokens_in_their_text():
    assert found_in("a\r\n b\u00a0c", ["a", "b", "c"]) == ((0, 1), (4, 5), (6, 7))


def test_token_that_does_not_follow_in_the_text_is_named():
    with pytest.raises(Unusable) as caught:
        found_in("one and two", ["one", "two"])
    assert caught.value.reason == "token 'two' was expected next in the text, which has ' and two'"


def test_spans_of_tokens_become_spans_of_characters():
    text, places = rebuilt(["李", "雷", "left"], [False, True, True])
    assert as_spans([(0, 1, "PER")], places, "ner") == (CharSpan(0, 2, "PER", "ner"),)
    assert text[0:2] == "李雷"
