"""Who funds whom, what was filed about it, and what was published.

``models`` and ``states`` are the records; ``filing``, ``disclosure`` and ``analysis`` judge; ``actions`` is the one
door for writes; ``public`` shows frozen publications and never reads a return.
"""
