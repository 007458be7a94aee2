"""The house as the pages know it; it stands below both doors, in tracker.house."""

from tracker.house import House, house, open_house

__all__ = ["House", "house", "open_house"]
