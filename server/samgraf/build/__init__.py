"""Left of the release: from the files of a content to a checked, immutable release."""
