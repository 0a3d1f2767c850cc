// SPDX-License-Identifier: GPL-2.0-only
/*
 * doctor_hook.c - programs at the device of a port: the switch's, and others'
 *
 * A frame meets XDP, then tcx in its order, then the filters of clsact in theirs. What is before the
 * switch may keep frames from it; what is behind sees only what the switch leaves.
 */
#include <stdio.h>
#include <string.h>

#include "attach.h"
#include "doctor_int.h"
#include "port.h"
#include "xsw_names.h"

#define PROGS 64

static void link_path(const struct doctor *d, const struct doctor_port *p, const char *name,
		      char path[PIN_PATH_MAX])
{
	pin_path(path, d->name, XSW_DIR_PORTS "/%u/%s", port_pin_number(d->sw, p->view->number),
		 name);
}

static uint8_t tc_hook(const struct doctor_port *p)
{
	return p->info->hook == XSW_HOOK_XDP ? p->info->tc_hook : p->info->hook;
}

/* Whether xsw_tc, the one of this switch, runs at the device. */
static bool tc_runs(struct doctor *d, const struct doctor_port *p)
{
	uint32_t id = prog_id(d->sw->prog.tc);
	char path[PIN_PATH_MAX];

	link_path(d, p, XSW_LINK_TCX, path);
	return id && attached(p->info->ifindex, path, (enum xsw_hook)tc_hook(p)) == id;
}

static bool xdp_runs(struct doctor *d, const struct doctor_port *p)
{
	char path[PIN_PATH_MAX];

	if (p->info->flags & XSW_I_CHAIN)
		return xdp_chain_attached(p->info->ifindex);
	link_path(d, p, XSW_LINK_XDP, path);
	return xdp_attached(path);
}

int doctor_detached(struct doctor *d, struct doctor_port *p)
{
	if (!p->outer.there)
		return 0;
	if (!tc_runs(d, p)) {
		doctor_found(d, DOCTOR_ERROR, p,
			     "the switch's program does not run at %s (%s): frames that come in by "
			     "it are not switched",
			     p->outer.link.name, hook_name((enum xsw_hook)tc_hook(p)));
		doctor_fix_port(d, p);
	}
	if (p->info->hook == XSW_HOOK_XDP && !xdp_runs(d, p)) {
		doctor_found(
			d, DOCTOR_WARNING, p,
			"the switch's XDP program does not run at %s: tc does its work, slower",
			p->outer.link.name);
		doctor_fix_port(d, p);
	}
	return 0;
}

/* --- others ----------------------------------------------------------------------------- */

static void other_program(struct doctor *d, const struct doctor_port *p, const char *where,
			  const struct attach_foreign *prog, bool before)
{
	doctor_found(d, before ? DOCTOR_WARNING : DOCTOR_HINT, p,
		     "%s at %s of %s runs %s the switch (program id %u): %s",
		     *prog->name ? quoted(prog->name) : "a program without a name", where,
		     p->outer.link.name, before ? "before" : "after", prog->id,
		     before ? "it may drop frames, change them or keep them for itself" :
			      "it sees only what the switch leaves");
}

static void check_tcx(struct doctor *d, const struct doctor_port *p)
{
	struct attach_foreign v[PROGS];
	size_t n = tcx_list(p->info->ifindex, false, v, PROGS), ours = n;

	for (size_t i = 0; i < n && ours == n; i++)
		if (v[i].id == prog_id(d->sw->prog.tc))
			ours = i;
	for (size_t i = 0; i < n; i++) {
		if (i == ours)
			continue;
		/* a filter of clsact comes after all of tcx */
		other_program(d, p, "tcx ingress", &v[i],
			      i < ours || tc_hook(p) == XSW_HOOK_CLSACT);
		doctor_fix(d, "bpftool prog show id %u says more of it", v[i].id);
	}
	n = tcx_list(p->info->ifindex, true, v, PROGS);
	for (size_t i = 0; i < n; i++)
		doctor_found(d, DOCTOR_HINT, p,
			     "%s at tcx egress of %s (program id %u) does not see frames that go "
			     "straight into a namespace",
			     *v[i].name ? quoted(v[i].name) : "a program without a name",
			     p->outer.link.name, v[i].id);
}

