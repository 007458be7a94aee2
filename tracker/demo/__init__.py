"""The demo day: an invented installation, written through the same actions as a real one."""
