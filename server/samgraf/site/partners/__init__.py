"""The partners that queries may ask: at ``/partners``, and wherever an answer rests on them."""
