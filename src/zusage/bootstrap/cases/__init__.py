"""Requests of people as cases: how one comes in, what happens to it, who takes its steps, and how its answer reaches the person."""
