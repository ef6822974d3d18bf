"""Write the generated Turtle of ``data/`` from a folder of facts (CSV and GeoJSON).

Run ``python -m make FACTS [--out DIR]`` in ``data/``; the same facts give the same bytes.
"""
