"""Evaluate queries: in this process, in workers that can be killed, or by another store.

In: a release, and requests that have passed the guard. Out: answers, bounded in time, memory and
size. The interface is ``samgraf.sparql.evaluation``.
"""
