// SPDX-License-Identifier: GPL-2.0-only
/*
 * doctor.c - the table of checks, and which of them is made when
 */
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "doctor_int.h"
#include "probe.h"

#define TRIES	3 /* looks at a switch that writers are changing */
#define POLL_MS 5

/* Of what a check is. */
enum scope {
	OF_MACHINE,
	OF_PINS, /* of a switch, open or not */
	OF_SWITCH,
	OF_PORT, /* every port of it */
};

struct check {
	const char *name;
	enum scope scope;
	int (*make)(struct doctor *d);
	int (*port)(struct doctor *d, struct doctor_port *p);
	const char *sentence;
};

#define MACHINE(word)  #word, OF_MACHINE, doctor_##word, NULL
#define PINS(word)     #word, OF_PINS, doctor_##word, NULL
#define SWITCH(word)   #word, OF_SWITCH, doctor_##word, NULL
#define OF_PORTS(word) #word, OF_PORT, NULL, doctor_##word

/* Example: jit_off is looked for by doctor_jit_off(), once. */
// clang-format off
#define CHECKS(ROW) \
	ROW(MACHINE, capability, "this process may load programs and change devices") \
	ROW(MACHINE, kernel, "the kernel has everything that a switch cannot do without") \
	ROW(MACHINE, kernel_slow, "the kernel has everything that makes it fast") \
	ROW(MACHINE, jit_off, "programs become machine code") \
	ROW(MACHINE, memlock, "no limit of locked memory refuses the maps") \
	ROW(MACHINE, bpffs, "a BPF file system is mounted where switches are pinned") \
	ROW(PINS, remains, "nothing is left of a command that was killed while it made a switch") \
	ROW(PINS, damaged, "the pins of the switch are what this version makes") \
	ROW(SWITCH, home, "the network namespace it lives in is there") \
	ROW(SWITCH, unmade, "no change was left half done") \
	ROW(SWITCH, outdated, "its programs are those of this xswitch") \
	ROW(SWITCH, stale_pin, "every pin of a port belongs to a port there is") \
	ROW(SWITCH, clock, "its clock runs as the kernel's, and nobody changed the time") \
	ROW(SWITCH, fdb_full, "there is room for more addresses") \
	ROW(SWITCH, listener, "listeners come and go") \
	ROW(SWITCH, br_netfilter, "nobody expects br_netfilter to see its frames") \
	ROW(OF_PORTS, gone, "its device is there") \
	ROW(OF_PORTS, netns, "its namespace still has its name") \
	ROW(OF_PORTS, detached, "the switch's programs run at its device") \
	ROW(OF_PORTS, foreign_program, "nobody else's program runs there") \
	ROW(OF_PORTS, down, "its devices are up and have carrier") \
	ROW(OF_PORTS, errdisabled, "no guard has closed it") \
	ROW(OF_PORTS, not_promisc, "its device takes frames for everybody") \
	ROW(OF_PORTS, mtu, "its devices have the MTU that the port has") \
	ROW(OF_PORTS, tunnel_mtu, "there is a route to every remote, and what it sends fits") \
	ROW(OF_PORTS, xdp_offload, "no offload is in the way of XDP") \
	ROW(OF_PORTS, bridge, "its devices belong to no bridge, and br_netfilter is not in the way") \
	ROW(SWITCH, too_big, "no frames were too long for other ports of their VLAN") \
	ROW(SWITCH, duplicate_mac, "every station has a MAC address of its own") \
	ROW(SWITCH, duplicate_ip, "every station has IP addresses of its own") \
	ROW(SWITCH, subnet, "the subnet of a host port is nobody else's in its namespace") \
	ROW(SWITCH, subnet_differs, "stations of a VLAN have a subnet in common, of one length")
#define CHECK(kind, name, sentence)	 { kind(name), sentence },
#define CHECK_NAME(kind, name, sentence) #name,

static const struct check checks[] = { CHECKS(CHECK) };
const char *const doctor_checks[] = { CHECKS(CHECK_NAME) NULL };
// clang-format on
#define NCHECKS (sizeof(checks) / sizeof(*checks))
_Static_assert(NCHECKS <= DOCTOR_CHECKS_MAX, "room in struct doctor_spec");

const char *doctor_sentence(size_t i)
{
	return checks[i].sentence;
}

/* --- findings ------------------------------------------------------------------------- */

static const char *const severities[] = {
	[DOCTOR_ERROR] = "error",   [DOCTOR_WARNING] = "warning", [DOCTOR_HINT] = "hint",
	[DOCTOR_PASSED] = "passed", [DOCTOR_SKIPPED] = "skipped",
};

