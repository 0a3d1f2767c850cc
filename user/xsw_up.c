// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_up.c - many ports made as one: all of them, or none of this call's
 *
 * What is to become of each is planned before (up.h). On an error what this call made is unmade, in
 * reverse; a switch it made goes as well.
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>

#include "grace.h"
#include "up.h"

const char *const xsw_hook_words[] = { "auto", "tc", "xdp", NULL };

const char *const xsw_type_words[] = {
	[XSW_TYPE_NETNS] = "netns",
	[XSW_TYPE_DEV] = "dev",
	[XSW_TYPE_HOST] = "host",
	[XSW_TYPE_VXLAN] = "vxlan",
	[XSW_TYPE_GRE] = "gre",
	[XSW_TYPE_GENEVE] = "geneve",
	NULL,
};

#define GRACE_WORTH 4 /* ports from which shorter grace periods pay */

/* What a writer sweeps when it opens the switch, for a plan. */
static void plan_sweep(const struct xsw *sw)
{
	uint32_t n;

	for (n = 1; n < XSW_PORTS && sw->opts->dry_run; n++)
		if (sw->ports[n].name[0] && !xsw_is_complete(sw, n))
			xsw_plan(sw, "remove what is left of port %s", sw->ports[n].name);
}

static void plan_text(struct xsw *sw, const struct step *s)
{
	char text[INET6_ADDRSTRLEN] = "no address";
	int fd;

	if (type_is_tunnel(s->spec->type)) {
		const struct xsw_ip ip = tunnel_ip(&s->spec->tunnel.remotes.v[s->leg]);

		tunnel_ip_text(&ip, text);
		xsw_plan(sw, "make port %s: number %u, %s to %s", s->spec->name, s->number,
			 xsw_type_words[s->spec->type], text);
		return;
	}
	if (s->spec->type == XSW_TYPE_DEV) {
		xsw_plan(sw, "make port %s: number %u, device %s", s->spec->name, s->number,
			 s->spec->ifname);
		return;
	}
	fd = s->spec->type == XSW_TYPE_NETNS ? netns_open(s->spec->netns) : -1;
	if (fd == -ENOENT)
		xsw_plan(sw, "make namespace %s", s->spec->netns);
	else if (fd >= 0)
		close(fd);
	if (s->spec->addrs.n)
		inet_ntop(s->spec->addrs.v[0].family, s->spec->addrs.v[0].addr, text, sizeof(text));
	if (s->spec->type == XSW_TYPE_HOST)
		xsw_plan(sw, "make port %s: number %u, %sp%u and %s here, %s", s->spec->name,
			 s->number, sw->name, s->number, s->spec->ifname, text);
	else
		xsw_plan(sw, "make port %s: number %u, %sp%u here, %s in namespace %s, %s",
			 s->spec->name, s->number, sw->name, s->number, s->spec->ifname,
			 s->spec->netns, text);
}

static int apply_one(struct xsw *sw, struct step *s)
{
	struct port_place place = { s->spec, s->leg, s->number };
	int err;

	if (s->leg) /* steps of the legs before it stand before it */
		place.head = (s - s->leg)->number;
	if (s->make && xsw_tells(sw))
		plan_text(sw, s);
	if (sw->opts->dry_run)
		return XSW_OK;
	if (!s->make)
		return port_reattach(sw, s->number) ?
			       fail(XSW_REFUSED, "port %s: cannot attach the program",
				    s->spec->name) :
			       XSW_OK;
	err = s->remake ? port_unmake_keep(sw, s->number) : 0;
	if (err)
		return port_left(s->spec->name, err);
	if (!s->remake)
		policy_drop(sw, s->number); /* of a command that was killed at it */
	s->begun = true;
	return port_make(sw, s->number, &place, &s->conf);
}

/* Its policy first, so that no frame meets the port without it. */
static int open_one(struct xsw *sw, struct step *s)
{
	int err = policy_enforceable(&sw->ports[s->number], s->conf.policy);

	if (err || !s->policy)
		return err ? err : port_open(sw, s->number, s->spec, s->conf, &s->sets);
	err = policy_begin(sw, s->number, s->policy);
	if (err)
		return policy_failed(s->spec->name, err);
	err = port_open(sw, s->number, s->spec, s->conf, &s->sets);
	policy_end(sw, s->policy);
	return err;
}

static void undo_one(struct xsw *sw, const struct step *s)
{
	int err = port_unmake(sw, s->number);

	if (err)
		port_left(s->spec->name, err);
}

static int apply(struct xsw *sw, struct step *steps, size_t n)
{
	size_t i;
	int err = XSW_OK;

	for (i = 0; i < n && !err; i++)
		err = apply_one(sw, &steps[i]);
	for (i = 0; i < n && !err; i++)
		if (steps[i].begun)
			err = open_one(sw, &steps[i]);
	for (i = n; err && i-- > 0;)
		if (steps[i].begun)
			undo_one(sw, &steps[i]);
	if (!sw->opts->dry_run)
		mtu_follow(sw);
	return err;
}

