"""`python -m engine.kernel.build`: make the compiled code that the next run will load."""

from engine.kernel import compiled

if __name__ == "__main__":
    compiled.build()
