"""Speed, measured as ratios within one run on the same arrivals. `python -m benchmarks` prints the table."""
