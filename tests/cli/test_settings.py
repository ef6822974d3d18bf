"""Settings that are no more are named, and the server starts all the same."""

import pytest

from samgraf.errors import UsageError
from samgraf.settings import GONE, Settings


@pytest.mark.parametrize("name", GONE)
def test_setting_that_is_no_more_is_named_with_what_took_its_place(name):
    told = []
    environ = {f"SAMGRAF_{name.upper()}": "2"}
    assert Settings.load(environ, told.append) == Settings()
    [line] = told
    assert f"SAMGRAF_{name.upper()}" in line
    assert GONE[name] in line


def test_setting_that_is_no_more_is_named_from_the_file_too(tmp_path):
    told = []
    file = tmp_path / "samgraf.toml"
    file.write_text("web_processes = 2\nqueue = 7\n")
    assert Settings.load({"SAMGRAF_SETTINGS": str(file)}, told.append).queue == 7
    assert len(told) == 1


@pytest.mark.parametrize(
    ("line", "mend"),
    [
        ("workers = 2.7", "a whole number"),
        ("workers = true", "a whole number"),
        ("query_timeout = true", "a number"),
        ("union_default_graph = 2", "true or false"),
        ("contact = ['a@b.example']", "a text"),
        ("cache_dir = 5", "a text"),
    ],
)
def test_value_of_another_kind_is_refused_from_the_file_too(tmp_path, line, mend):
    file = tmp_path / "samgraf.toml"
    file.write_text(f"{line}\n")
    with pytest.raises(UsageError, match=f"SAMGRAF_{line.split()[0].upper()} is .*; give {mend}"):
        Settings.load({"SAMGRAF_SETTINGS": str(file)})


@pytest.mark.parametrize("content", [b"workers = two", b"contact = 'bl\xe5'"])
def test_file_that_is_none_is_told(tmp_path, content):
    file = tmp_path / "samgraf.toml"
    file.write_bytes(content)
    with pytest.raises(UsageError, match="the settings file cannot be read"):
        Settings.load({"SAMGRAF_SETTINGS": str(file)})


def test_setting_that_never_was_is_refused(tmp_path):
    file = tmp_path / "samgraf.toml"
    file.write_text("web_procesess = 2\n")
    with pytest.raises(UsageError, match="web_procesess"):
        Settings.load({"SAMGRAF_SETTINGS": str(file)})
