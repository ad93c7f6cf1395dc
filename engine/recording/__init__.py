"""Recorded traffic: from a file of counts or an access log to the traffic of a system.

Knows what such files look like; it does not know how the traffic is simulated.
"""

from engine.recording.lines import BadLine, RecordingError
from engine.recording.read import read_recording
from engine.recording.recording import Recording

__all__ = ["BadLine", "Recording", "RecordingError", "read_recording"]
