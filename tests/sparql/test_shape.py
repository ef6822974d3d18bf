from hypothesis import given
from hypothesis import strategies as st

from samgraf.sparql.shape import shape_of
from samgraf.sparql.tokens import Kind, significant, texts_of

PIECES = (*"<>{}()[]'\"\\#@?$:._-^|&!=*/+,;~% \n", "a", "é", "1", "٣", "e5", "<a:b>", "ex:a", "_:b")
SOUP = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)
NAMES = {Kind.VARIABLE, Kind.STRING, Kind.NUMBER, Kind.IRI, Kind.BLANK, Kind.NAME}


@given(st.one_of(st.text(), SOUP))
def test_texts_are_those_of_the_tokens(text):
    assert texts_of(text) == [token.text for token in significant(text)]


@given(st.lists(SOUP, min_size=2, max_size=6))
def test_equal_places_in_a_shape_are_of_one_kind(texts):
    kinds = {}
    for text in texts:
        tokens = significant("{ " + text)
        for token, place in zip(
            tokens, shape_of([t.text for t in tokens], dataset=False), strict=True
        ):
            assert kinds.setdefault(place, token.kind) is token.kind
            assert (place != token.text) == (token.kind in NAMES)


def test_head_counts_as_it_is_written_but_for_variables():
    one, other, third = (
        shape_of(texts_of(f"PREFIX {p}: <{i}> SELECT ?{v} {{ }}"), dataset=False)
        for p, i, v in (("a", "b", "c"), ("a", "b", "d"), ("a", "x", "c"))
    )
    assert one == other != third
