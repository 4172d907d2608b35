"""What do public records say about supply chains for which nobody files a return yet?

They are read into plain facts (``crs``, ``shipped``), judged the same whatever they came from (``records``), and
compiled into one return for each region (``returns``); ``supplychain.actions.compiled`` files them. No amounts, no
dates of agreements, no free text: the sources that are read here do not hold the first two, and the last is left alone.
"""
