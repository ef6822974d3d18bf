"""The namespaces of the program's own terms; those of a content are in its header."""

#: The namespace in which the program says how things are shown; see ``samgraf.build.views``.
DISPLAY = "https://w3id.org/samgraf/display#"
#: The namespace in which the program says what it knows of partners.
FEDERATION = "https://w3id.org/samgraf/federation#"
