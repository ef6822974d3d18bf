import pytest
from hypothesis import given
from hypothesis import strategies as st

from samgraf.limits import QUERY_DEPTH
from samgraf.sparql.errors import QuerySyntaxError, RefusedQueryError, TooLongQueryError
from samgraf.sparql.guard import decoded, depth, guard
from samgraf.sparql.tokens import significant

LIMIT = 100_000


@pytest.mark.parametrize("pair", ["{}", "()", "[]", ("<< ", " >>"), ("{(", ")}")])
def test_nesting_is_bounded(pair):
    opening, closing = pair
    levels = QUERY_DEPTH // len(opening.strip().replace("<<", "<"))
    guard("ASK " + opening * levels + closing * levels, LIMIT)
    with pytest.raises(RefusedQueryError, match="more than 64 levels of brackets"):
        guard("ASK " + opening * (levels + 1) + closing * (levels + 1), LIMIT)


def test_brackets_in_strings_and_comments_do_not_nest():
    guard('ASK { ?s ?p "' + "{" * 500 + '" } # ' + "(" * 500, LIMIT)


def test_brackets_side_by_side_do_not_nest():
    guard("ASK {" + "{}" * 500 + "}", LIMIT)


@pytest.mark.parametrize("sign", ["!", "- ", "+ ", "!-"])
def test_signs_that_act_on_signs_nest(sign):
    guard(f"SELECT ({sign * 30}1 AS ?x) {{}}", LIMIT)
    with pytest.raises(RefusedQueryError, match="more than 64 levels"):
        guard(f"SELECT ({sign * 64}1 AS ?x) {{}}", LIMIT)


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("", 0),
        ("SELECT * { ?s ?p ?o }", 1),
        ("ASK { ?s ?p ((1) [ ?a ?b ]) }", 3),
        ("ASK { << ?a ?b ?c >> ?d ?e {| ?f ?g |} }", 2),
        ("SELECT (!(-(1)) AS ?x) {}", 5),
        ("}}}{{", 2),
    ],
)
def test_depth_counts_brackets_and_the_signs_that_act_on_them(text, levels):
    assert depth(list(significant(text))) == levels


def test_length_is_counted_in_bytes():
    guard("#" + "å" * 4, 9)
    with pytest.raises(TooLongQueryError, match="9 bytes"):
        guard("#" + "å" * 5, 9)


def test_endless_text_is_refused_before_all_of_it_is_read():
    with pytest.raises(RefusedQueryError, match="words and signs"):
        guard("SELECT " + "?a " * 1_000_000)
    # one token, however long, is little work
    guard("ASK {} #" + "a" * 900_000)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("\\u0041SK", "ASK"),
        ("\ufeffASK", "ASK"),
        ("'\\U0001F600'", "'\U0001f600'"),
        ("'\\\\u0041'", "'\\\\u0041'"),
        ("'\\\\\\u0041'", "'\\\\A'"),
        ("\\u004", "\\u004"),
        ("# \\u000A SERVICE", "# \n SERVICE"),
    ],
)
def test_code_points_are_decoded_before_anything_is_read(text, read):
    assert decoded(text) == read


@pytest.mark.parametrize("escape", ["\\uD800", "\\uDFFF", "\\U00110000"])
def test_escape_of_no_character_is_a_fault_with_a_place(escape):
    with pytest.raises(QuerySyntaxError, match="names no character") as caught:
        decoded(f"ASK\n {escape}")
    assert (caught.value.line, caught.value.column) == (2, 2)


@given(st.text())
def test_any_text_is_read_or_refused(text):
    try:
        read, tokens = guard(text, LIMIT)
    except (RefusedQueryError, QuerySyntaxError):
        return
    assert all(read.startswith(token.text, token.start) for token in tokens)
