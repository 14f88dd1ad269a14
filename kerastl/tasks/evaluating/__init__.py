"""What the evaluations of all tasks share: examples, the worst of them, intervals, comparison."""
