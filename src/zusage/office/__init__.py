"""The web: what people's browsers and other programs reach over HTTP."""
