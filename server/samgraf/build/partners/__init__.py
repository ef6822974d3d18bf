"""The partners of a content: their records, extracts and examples, read and checked."""
