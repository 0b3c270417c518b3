"""The exception of the frame."""


class FrameError(Exception):
    """An expected failure, whose text says what is wrong and what to do, and is shown without a traceback."""
