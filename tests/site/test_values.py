"""Numbers, dates and truth values stand as the reader's language writes them."""

import pytest

from samgraf.site.cells import XSD
from samgraf.site.values import number_of, written


@pytest.mark.parametrize(
    ("value", "datatype", "nb", "en"),
    [
        ("1476", "integer", "1476", "1476"),
        ("36690", "integer", "36\u202f690", "36,690"),
        ("1234567.5", "decimal", "1\u202f234\u202f567,5", "1,234,567.5"),
        ("-3.25", "decimal", "\u22123,25", "\u22123.25"),
        ("1.0E2", "double", "100", "100"),
        ("1e400", "decimal", "1E+400", "1E+400"),
        ("NaN", "double", "NaN", "NaN"),
        ("2017", "gYear", "2017", "2017"),
        ("2019-12-31", "date", "31. desember 2019", "31 December 2019"),
        ("2019-99-31", "date", "2019-99-31", "2019-99-31"),
        ("true", "boolean", "Ja", "Yes"),
        ("0", "boolean", "Nei", "No"),
        ("odd", "boolean", "odd", "odd"),
        ("0301", "string", "0301", "0301"),
    ],
)
def test_literal_is_written_for_the_reader(value, datatype, nb, en):
    term = {"type": "literal", "value": value, "datatype": XSD + datatype}
    assert (written(term, "nb"), written(term, "en")) == (nb, en)


@pytest.mark.parametrize("value", ["INF", "NaN", "x", ""])
def test_what_is_no_finite_number_is_none(value):
    assert number_of({"type": "literal", "value": value, "datatype": XSD + "double"}) is None
    assert number_of(None) is None
