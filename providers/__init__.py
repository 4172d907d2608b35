"""Who the organisations are:

names, numbers, kinds. Knows nothing of returns, agreements or money; imports only ``portal``'s ground.
"""