static int check_filters(struct doctor *d, const struct doctor_port *p, bool egress)
{
	struct netif_filter v[PROGS];
	size_t n;
	int err = netif_filters(d->sw->nl, (int)p->info->ifindex, egress, v, PROGS, &n);
	const char *dir = egress ? "egress" : "ingress";

	for (size_t i = 0; i < n && !err; i++) {
		bool before = !egress && tc_hook(p) == XSW_HOOK_CLSACT &&
			      v[i].priority < ATTACH_PRIORITY;

		if (!egress && tc_hook(p) == XSW_HOOK_CLSACT && v[i].priority == ATTACH_PRIORITY &&
		    !strcmp(v[i].kind, "bpf"))
			continue;
		doctor_found(d, before ? DOCTOR_WARNING : DOCTOR_HINT, p,
			     "a filter at %s of %s, %s of priority %u, %s", dir, p->outer.link.name,
			     v[i].kind, v[i].priority,
			     before ? "runs before the switch: it may drop frames, change them or "
				      "keep them for itself" :
			     egress ? "does not see frames that go straight into a namespace" :
				      "sees only what the switch leaves");
		doctor_fix(d, "tc filter del dev %s %s pref %u", shell_word(p->outer.link.name),
			   dir, v[i].priority);
	}
	return err;
}

int doctor_foreign_program(struct doctor *d, struct doctor_port *p)
{
	struct attach_foreign xdp = { 0 };
	int err;

	if (!p->outer.there)
		return 0;
	if (p->info->hook != XSW_HOOK_XDP)
		xdp_foreign(p->info->ifindex, &xdp);
	if (xdp.id) {
		other_program(d, p, "XDP", &xdp, true);
		doctor_fix(d, "ip link set %s xdp off", shell_word(p->outer.link.name));
	}
	check_tcx(d, p);
	err = check_filters(d, p, false);
	return err ? err : check_filters(d, p, true);
}

/* --- offloads --------------------------------------------------------------------------- */

/* Whoever owns a namespace can switch them back. */
static const struct {
	uint32_t bit; /* enum xsw_offload */
	bool outer;
	enum doctor_severity severity;
	const char *words, *then;
} offloads[] = {
	{ XSW_O_INNER_GRO, false, DOCTOR_ERROR, "gro on",
	  "GRO is off: what XDP sends to it is lost in the driver" },
	{ XSW_O_INNER_TXCSUM, false, DOCTOR_ERROR, "tx off",
	  "checksums are left to the device: XDP loses them, and receivers drop the packets" },
	{ XSW_O_INNER_TXVLAN, false, DOCTOR_WARNING, "txvlan off",
	  "VLAN tags stand beside the frame: XDP does not see them" },
	{ XSW_O_OUTER_RXVLAN, true, DOCTOR_WARNING, "rxvlan off",
	  "VLAN tags are taken out of the frame: XDP does not see them" },
};
#define OFFLOADS (sizeof(offloads) / sizeof(*offloads))

int doctor_xdp_offload(struct doctor *d, struct doctor_port *p)
{
	uint32_t bits = p->outer.there ? port_offload_differing(d->sw, p->view->number) : 0;

	/* a program at XDP inside takes its frames by NAPI, as GRO makes it */
	if (p->inner.there && p->inner.link.xdp)
		bits &= ~(uint32_t)XSW_O_INNER_GRO;
	for (size_t i = 0; i < OFFLOADS; i++) {
		const struct doctor_end *e = offloads[i].outer ? &p->outer : &p->inner;

		if (!(bits & offloads[i].bit))
			continue;
		doctor_found(d, offloads[i].severity, p, "at %s%s %s", e->link.name,
			     *e->enter ? " in its namespace" : "", offloads[i].then);
		doctor_fix(d, "%sethtool -K %s %s", e->enter, shell_word(e->link.name),
			   offloads[i].words);
	}
	return 0;
}
