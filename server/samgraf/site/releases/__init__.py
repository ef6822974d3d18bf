"""The releases that are kept: each whole under its hash as it was, and what changed since.

In: the hash of a release, and a path in it. Out: its page, its files, its answers, and things as
they were, with the headers of Memento (https://www.rfc-editor.org/rfc/rfc7089); 410 for one that
is gone.

``changes`` is the page of what changed, told by ``words``.
``read`` finds a release and asks it; ``pages`` answers requests; ``memento`` leads to a release by
the time at which it was served.
"""
