"""Ask partners from one process of its own, which alone opens connections to them.

Web processes reach it over a unix socket (``client``); it keeps none of them past its deadline.
"""
