"""A web site as a browser sees it: what it keeps in the browser, and whom its pages speak to."""