static int up_ports(struct xsw *sw, struct xsw_up_spec *spec)
{
	struct xsw_meta before = sw->meta;
	struct plan p;
	int err;

	plan_sweep(sw);
	err = up_plan(sw, spec, &p);
	if (!err && !sw->opts->dry_run) {
		if (p.todo >= GRACE_WORTH)
			grace_shorten();
		if (memcmp(&before, &sw->meta, sizeof(before)))
			err = xsw_save_meta(sw);
	}
	if (!err)
		err = apply(sw, p.v, p.n);
	up_plan_end(&p);
	return err;
}

/* `up` takes names only; digits that name no namespace would mean a process. */
static int check_name(const char *netns)
{
	char path[XSW_PATH_MAX];

	if (netns[strspn(netns, "0123456789")] || netns_path(netns, path, sizeof(path)) ||
	    !strncmp(path, NETNS_DIR, strlen(NETNS_DIR)))
		return XSW_OK;
	fail(XSW_USAGE, "up: --ports %s: digits only name no new namespace", quoted(netns));
	hint("`port add NAME netns PID` connects the namespace of a process");
	return XSW_USAGE;
}

/* The 64th port, and every 64th after it, needs maps of its own. */
unsigned int xsw_port_rights(const struct xsw_port_spec *spec)
{
	return RIGHT_DEVICES | RIGHT_MAPS | (spec->type == XSW_TYPE_NETNS ? RIGHT_NETNS : 0) |
	       (spec->hook == XSW_HOOK_ARG_XDP ? RIGHT_PROGS | RIGHT_IDS : 0);
}

int xsw_up(const struct xsw_opts *opts, struct xsw_up_spec *spec)
{
	unsigned int rights = 0;
	struct xsw *sw;
	size_t i;
	int err = XSW_OK;

	for (i = 0; i < spec->nports && !err; i++) {
		if (!spec->ports[i].mtu && spec->ports[i].type != XSW_TYPE_DEV &&
		    !type_is_tunnel(spec->ports[i].type))
			spec->ports[i].mtu = spec->mtu;
		if (spec->ports[i].type == XSW_TYPE_NETNS)
			err = check_name(spec->ports[i].netns);
		rights |= xsw_port_rights(&spec->ports[i]);
	}
	if (!err)
		err = xsw_open_or_make(&sw, opts, rights);
	if (err)
		return err;
	if (!sw->nl)
		err = fail(XSW_REFUSED, "switch %s: the namespace it lived in is gone", sw->name);
	else
		err = up_ports(sw, spec);
	if (err && sw->made)
		xsw_remove_pins(sw->name);
	xsw_close(sw);
	return err;
}

/* What the switch gives out by itself stays as it is. */
static int add_ports(struct xsw *sw, struct xsw_up_spec *spec)
{
	struct xsw_meta meta = sw->meta;
	struct plan p;
	int err;

	plan_sweep(sw);
	if (up_subnet_grows(sw))
		sw->meta.plen = 0;
	err = up_plan(sw, spec, &p);
	sw->meta = meta;
	for (size_t i = 0; i < p.n && !err; i++)
		if (p.v[i].remake && sw->opts->batch)
			err = fail(XSW_REFUSED, "port %s: its device was replaced; %s",
				   p.v[i].spec->name, "a batch cannot undo making it again");
	if (!err && p.todo >= GRACE_WORTH && !sw->opts->dry_run)
		grace_shorten();
	if (!err)
		err = apply(sw, p.v, p.n);
	for (size_t i = 0; i < p.n && !err; i++)
		if (p.v[i].begun)
			err = batch_keep_made(sw, p.v[i].number);
	up_plan_end(&p);
	return err;
}

static int add_many(struct xsw *sw, const struct xsw_port_spec *const *specs, size_t n,
		    bool no_subnet)
{
	struct xsw_up_spec up = { .nports = n, .no_subnet = no_subnet, .exact = true };
	int err = XSW_OK;

	up.ports = calloc(n + 1, sizeof(*up.ports));
	if (!up.ports)
		return fail(XSW_REFUSED, "out of memory");
	for (size_t i = 0; i < n && !err; i++) {
		up.ports[i] = *specs[i];
		err = xsw_tunnel_check(specs[i]) ?:
			      xsw_check_rights(sw->opts->dry_run ? 0 : xsw_port_rights(specs[i]));
	}
	if (!err && !sw->nl)
		err = fail(XSW_REFUSED, "switch %s: the namespace it lived in is gone", sw->name);
	if (!err)
		err = add_ports(sw, &up);
	free(up.ports);
	return err;
}

int xsw_ports_add(struct xsw *sw, const struct xsw_port_spec *const *specs, size_t n)
{
	return add_many(sw, specs, n, true);
}

int xsw_port_add(struct xsw *sw, const struct xsw_port_spec *spec)
{
	if (sw->nl && batch_checking(sw))
		return xsw_tunnel_check(spec)			       ?:
			       xsw_check_rights(xsw_port_rights(spec)) ?:
			       batch_promise(sw, spec->name);
	return add_many(sw, &spec, 1, false);
}
