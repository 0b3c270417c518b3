"""The one exception of the frame."""


class FrameError(Exception):
    """A failure that was foreseen: its text says what is wrong and what to do, and is shown as it is."""
