"""Left of the release: everything from the files of a content to the finished artefact.

``content`` → ``evidence`` → ``partners`` → ``profile``, ``reason``, ``validate`` → ``catalogue`` →
``questions`` → ``views``, tied together by ``pipeline``; ``cached`` builds only what is not kept.

In: the files of ``ontology/`` and ``data/``. Out: a release in a folder, or the faults found.
Nothing here answers requests, and nothing that answers requests imports it.
"""
