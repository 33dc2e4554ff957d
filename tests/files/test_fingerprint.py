from scripts.files import fingerprint


def test_text_with_half_a_character_has_a_fingerprint_of_its_own():
    """JSON may hold half of a surrogate pair, and so may a label or a group."""
    assert len({fingerprint.of_text(text) for text in ("a", "\ud83d", "\ud83e")}) == 3
