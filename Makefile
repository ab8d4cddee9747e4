# make demo   sets everything up and runs the demo
# make demo-web  shows the shop's pages in a browser, nginx and Chromium included
# make test   sets everything up and passes all tests
# make thorough  kills two hundred times and tries ten thousand lines and manifests, and each example of a property, where the tests are content with fewer
# make explore  lets chance choose other examples than the tests have, and tries them
# make bench  sets everything up and measures
# make quick  passes the tests of rules and of connectors
# make lint   checks form, types and which room imports which
.PHONY: demo demo-web test suite thorough explore bench quick lint lock clean

THOROUGH = tests/integration/enforcement/test_killed_*.py tests/integration/logs/test_logs_killed.py \
	tests/integration/cases/test_case_calls_killed.py tests/integration/cases/test_transfers.py tests/integration/canary/test_canary_at_the_door.py tests/integration/recipients/test_notices_of_rules.py \
	tests/integration/website/test_website_saboteurs.py tests/acceptance/expert_pool/test_expert_pool_inactivity.py \
	tests/unit/connectors/test_access_log_masking.py tests/unit/promises/test_loading_fuzz.py

demo: .venv/ready
	@PYTHONPATH=examples .venv/bin/python -m plate_shop.demo

demo-web: .venv/ready
	@tools/servers
	@PYTHONPATH=examples .venv/bin/python -m plate_shop.demo_web

# what is set up after the servers finds a compiler
test:
	@tools/servers
	@$(MAKE) --no-print-directory -j 2 lint suite

# four, for many tests wait for a server, a browser or a moment, and leave the processor to others meanwhile; a file stays with one
# of them, so that what its tests share is made once, and the longest begin first (tests/conftest.py)
suite: .venv/ready
	.venv/bin/pytest -n 4 --dist loadfile --no-loadscope-reorder

thorough: .venv/ready
	@tools/servers
	ZUSAGE_KILLS=200 ZUSAGE_MOMENTS=all ZUSAGE_SABOTEURS=alone ZUSAGE_LINES=10000 ZUSAGE_MANIFESTS=10000 ZUSAGE_MONTHS=20 .venv/bin/pytest -n 2 --dist loadfile $(THOROUGH)
	ZUSAGE_EXAMPLES=all .venv/bin/pytest -n 2 --dist worksteal -m hypothesis

explore: .venv/ready
	@tools/servers
	ZUSAGE_CHANCE=explore .venv/bin/pytest -n 2 --dist worksteal -m hypothesis

bench: .venv/ready
	@tools/servers
	.venv/bin/python -m benchmarks

quick: .venv/ready
	.venv/bin/pytest -n 2 --dist worksteal tests/unit tests/conformance

lint: .venv/ready
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-cache

.venv/ready: requirements.lock pyproject.toml hatch_build.py tools/setup src/zusage/connectors/access_log/loop.c
	@tools/setup
	@touch $@

lock:
	uv pip compile --universal --generate-hashes --all-extras --group dev --group examples pyproject.toml -o requirements.lock --custom-compile-command "make lock"

clean:
	rm -rf .venv .tools demo demo-web build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
