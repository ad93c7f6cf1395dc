"""Lessons: guided courses as data, each proven by the simulator. Knows the engine, and nothing of the dashboard."""
