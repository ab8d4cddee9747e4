lock:
	uv pip compile --universal --generate-hashes --all-extras --group dev --group examples pyproject.toml -o requirements.lock --custom-compile-command "make lock"
