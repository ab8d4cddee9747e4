"""An expert pool: recruiting, trainings and members of an invented organisation that sends people abroad."""
