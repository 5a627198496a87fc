"""From the pixels of a scanned page to readings.

Pure: nothing here knows people, databases, the web or the command line, and nothing of
``pipeline`` is imported. The way through: ``images`` -> ``identify`` -> ``register`` ->
``marks`` / ``digits`` / ``signature`` -> ``doubt`` -> ``page``, with ``reading`` as what comes out.
"""
