import gzip

import pytest

from samgraf.gateway.compression import CODINGS, accepted_encoding, compress
from samgraf.limits import COMPRESS_FROM

BEST = next(iter(CODINGS))


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        ("", ""),
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("x-gzip", "gzip"),
        ("gzip;q=0.1", "gzip"),
        ("gzip; q=0.1, br", "gzip"),
        ("br, deflate", ""),
        ("identity", ""),
        ("gzip;q=0", ""),
        ("*;q=0", ""),
        ("gzip;q=0.5, identity;q=0.8", ""),
        ("gzip;q=0.8, identity;q=0.5", "gzip"),
        ("gzip;q=2", ""),
        ("gzip;q=x, gzip", "gzip"),
        ("*", BEST),
        ("gzip, zstd, br", BEST),
        ("gzip, *;q=0", "gzip"),
        (",,;q=1, gzip ,", "gzip"),
    ],
)
def test_coding_of_a_header(header, coding):
    assert accepted_encoding(header).coding == coding


def test_quality_goes_before_the_servers_taste():
    assert accepted_encoding("zstd;q=0.2, gzip;q=0.9").coding == "gzip"


def test_small_answers_go_as_they_are():
    assert accepted_encoding("gzip").for_length(COMPRESS_FROM) == ""
    assert accepted_encoding("gzip").for_length(COMPRESS_FROM + 1) == "gzip"


@pytest.mark.parametrize("header", ["gzip, identity;q=0", "gzip, *;q=0"])
def test_small_answers_are_coded_where_the_plain_form_is_refused(header):
    assert accepted_encoding(header).for_length(1) == "gzip"


def test_gzip_is_read_by_anyone_and_has_no_date():
    body = b"flower " * 1000
    packed = compress(body, "gzip")
    assert gzip.decompress(packed) == body
    assert packed[4:8] == bytes(4)
    assert len(packed) < len(body) // 10


@pytest.mark.skipif("zstd" not in CODINGS, reason="no module for zstd on this Python")
def test_zstd_is_read_by_the_reference_decoder():
    from samgraf.gateway.compression import zstd

    body = b"flower " * 1000
    assert zstd.decompress(compress(body, "zstd")) == body
