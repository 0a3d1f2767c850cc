# SPDX-License-Identifier: GPL-2.0-only
#
# xswitch: one binary with its BPF objects inside, and xswitch-cni, another one of the same parts
#
#   bpf/X.bpf.c -> BUILD/bpf/X.bpf.o -> BUILD/skel/X.skel.h -> user/prog.c -> BUILD/xswitch
#
# CC, CFLAGS, CPPFLAGS, LDFLAGS and LDLIBS are the builder's; what the project needs comes on
# top of them. SAN=1 builds with AddressSanitizer and UBSan, COV=1 by clang with counters of what was
# run, V=1 shows the commands.

SAN :=
COV :=
V :=
BUILD := $(if $(COV),build/cov,$(if $(SAN),build/san,build))
ifneq ($(COV),)
override CC := $(if $(findstring clang,$(CC)),$(CC),clang)
endif

CLANG := clang
LLVM_STRIP := llvm-strip
BPFTOOL := bpftool
PKG_CONFIG := pkg-config
CFLAGS ?= -O2 -g

.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

# --- sources ------------------------------------------------------------------------------

BPF_OBJ := $(patsubst bpf/%.c,$(BUILD)/bpf/%.o,$(wildcard bpf/*.bpf.c))
SKEL := $(patsubst $(BUILD)/bpf/%.bpf.o,$(BUILD)/skel/%.skel.h,$(BPF_OBJ))
USER_OBJ := $(patsubst %.c,$(BUILD)/%.o,$(wildcard user/*.c))
# everything but main(), for the tests
USER_LIB := $(BUILD)/user/xswitch.a

exe = $(patsubst %.c,$(BUILD)/%,$(wildcard $(1)))
UNIT := $(call exe,tests/unit/test_*.c)
GOLDEN := $(call exe,tests/prog/test_*.c)
TOOLS := $(call exe,tests/tools/*.c)
TESTS := $(UNIT) $(GOLDEN) $(TOOLS)
FUZZ := $(call exe,tests/fuzz/fuzz_*.c)
REPLAY := $(subst /fuzz_,/replay_,$(FUZZ))
# what the tests of these two directories share
TEST_OBJ := $(addsuffix .o,$(filter-out $(TESTS),$(call exe,tests/unit/*.c tests/prog/*.c)))
TEST_LIB := $(BUILD)/tests/tests.a

# --- what is needed to build --------------------------------------------------------------

LIBS := libxdp libbpf libnl-route-3.0 libnl-3.0 jansson yaml-0.1 libmicrohttpd ncursesw libpcap
TEST_LIBS := cmocka

# Goals that compile nothing, or install first, must work where nothing is installed.
goals := $(or $(MAKECMDGOALS),all)
building := $(filter-out clean analyze coverage deb deps demo format help lint test test-vm \
	uninstall vm-shell bench-vm bench-vm-check fuzz mutants,$(goals))
testing := $(filter tests test-flags unit valgrind golden net soak fuzzers replays \
	$(BUILD)/tests/%,$(goals))

# where bpftool is, and what the PATH of an ordinary user lacks
sbin := PATH=$$PATH:/usr/sbin:/sbin
export PATH := $(PATH):/usr/sbin:/sbin

ifneq ($(building),)
tools := $(firstword $(CC)) $(CLANG) $(LLVM_STRIP) $(BPFTOOL) $(PKG_CONFIG)
missing := $(shell $(sbin); for t in $(tools); do command -v $$t >/dev/null || echo $$t; done)
ifeq ($(missing),)
missing := $(shell for l in $(LIBS) $(if $(testing),$(TEST_LIBS)); do \
	$(PKG_CONFIG) --exists $$l || echo $$l; done)
endif
ifneq ($(missing),)
$(error Not installed: $(missing). As root, 'make deps' installs every package the project \
	needs; 'scripts/deps.sh' lists them)
endif

multiarch := $(shell $(CC) -print-multiarch)
# somebody else's headers are not held to our warnings
pkg_cflags = $(subst -I,-isystem ,$(shell $(PKG_CONFIG) --cflags $(1)))
# those of ncurses would choose another dialect of the C library for every file
LIBS_CFLAGS := $(call pkg_cflags,$(filter-out ncursesw,$(LIBS)))
LIBS_LD := $(shell $(PKG_CONFIG) --libs $(LIBS)) -lm
TEST_CFLAGS := $(if $(testing),$(call pkg_cflags,$(TEST_LIBS)))
TEST_LD := $(if $(testing),$(shell $(PKG_CONFIG) --libs $(TEST_LIBS)))
endif

# --- flags --------------------------------------------------------------------------------

WARN := -Wall -Wextra -Werror
# what runs as root is hardened; the same sources give the same bytes wherever they lie
HERE := -ffile-prefix-map=$(CURDIR)=.
HARDEN_C := -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE $(HERE)
HARDEN_LD := -pie -Wl,-z,relro,-z,now
ifneq ($(SAN),)
HARDEN_C := -fPIE
SAN_FLAGS := -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined \
	-fno-omit-frame-pointer
# gcc's flow warnings are unreliable in instrumented code; the plain build has them
SAN_FLAGS += -Wno-maybe-uninitialized -Wno-format-truncation -Wno-stringop-truncation \
	-Wno-unknown-warning-option
# a status that is none of the command's own
export ASAN_OPTIONS ?= exitcode=99:detect_stack_use_after_return=1
export UBSAN_OPTIONS ?= print_stacktrace=1
endif
ifneq ($(COV),)
# %c: the counters are the file, so that a process may be killed; %m: one file a program
COV_FLAGS := -fprofile-instr-generate=$(abspath $(BUILD))/profile/%c%m.profraw -fcoverage-mapping \
	-mllvm -runtime-counter-relocation -Wno-unused-command-line-argument
endif
INC := -Iinclude -Iuser -isystem $(BUILD)/skel

BPF_CFLAGS := -O2 -g -target bpf -mcpu=v3 $(HERE) $(WARN) -Wno-unused-parameter -Iinclude -Ibpf \
	$(if $(multiarch),-idirafter /usr/include/$(multiarch))
C_FLAGS = -std=gnu11 $(WARN) $(INC) $(LIBS_CFLAGS) $(HARDEN_C) $(CPPFLAGS) $(CFLAGS) $(SAN_FLAGS) \
	$(COV_FLAGS)
LD_FLAGS = -Wl,--as-needed $(HARDEN_LD) $(LDFLAGS) $(SAN_FLAGS)

say = $(if $(filter 1,$(V)),@:,@printf '  %-7s %s\n' $(1) $@)
Q := $(if $(filter 1,$(V)),,@)

# --- the command --------------------------------------------------------------------------

.PHONY: all
all: $(BUILD)/xswitch $(BUILD)/xswitch-cni ## build the command and the CNI plugin (the default)

$(BUILD)/xswitch: $(BUILD)/user/main.o $(USER_LIB)
$(BUILD)/xswitch-cni: $(BUILD)/user/cni_main.o $(USER_LIB)
$(BUILD)/xswitch $(BUILD)/xswitch-cni:
	$(call say,LD)
	$(Q)$(CC) $(C_FLAGS) $(LD_FLAGS) $^ -o $@ $(LIBS_LD) $(LDLIBS)

$(USER_LIB): $(filter-out %/main.o %/cni_main.o,$(USER_OBJ))
	$(call say,AR)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/user/%.o: user/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(C_FLAGS) -MMD -MP -c $< -o $@

$(BUILD)/user/prog.o $(BUILD)/user/probe_feature.o $(BUILD)/user/prog_trace.o: $(SKEL)

$(BUILD)/skel/%.skel.h: $(BUILD)/bpf/%.bpf.o
	@mkdir -p $(@D)
	$(call say,SKEL)
	$(Q)$(BPFTOOL) gen skeleton $< name $* > $@

# DWARF goes, BTF stays
$(BUILD)/bpf/%.o: bpf/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,BPF)
	$(Q)$(CLANG) $(BPF_CFLAGS) -MMD -MP -MF $(@:.o=.d) -MT $@ -c $< -o $@
	$(Q)$(LLVM_STRIP) -g $@

# changes when the compiler or its flags do: what was made with others is made again
$(BUILD)/flags: export used = $(CC) $(C_FLAGS) $(LD_FLAGS) $(LDLIBS) $(CLANG) $(BPF_CFLAGS)
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@echo "$$used" | cmp -s - $@ || echo "$$used" > $@

.PHONY: FORCE
FORCE:

# --- tests --------------------------------------------------------------------------------

.PHONY: tests unit valgrind golden net test
tests: $(TESTS) $(REPLAY) ## build every test program

$(TESTS): %: %.o $(TEST_LIB) $(USER_LIB)
	$(call say,LD)
	$(Q)$(CC) $(C_FLAGS) $(LD_FLAGS) $^ -o $@ $(TEST_LD) $(LIBS_LD) $(LDLIBS)

$(TEST_LIB): $(TEST_OBJ)
	@mkdir -p $(@D)
	$(call say,AR)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

TEST_INC = $(TEST_CFLAGS) -Ibpf -Itests/unit -Itests/prog

# for tools that read sources as the compiler does
.PHONY: skeletons test-flags
skeletons: $(SKEL)
test-flags:
	@echo '$(C_FLAGS) $(TEST_INC)'

$(BUILD)/tests/%.o: tests/%.c $(BUILD)/flags | $(SKEL)
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(C_FLAGS) $(TEST_INC) -MMD -MP -c $< -o $@

unit: $(UNIT) $(REPLAY) ## native unit tests
	@$(if $(SAN),XSW_ROWS=$${XSW_ROWS:-100000}) scripts/run-bins.sh $(UNIT) $(REPLAY)

valgrind: $(UNIT) ## the unit tests under valgrind
	@scripts/run-bins.sh --valgrind $(UNIT)

golden: $(GOLDEN) $(BPF_OBJ) ## frame tables through BPF_PROG_TEST_RUN
	@XSW_BPF_DIR=$(BUILD)/bpf scripts/run-bins.sh $(GOLDEN)

# libFuzzer is clang's; everything that a target calls is instrumented too
FUZZ_LIB := -fsanitize=fuzzer
FUZZ_OBJ := $(BUILD)/tests/fuzz/fuzz.o
$(FUZZ): %: %.o $(FUZZ_OBJ) $(TEST_LIB) $(USER_LIB)
	$(call say,LD)
	$(Q)$(CC) $(C_FLAGS) $(LD_FLAGS) $(FUZZ_LIB) $^ -o $@ $(TEST_LD) $(LIBS_LD) $(LDLIBS)

# the same over their corpora alone, by any compiler
$(REPLAY): $(BUILD)/tests/fuzz/replay_%: $(BUILD)/tests/fuzz/fuzz_%.o \
		$(BUILD)/tests/fuzz/replay.o $(FUZZ_OBJ) $(TEST_LIB) $(USER_LIB)
	$(call say,LD)
	$(Q)$(CC) $(C_FLAGS) $(LD_FLAGS) $^ -o $@ $(TEST_LD) $(LIBS_LD) $(LDLIBS)

.PHONY: fuzz fuzzers replays
fuzzers: $(FUZZ)
replays: $(REPLAY)
fuzz: ## any bytes into every parser, pins and the data path; FUZZ_SECONDS=N, ARGS='--coverage NAME'
	@MAKEFLAGS= scripts/fuzz.sh $(if $(FUZZ_SECONDS),--seconds $(FUZZ_SECONDS)) $(ARGS)

.PHONY: faults
faults: all ## kill and refuse every command at each system call; ARGS='--quick NAME...'
	@XSWITCH=$(BUILD)/xswitch tests/faults/run -j $(JOBS) $(ARGS)

.PHONY: mutants prove
prove: all ## do the tests fail with a hub, and with nothing, for a switch? ARGS=FILE...
	@XSWITCH=$(BUILD)/xswitch tests/run --prove -j $(JOBS) $(ARGS)

mutants: ## does a test notice each of the wrong data paths in tests/mutants? ARGS=NAME...
	@MAKEFLAGS= tests/mutants/run $(ARGS)

.PHONY: coverage
coverage: ## lines of user/ and bpf/lib/ that tests run, with sanitizers; ARGS=--report of what was run
	@MAKEFLAGS= scripts/coverage.sh $(ARGS)

# tests wait more than they work
JOBS := $(shell expr $$(nproc) + 1)
net: all ## behaviour in namespaces, and the command line; ARGS=FILE...
	@XSWITCH=$(BUILD)/xswitch tests/run -j $(JOBS) $(ARGS)

.PHONY: soak
soak: all tests ## everything at once for SOAK_MINUTES=10: traffic, changes, kills; XSW_SEED=N
	@MAKEFLAGS= tests/soak/run

test: ## install what is missing, build, run every test
	@MAKEFLAGS= scripts/test.sh $(MAKEOVERRIDES)

# KERNEL=6.1 or KERNEL=6.12, all of them unless told; ALL=1 for every file, ARGS=FILE... for some
.PHONY: test-vm vm-shell
test-vm: ## the tests in machines with Debian's kernels; KERNEL=6.1 ALL=1 ARGS=FILE...
	@MAKEFLAGS= tests/vm/run $(if $(ALL),--all) $(KERNEL:%=--kernel %) $(ARGS)

vm-shell: ## a shell in such a machine; KERNEL=6.12
	@MAKEFLAGS= tests/vm/run --shell $(KERNEL:%=--kernel %)

.PHONY: bench bench-vm bench-vm-check verifier verifier-check verifier-record
.PHONY: analyze lint format demo deps clean help
bench: all ## speed beside veth, Linux bridge and Open vSwitch; ARGS='--quick'
	@$(BUILD)/xswitch bench $(ARGS)

bench-vm: ## the same on another kernel, counted in instructions; KERNEL=6.1, DOCS=1 for docs/
	@MAKEFLAGS= scripts/bench-vm.sh $(if $(DOCS),--docs) $(KERNEL:%=--kernel %)

bench-vm-check: ## has a change moved an instruction count of docs/bench-vm.json by 1 %?
	@MAKEFLAGS= scripts/bench-vm.sh --check $(KERNEL:%=--kernel %)

verifier: $(BPF_OBJ) ## instructions the verifier processed, per program
	@scripts/verifier.sh $(BPF_OBJ)

verifier-check: $(BPF_OBJ) ## are they more than docs/verifier.json has, by more than 5 %?
	@scripts/verifier.sh --check $(BPF_OBJ)

verifier-record: all ## docs/verifier.json anew, for this kernel, 6.1 and 6.12
	@MAKEFLAGS= scripts/verifier.sh --record $(BPF_OBJ)

lint: ## format, shell, dependencies, budgets, warnings
	@MAKEFLAGS= scripts/lint.sh

analyze: ## clang-tidy and cppcheck; ARGS='[tidy|cppcheck|scan]... [FILE...]'
	@MAKEFLAGS= scripts/analyze.sh $(ARGS)

format: ## rewrite the C and BPF sources in the one format
	@find include bpf user tests -name '*.[ch]' | xargs clang-format -i

# --- manuals ------------------------------------------------------------------------------

.PHONY: man
man: all ## the manuals, in BUILD/man, with what the program says of its words
	@scripts/man.sh $(BUILD)/xswitch $(BUILD)/man

# --- installing ---------------------------------------------------------------------------

# prefix, sbindir, datadir, mandir, docdir, unitdir, cnidir, sysconfdir: scripts/install.sh has the defaults
DIRS := $(foreach d,DESTDIR prefix sbindir datadir mandir docdir unitdir cnidir sysconfdir,\
	$(if $($(d)),$(d)='$($(d))'))
.PHONY: install uninstall deb
install: man ## into DESTDIR and prefix (/usr/local)
	@BUILD=$(BUILD) $(DIRS) scripts/install.sh install

uninstall: ## remove what install put there
	@BUILD=$(BUILD) $(DIRS) scripts/install.sh uninstall

deb: ## a Debian package in build/deb, from what is committed
	@MAKEFLAGS= scripts/deb.sh

# --- house --------------------------------------------------------------------------------

demo: ## install what is missing, build, show a switch at work
	@MAKEFLAGS= scripts/demo.sh $(MAKEOVERRIDES)

deps: ## install every package the project needs (Debian, root)
	@scripts/deps.sh --install build demo test lint package analyze

clean: ## remove what was built
	$(Q)rm -rf $(BUILD)

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-10s %s\n", $$1, $$2 }' Makefile
	@echo 'Variables: CC CFLAGS CPPFLAGS LDFLAGS LDLIBS BUILD, SAN=1 (sanitizers), COV=1 (counters of lines),'
	@echo '           V=1 (verbose), JOBS=N (test files at once), KERNEL=6.1 (virtual machines)'

-include $(USER_OBJ:.o=.d) $(BPF_OBJ:.o=.d) $(TESTS:=.d) $(TEST_OBJ:.o=.d) $(FUZZ:=.d)
