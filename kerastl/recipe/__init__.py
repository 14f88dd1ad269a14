"""Recipes: the contract that a task fulfils, the engine that runs it, and the facade."""
