"""What may a return say? The numbered rules: one module a group, each with its words and its checks; ``catalogue`` has
them all.
"""
