"""Open files that others wrote: regular ones, no larger than they are stored."""
