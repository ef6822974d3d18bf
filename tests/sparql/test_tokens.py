import pytest
from hypothesis import given
from hypothesis import strategies as st

from samgraf.sparql.tokens import Kind, significant, tokenize

# texts made of what a tokenizer may stumble over, rather than of any characters
MARKS = "<>{}()[]'\"\\#@?$:._-^|&!=*/+,;~%\n\r\t "
LONGER = ("a", "é", "1", "e5", "SERVICE", '"""', "'''", "<http://e/>", "ex:a", "_:b", "@en")
RARE = ("\\u0023", "<<", ">>", "\U0001f600", "\ud800")
PIECES = st.lists(st.sampled_from([*MARKS, *LONGER, *RARE]), max_size=60).map("".join)


@given(st.one_of(st.text(), PIECES))
def test_tokens_joined_are_the_text(text):
    tokens = list(tokenize(text))
    assert "".join(t.text for t in tokens) == text
    assert [t.start for t in tokens] == [
        sum(len(u.text) for u in tokens[:i]) for i in range(len(tokens))
    ]


VALID = [
    ("?x $y1 ?é_9", [Kind.VARIABLE] * 3),
    ("<http://e/a#b> <> <a\\u0041>", [Kind.IRI] * 3),
    ("ex:a ex: : :a ex:a.b ex:%41 ex:a\\#b é:ü a-b:c:d ex:1", [Kind.NAME] * 10),
    ("_:a _:a.b _:1", [Kind.BLANK] * 3),
    ("1 1.5 .5 1e5 1.e5 1.5E-3", [Kind.NUMBER] * 6),
    ("@en @en-GB @ar--rtl", [Kind.LANGUAGE] * 3),
    ("'a' \"b\" 'it\\'s' '''a'b''' \"\"\"a\"b\n\"\"\" '' \"\" '\\u0041'", [Kind.STRING] * 8),
    ("SELECT where a true STRUUID", [Kind.WORD] * 5),
    ("{ } ( ) [ ] . , ; = != < > <= >= && || ^^ ^ | / * + - ? !", [Kind.MARK] * 26),
    ("<< >> <<( )>> {| |} ~", [Kind.MARK] * 7),
    ("\\", [Kind.ERROR]),
]


@pytest.mark.parametrize(("text", "kinds"), VALID)
def test_each_terminal_is_told_by_its_kind(text, kinds):
    assert [t.kind for t in significant(text)] == kinds


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("?a<?b", ["?a", "<", "?b"]),
        ("?a<<http://e/>", ["?a", "<", "<http://e/>"]),
        ("<<<a> <b> <c>>>", ["<<", "<a>", "<b>", "<c>", ">>"]),
        ("<< <a> <b> 'c' >>", ["<<", "<a>", "<b>", "'c'", ">>"]),
        ("ex:a.", ["ex:a", "."]),
        ("1.", ["1", "."]),
        ("5.SERVICE", ["5", ".", "SERVICE"]),
        ("a#b\nc", ["a", "c"]),
        ("a#b\rc", ["a", "c"]),
        ("<a#b>", ["<a#b>"]),
        ("'#' #x", ["'#'"]),
        ('"a\nb"', ['"', "a", "b", '"']),
        ('"""a""', ['""', '"a"', '"']),
        ("SERVICE<http://e/>", ["SERVICE", "<http://e/>"]),
        ("SERVICE?s", ["SERVICE", "?s"]),
        ("?p/ex:a*", ["?p", "/", "ex:a", "*"]),
    ],
)
def test_borders_between_tokens(text, pieces):
    assert [t.text for t in significant(text)] == pieces


HARD = ["a.", "a..", '"', '"""a', "<a", "_:a.", ":a..", "'''", "\\", "a-", "<a#", '"\\']


@pytest.mark.parametrize("piece", HARD)
def test_work_grows_in_step_with_the_text(piece):
    # counted, not timed: the pattern may not look at the rest again from each place
    text = piece * 20_000
    assert "".join(t.text for t in tokenize(text)) == text
