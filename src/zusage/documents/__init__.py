"""Says: texts from promises, in German and English."""
