"""A content that ``samgraf new`` lays out passes the check as it is, below any base."""

import re

import pytest


@pytest.mark.parametrize("base", [(), ("--base", "https://my.example/a")])
def test_a_new_content_passes_the_check(tmp_path, call, base):
    folder = tmp_path / "new"
    assert call("new", folder, *base).exit_code == 0
    result = call("check", "--content", folder, "--lang", "en")
    assert (result.exit_code, "1 answered" in result.output) == (0, True)
    assert re.search(r"^notes +0$", result.output, re.MULTILINE)


def test_a_folder_that_holds_something_is_left_alone(tmp_path, call):
    (tmp_path / "mine.txt").write_text("x")
    assert call("new", tmp_path).exit_code == 2
