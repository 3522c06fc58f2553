# Every target prepares what it needs first, once: a Python environment, the local cloud, the CDK command.
PYTHON ?= python3
IN = $(PYTHON) infra/local/prepare.py
ON_ONE_MACHINE = $(IN) --with-cloud -m infra.local

.PHONY: help run demo up down deploy test bench soak scale mutants lock clean

help:
	@echo "make run     the whole system on this machine: samples, scores, an alert, points that expire"
	@echo "make test    everything that is checked"
	@echo "make bench   what it costs and how fast it is: the table of docs/performance.md"
	@echo "make soak    what is random for hours instead of minutes: laws, histories, fuzz"
	@echo "make scale   100,000 leads rescored on the local cloud while people go on visiting; up to an hour"
	@echo "make mutants known faults put into the product, and which test notices; then each role without each permission"
	@echo "make demo    the story of one lead, step by step"
	@echo "make up      the stack alone; make down stops it"
	@echo "make deploy  to AWS: says where and what, and asks first"
	@echo "make lock    the locked requirements anew, from pyproject.toml"
	@echo "make clean   everything made here, but not the environment"

run demo up down:
	@$(ON_ONE_MACHINE) $@

deploy:
	@$(IN) --with-cloud --with-cdk -m infra.local $@ $(ARGS)

test:
	@$(IN) --with-cloud --with-cdk --with-analysis -m infra.local.checks

bench:
	@$(IN) --with-cloud -m bench $(ARGS)

soak:
	@SOAK=1 $(IN) --with-cloud --with-analysis -m pytest -n 2 -m soak -v $(ARGS)

scale:
	@$(IN) --with-cloud --with-cdk -m tests.scale $(ARGS)

mutants:
	@$(IN) --with-cloud --with-cdk -m tests.mutants $(ARGS)
	@$(if $(ARGS),,$(IN) --with-cloud --with-cdk -m tests.cloud.every_permission)

lock:
	@$(IN) -m infra.local.locking

clean:
	@$(ON_ONE_MACHINE) down
	rm -rf cdk.out .local/assets .local/templates .local/clouds
