"""Programs for those who work on kg; none of them is part of the package."""
