"""The dashboard: what a person sees and does. Everything it shows comes from the engine."""
