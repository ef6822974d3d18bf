"""The words of the interface: each is there in every language, and shown somewhere."""

import re
from pathlib import Path

import samgraf
from samgraf.site.language import LANGUAGES, catalogue

PACKAGE = Path(samgraf.__file__).parent
#: What the query editor's scripts know without it.
SCRIPTS = "editor_js_"
#: What is put together with a name that the data say.
OPEN = "things_tongue_"
KINDS = {".py", ".html", ".js", ".xml"}


def sources(folder):
    return "\n".join(
        path.read_text("utf-8")
        for path in sorted(folder.rglob("*"))
        if path.suffix in KINDS and "vendor" not in path.parts
    )


class Used:
    """Hold the names that ``text`` says, whole or put together of beginning, name and ending."""

    def __init__(self, text, elsewhere=""):
        self.words = set(re.findall(r"[\w-]+", text))
        self.names = self.words | set(re.findall(r"[\w-]+", elsewhere))
        self.starts = set(re.findall(r"""["'`]([a-z_]+_)["'`{$]""", text)) - {SCRIPTS}
        self.endings = {"", *re.findall(r"""["'`}](_[a-z_]+)["'`]""", text)}

    def __contains__(self, key):
        stems = [key.removesuffix(ending) for ending in self.endings if key.endswith(ending)]
        return any(
            stem in self.words
            or any(stem.removeprefix(s) in self.names for s in self.starts if stem.startswith(s))
            for stem in stems
        )


def test_every_text_of_the_interface_is_shown_somewhere():
    whole = sources(PACKAGE)
    used = Used(whole)
    # the templates of the editor's page read the table that its scripts get
    folders = (PACKAGE / "site" / "static" / "editor", PACKAGE / "site" / "templates" / "query")
    by_editor = Used("".join(map(sources, folders)), whole)
    unused = [
        key
        for key in catalogue()[LANGUAGES[0]]
        if key not in used
        and not key.startswith(OPEN)
        and not (key.startswith(SCRIPTS) and key.removeprefix(SCRIPTS) in by_editor)
    ]
    assert unused == []


def test_every_text_is_there_in_every_language():
    keys = {language: set(catalogue()[language]) for language in LANGUAGES}
    assert all(keys[language] == keys[LANGUAGES[0]] for language in LANGUAGES)
    assert all(all(catalogue()[language].values()) for language in LANGUAGES)
