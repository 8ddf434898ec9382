# SPDX-License-Identifier: GPL-2.0-only
#
# What a person does; Kbuild says how the module is built.

KVER ?= $(shell uname -r)
KDIR ?= /lib/modules/$(KVER)/build
export DESTDIR ?=
export PREFIX ?= /usr/local

top := $(CURDIR)

.PHONY: all
all: modules tools			## build the module and the tool (the default)

.PHONY: help
help:					## say what can be made
	@echo "make [TARGET] [VARIABLE=VALUE]..."
	@echo
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18
	@echo
	@echo "  KDIR=...        the kernel to build for ($(KDIR))"
	@echo "  DESTDIR=...     install below this folder, PREFIX=... the tool there ($(PREFIX))"
	@echo "  KERNEL=...      check, test: on which kernels (stock debug newest)"
	@echo "  TESTS=...       test: which files of selftests/ (all)"
	@echo "  SOAK=...        soak: for how many seconds (600), KERNEL=debug alone by default"
	@echo "  PARTS=...       bench: what to measure (frames scale streams parallel), with KERNEL=stock or lean"
	@echo "  LOSSES=...      bench-failover: how many links are lost (1000), PERIOD=us"
	@echo "  MUTANTS=...     mutants: which ones of selftests/mutants, as patterns (all)"
	@echo "  VSWITCH_CACHE=  where kernels are kept (~/.cache/vswitch)"

# Kernels that the VMs boot are not built against this way, see vm/build.sh.
.PHONY: modules
modules:				## build vswitch.ko for KDIR
	@[ -e "$(KDIR)/Makefile" ] || { \
		echo "No kernel headers in $(KDIR): install linux-headers-$(KVER), or say KDIR=..." >&2; \
		exit 1; }
	$(MAKE) -C $(KDIR) M=$(top) modules

.PHONY: tools
tools:					## build vswctl (into build/tools)
	$(MAKE) -C tools/vswctl O=$(top)/build/tools

.PHONY: install
install: modules tools			## install both, with man pages, documentation and completion
	$(MAKE) -C $(KDIR) M=$(top) $(if $(DESTDIR),INSTALL_MOD_PATH=$(DESTDIR)) modules_install
	$(if $(DESTDIR),,depmod -a $(KVER))
	$(MAKE) -C tools/vswctl O=$(top)/build/tools install
	$(MAKE) -C tools/systemd install DESTDIR=$(DESTDIR) PREFIX=$(PREFIX)

# Where modules_install puts a module depends on the kernel's version.
.PHONY: uninstall
uninstall:				## remove what install put there
	find $(DESTDIR)/lib/modules/$(KVER)/ -name 'vswitch.ko*' -delete
	$(if $(DESTDIR),,depmod -a $(KVER))
	$(MAKE) -C tools/vswctl uninstall
	$(MAKE) -C tools/systemd uninstall DESTDIR=$(DESTDIR) PREFIX=$(PREFIX)

.PHONY: clean
clean:					## remove everything that was built here
	@[ ! -e "$(KDIR)/Makefile" ] || $(MAKE) -s -C $(KDIR) M=$(top) clean
	@$(MAKE) -s -C tools/vswctl clean
	rm -rf build

.PHONY: check
check:					## everything that CI checks: source, kernels, VMs
	@selftests/check/check.sh

.PHONY: static
static:					## the checks of the source alone
	@selftests/check/check.sh static

.PHONY: test
test:					## the tests in the VMs alone, TESTS=... KERNEL=...
	@selftests/check/check.sh vm

.PHONY: soak
soak:					## long random tests in the VMs, SOAK=seconds KERNEL=...
	@selftests/check/soak.sh

.PHONY: bench
bench:					## instructions a frame, beside the peers, PARTS=... KERNEL=...
	@selftests/bench/bench.sh

.PHONY: bench-check
bench-check:				## see that no frame has become dearer
	@selftests/bench/bench.sh check

.PHONY: bench-failover
bench-failover:				## lose uplinks by the thousand, beside bonds, LOSSES=... PERIOD=...
	@selftests/bench/failover.sh

.PHONY: coverage
coverage:				## which lines and branches of the module the tests run
	@selftests/check/coverage.sh

.PHONY: mutants
mutants:				## break the module on purpose, see the tests notice, MUTANTS=...
	@selftests/check/mutants.sh

.PHONY: demo
demo:					## two hosts in VMs show what the switch does
	@selftests/demo/demo.sh

.PHONY: regen
regen:					## write what the netlink spec generates
	@tools/regen.sh

.PHONY: check-regen
check-regen:				## see that it is what is committed
	@tools/regen.sh --check

.PHONY: packages
packages:				## install the Debian packages that check and demo need
	@selftests/vm/packages.sh
