# poly-edge. Two commands do everything on a fresh machine: `make run` and `make test`.
# They need git, make and Node ≥ 20 with npm; Node 22, which the tools want, comes with the packages.

export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
export NODE_OPTIONS := --disable-warning=ExperimentalWarning
export WRANGLER_SEND_METRICS := false
export WRANGLER_HIDE_BANNER := true
export CLOUDFLARE_CF_FETCH_ENABLED := false
export WRANGLER_LOG_PATH := $(CURDIR)/.run/wrangler-logs
export WRANGLER_REGISTRY_PATH := $(CURDIR)/.run/wrangler-registry

INSTALLED := node_modules/.installed

.DEFAULT_GOAL := help
.PHONY: help setup run live balance cancel cashout dev test check bench tape-check crash-matrix kill-matrix verdicts clean

help: ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

setup: $(INSTALLED)

$(INSTALLED): package.json package-lock.json
	@command -v node >/dev/null || { echo "Node.js 20 or newer is missing: install it (Debian: apt-get install nodejs npm) and run make again."; exit 1; }
	@echo "Installing the locked packages (about half a minute the first time) …"
	@npm ci --loglevel=error --no-audit --no-fund
	@touch $@

run: setup ## trade the series on the embedded venue (SIM_SPEED=10 runs it ten times as fast, TAPE=folder plays a recording)
	@exec node scripts/run.ts

live: setup ## trade with real money: real feeds, the real venue, every guard green (MODE=live of make run)
	@exec env MODE=live node scripts/run.ts

balance: setup ## what the account has: money, shares, open orders
	@exec node runner/cli/main.ts balance

cancel: setup ## pause, cancel every order of the account, and see that none is left
	@exec node runner/cli/main.ts cancel

cashout: setup ## leave or redeem everything and send the money to CASHOUT_DEST; shows the plan and asks first
	@exec node runner/cli/main.ts cashout

dev: setup ## wrangler dev, for work on the Worker
	@wrangler d1 migrations apply DB --local </dev/null
	@exec wrangler dev

check: setup ## types, lint and the core tests: the inner loop
	@exec node scripts/check.ts

test: setup ## everything: types, lint, all tests, end to end
	@exec node scripts/test.ts

bench: setup ## the figures of docs/benchmarks.md, measured again
	@exec node bench/main.ts

tape-check: setup ## plays a recording through real sockets and compares strikes and outcomes
	@exec node scripts/tape-check.ts

crash-matrix: setup ## the order path with a crash at every crossing (SEEDS=30000; ORDER_PATH_SEED=17 repeats one)
	@exec node scripts/crash-matrix.ts

kill-matrix: setup ## SIGKILL of workerd and of the runner in the middle of trading (KILLS=50)
	@ORDER_PATH_KILLS=$(or $(KILLS),50) exec vitest run --project e2e test/e2e/order-path-kill.test.ts

verdicts: setup ## what verdicts promise, held against worlds of which the truth is known (RUNS=2000)
	@exec node scripts/verdict-simulation.ts

clean: ## forget installed packages and all run folders
	rm -rf node_modules dist .run .wrangler
