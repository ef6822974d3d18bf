"""SERVICE as the protocol sees it: partners named, their replies, what became of them.

How partners are asked is in ``samgraf.federation``.
"""
