"""The closed forms and small exact computations that the simulation is checked against, each with its source.

Rates are per second, times in seconds. Only the predictions and `capacity` know what a `System` is; nothing here knows how one is
simulated.
"""
