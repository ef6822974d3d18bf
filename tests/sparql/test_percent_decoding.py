from urllib.parse import quote_from_bytes, unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samgraf.sparql.protocol import percent_decoded

PIECES = (
    b"%",
    b"%4",
    b"%41",
    b"%c3%A6",
    b"\\",
    b"\\x41",
    b"\\u0041",
    b"\\N{SPACE}",
    b"\n",
    b"\xff",
)


@given(st.one_of(st.binary(), st.lists(st.sampled_from(PIECES)).map(b"".join)))
def test_any_bytes_are_decoded_as_the_library_does(part):
    assert percent_decoded(part) == unquote_to_bytes(part)
    assert percent_decoded(quote_from_bytes(part).encode()) == part


@pytest.mark.parametrize("part", [b"100%", b"%zz", b"%4", b"%%41", b"%+1", b"\\x%41", b"%5Cx41"])
def test_sign_without_two_digits_stands_for_itself(part):
    assert percent_decoded(part) == unquote_to_bytes(part)