static struct doctor_finding *next_finding(struct doctor *d)
{
	if (d->n == d->room) {
		size_t room = d->room ? 2 * d->room : 16;
		void *v = reallocarray(d->v, room, sizeof(*d->v));

		if (!v) {
			d->no_memory = true;
			return NULL;
		}
		d->v = v;
		d->room = room;
	}
	d->v[d->n] = (struct doctor_finding){ 0 };
	return &d->v[d->n++];
}

void doctor_found(struct doctor *d, enum doctor_severity severity, const struct doctor_port *port,
		  const char *fmt, ...)
{
	struct doctor_finding *f = next_finding(d);
	va_list ap;

	if (!f)
		return;
	f->check = d->check;
	f->severity = severities[severity];
	snprintf(f->switch_name, sizeof(f->switch_name), "%s", d->name ?: "");
	snprintf(f->port, sizeof(f->port), "%s", port ? port->view->name : "");
	va_start(ap, fmt);
	vsnprintf(f->text, sizeof(f->text), fmt, ap);
	va_end(ap);
}

void doctor_fix(struct doctor *d, const char *fmt, ...)
{
	va_list ap;

	if (!d->n || d->no_memory)
		return;
	va_start(ap, fmt);
	vsnprintf(d->v[d->n - 1].fix, sizeof(d->v->fix), fmt, ap);
	va_end(ap);
}

static bool is_bad(const struct doctor_finding *f)
{
	return f->severity == severities[DOCTOR_ERROR] || f->severity == severities[DOCTOR_WARNING];
}

/* --- making checks ---------------------------------------------------------------------- */

static int make_for_ports(struct doctor *d, const struct check *c)
{
	int err = 0;

	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): checks of OF_PORT come with a view */
	for (size_t i = 0; i < d->view->nports && !err; i++)
		err = c->port(d, &d->ports[i]);
	return err;
}

static void make(struct doctor *d, const struct check *c)
{
	size_t before = d->n;
	int err;

	d->check = c->name;
	err = c->make ? c->make(d) : make_for_ports(d, c);
	if (err)
		doctor_found(d, DOCTOR_WARNING, NULL, "cannot be checked: %s", strerror(-err));
	else if (d->n == before && d->spec->all)
		doctor_found(d, DOCTOR_PASSED, NULL, "%s", c->sentence);
}

/* Why it cannot be made, which is said by a check of its own; NULL: it can. */
static const char *obstacle(const struct doctor *d, const struct check *c, bool can)
{
	if (c->make == doctor_capability)
		return NULL;
	if (!can)
		return d->able ? "the switch cannot be opened" : "a capability is missing";
	if (c->scope == OF_PORT && xsw_home_is_gone(d->sw))
		return "the namespace of the switch is gone, and with it every device";
	return NULL;
}

/* A switch that is beyond help is said to be so whatever is asked of it. */
static bool is_wanted(const struct doctor *d, size_t i)
{
	return d->spec->checks[i] || checks[i].scope == OF_PINS ||
	       (checks[i].make == doctor_home && d->sw && xsw_home_is_gone(d->sw));
}

/* Those of the scopes from `first` to `last`; without `can` they are only told of. */
static void make_all(struct doctor *d, enum scope first, enum scope last, bool can)
{
	for (size_t i = 0; i < NCHECKS; i++) {
		const struct check *c = &checks[i];
		const char *why;

		if (c->scope < first || c->scope > last || !is_wanted(d, i))
			continue;
		why = obstacle(d, c, can);
		d->check = c->name;
		if (!why)
			make(d, c);
		else if (d->spec->all)
			doctor_found(d, DOCTOR_SKIPPED, NULL, "not checked: %s", why);
	}
}

/* --- switches --------------------------------------------------------------------------- */

/*
 * *same: it is as it was when the look at it began. First nobody is at work any more, then what a
 * writer has changed until then is seen.
 */
static int look_at(struct doctor *d, struct pin_holder *holder, bool *same)
{
	int status;

	make_all(d, OF_PINS, OF_PINS, true);
	status = doctor_open(d);
	if (!status && d->sw)
		status = doctor_look(d);
	if (!status)
		make_all(d, OF_SWITCH, OF_PORT, d->sw);
	*same = !status && !pin_busy(holder) && doctor_same(d);
	doctor_unlook(d);
	xsw_close(d->sw);
	d->sw = NULL;
	return status;
}

/* Whoever opens a switch lives where it lives from then on. */
static int go_home(int home)
{
	return netns_enter(home) ? fail(XSW_REFUSED,
					"cannot go back to the namespace of the "
					"caller: %s",
					strerror(errno)) :
				   XSW_OK;
}

