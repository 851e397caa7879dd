"""The state without a window: what is shown follows from what is done."""
