"""A request-level simulation of a web system: exact, checked against theory, fast.

`simulate` runs a system at once; `Simulation` runs it live. What is modelled is written in `MODEL.md`.
"""

from engine.live import Simulation
from engine.result import Result
from engine.run import simulate
from engine.system import System

__all__ = ["Result", "Simulation", "System", "simulate"]
VERSION = "0.1.0"
