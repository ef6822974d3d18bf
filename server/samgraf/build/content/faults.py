"""Several faults told at once, so that a person mends them in one go."""

from __future__ import annotations

from collections.abc import Sequence

from samgraf.errors import ContentError, SamgrafError


class ContentErrors(SamgrafError):
    """Several files, or several places of one, are at fault."""

    def __init__(self, faults: Sequence[ContentError | str]) -> None:
        """Take ``faults``, each once, in the order given."""
        self.faults = list(dict.fromkeys(str(f) for f in faults))
        super().__init__("\n".join(self.faults))