static uint64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

/*
 * Whether the switch could be looked at with nobody at work before and after, nor between, which
 * would have changed its records. `holder`: who was at
 * work at the end; `since`: the same one was, all the time.
 */
static bool undisturbed(struct doctor *d, struct pin_holder *holder, bool *since, int *status,
			int home)
{
	uint64_t end = now_ms() + (uint64_t)d->opts->wait * 1000;
	size_t before = d->n;
	int pid = 0;

	*since = true;
	for (;;) {
		bool busy = pin_busy(holder), same = false;

		if (!busy)
			*status = look_at(d, holder, &same) ?: go_home(home);
		if (*status || same)
			return true;
		d->n = before;
		*since &= busy && (!pid || pid == holder->pid);
		pid = holder->pid;
		if (now_ms() >= end)
			return false;
		poll(NULL, 0, busy ? POLL_MS : 0);
	}
}

static int look_at_switch(struct doctor *d, const char *name, int home)
{
	struct xsw_opts opts = *d->opts;
	const struct xsw_opts *all = d->opts;
	struct pin_holder holder;
	int status = XSW_OK;
	bool since;

	opts.switch_name = name;
	d->name = name;
	d->opts = &opts;
	if (!undisturbed(d, &holder, &since, &status, home)) {
		d->check = "busy";
		doctor_found(d, since && opts.wait ? DOCTOR_WARNING : DOCTOR_HINT, NULL,
			     since ? "%s (pid %d) has been at work all the time, %u s: half of a "
				     "change is no use to look at" :
				     "%s (pid %d) and others have been at work for %u s: half of a "
				     "change is no use to look at",
			     *holder.comm ? quoted(holder.comm) : "a command", holder.pid,
			     opts.wait);
		doctor_fix(d, "wait for it, or longer: --wait SECONDS");
	}
	d->opts = all;
	d->name = NULL;
	return status;
}

struct names {
	char (*v)[XSW_SWITCH_NAME_MAX + 1];
	size_t n;
};

static void add_name(const char *name, void *arg)
{
	struct names *names = arg;
	void *v;

	if (!switch_name_valid(name)) /* the marks MOUNTED and EXPEDITED are none */
		return;
	v = reallocarray(names->v, names->n + 1, sizeof(*names->v));
	if (!v)
		return;
	names->v = v;
	snprintf(names->v[names->n++], sizeof(*names->v), "%s", name);
}

static int look_at_switches(struct doctor *d)
{
	struct names names = { 0 };
	char root[PIN_PATH_MAX];
	int home = netns_open_self(), status = XSW_OK;

	if (home < 0)
		return fail(XSW_REFUSED, "cannot open the namespace of the caller: %s",
			    strerror(-home));
	pin_root(root);
	if (d->opts->named)
		add_name(d->opts->switch_name, &names);
	else
		pin_each_dir(root, add_name, &names);
	for (size_t i = 0; i < names.n && !status; i++)
		status = look_at_switch(d, names.v[i], home);
	free(names.v);
	close(home);
	return status;
}

static bool wants_switches(const struct doctor_spec *spec)
{
	for (size_t i = 0; i < NCHECKS; i++)
		if (spec->checks[i] && checks[i].scope != OF_MACHINE)
			return true;
	return false;
}

static int need_switch(const struct xsw_opts *opts)
{
	char dir[PIN_PATH_MAX];
	int status = xsw_need_netns(opts);

	if (status)
		return status;
	pin_path(dir, opts->switch_name, "%s", "");
	return !opts->named || pin_exists(dir) ? XSW_OK : xsw_missing(opts);
}

int doctor_run(const struct xsw_opts *opts, const struct doctor_spec *spec, doctor_fn fn, void *arg)
{
	struct doctor d = { .opts = opts, .spec = spec };
	char text[RIGHTS_TEXT];
	int status;

	d.able = !rights_missing(RIGHT_ALL, text);
	status = d.able ? need_switch(opts) : XSW_OK;
	if (!status)
		make_all(&d, OF_MACHINE, OF_MACHINE, d.able);
	if (!status && d.able && wants_switches(spec))
		status = look_at_switches(&d);
	if (!status && d.no_memory)
		status = fail(XSW_REFUSED, "out of memory");
	for (size_t i = 0; i < d.n && (!status || status == XSW_DIFFERS); i++) {
		if (is_bad(&d.v[i]))
			status = XSW_DIFFERS;
		fn(&d.v[i], arg);
	}
	free(d.v);
	return status;
}
