"""The page of installed models and of those that can be fetched."""
