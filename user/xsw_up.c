// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_up.c - many ports made as one: all of them, or none of this call's
 *
 * Desired against actual: a port that is whole stays untouched, one that is not (its device
 * or namespace was replaced, a command was killed) is made again under its number, others are
 * new. On an error what this call made is unmade, in reverse; a switch it made goes as well.
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>

#include "grace.h"
#include "xsw_int.h"

const char *const xsw_hook_words[] = { "auto", "tc", "xdp", NULL };

const char *const xsw_type_words[] = {
	[XSW_TYPE_NETNS] = "netns",
	[XSW_TYPE_DEV] = "dev",
	[XSW_TYPE_HOST] = "host",
	NULL,
};

#define SUBNET_DEFAULT	 0x0a000000u /* 10.0.0.0 */
#define SUBNET_PLEN	 24
#define SUBNET_PLEN_MANY 16
#define GRACE_WORTH	 4 /* ports from which shorter grace periods pay */

/* What becomes of one asked-for port. */
struct step {
	const struct xsw_port_spec *spec;
	uint32_t number;
	union xsw_conf conf;
	struct xsw_sets sets;
	struct policy_change *policy; /* NULL: nothing is asked for */
	bool make;		      /* it is not there, or not whole */
	bool remake;		      /* remains must go first */
	bool begun;
};

/* Where the number of a port of this name was put last; what stands there is a guess. */
static uint16_t *found_slot(const struct xsw *sw, const char *name)
{
	uint32_t h = 2166136261u;

	for (; *name; name++)
		h = (h ^ (uint8_t)*name) * 16777619u;
	return &sw->found[(h ^ h >> 16) % XSW_FOUND];
}

uint32_t xsw_port_find(const struct xsw *sw, const char *name)
{
	uint16_t *found = found_slot(sw, name);
	char full[XSW_NAME_MAX + XSW_IFNAME_MAX + 1];
	uint32_t n;

	/* a walk through a thousand ports for every line of a batch would be most of its time */
	if (*name && !strcmp(sw->ports[*found].name, name))
		return *found;
	for (n = 1; n < XSW_PORTS; n++) {
		if (strcmp(sw->ports[n].name, name) || !*name)
			continue;
		*found = (uint16_t)n;
		return n;
	}
	for (n = 1; n < XSW_PORTS && strchr(name, ':'); n++) {
		snprintf(full, sizeof(full), "%s:%s", sw->ports[n].netns, sw->ports[n].ifname);
		if (sw->ports[n].name[0] && !strcmp(full, name))
			return n;
	}
	return 0;
}

int xsw_port_need(const struct xsw *sw, const char *name, uint32_t *number)
{
	*number = xsw_port_find(sw, name);
	if (*number || batch_promised(sw, name))
		return batch_checking(sw) ? XSW_CHECKED : XSW_OK;
	return fail(XSW_MISSING, "switch %s has no port %s", sw->name, quoted(name));
}

static union xsw_conf default_conf(void)
{
	return (union xsw_conf){ .mtu = 1500, /* until the device says */
				 .flags = XSW_F_DEFAULT,
				 .state = XSW_STATE_FORWARDING };
}

/* The lowest number that neither the switch nor a step before this one has. */
static uint32_t free_number(const struct xsw *sw, const struct step *steps, size_t n)
{
	uint8_t taken[XSW_PORTS] = {};
	uint32_t i;

	for (i = 0; i < n; i++)
		taken[steps[i].number % XSW_PORTS] = 1;
	for (i = 1; i < XSW_PORTS; i++)
		if (!taken[i] && !sw->ports[i].name[0])
			return i;
	return 0;
}

/* Whether the port that has this name is what is asked for. */
static bool same_place(const struct xsw_info *info, const struct xsw_port_spec *spec)
{
	char path[XSW_PATH_MAX] = "";

	if (info->type != spec->type)
		return false;
	if (spec->type == XSW_TYPE_DEV)
		return !strcmp(info->outer, spec->ifname);
	if (spec->type == XSW_TYPE_NETNS)
		netns_path(spec->netns, path, sizeof(path));
	return !strcmp(info->netns_path, path) && !strcmp(info->ifname, spec->ifname);
}

static int exists(const struct xsw_info *info)
{
	if (info->type == XSW_TYPE_NETNS)
		return fail(XSW_REFUSED, "port %s: File exists: it is %s in namespace %s",
			    info->name, info->ifname, quoted(info->netns_path));
	return fail(XSW_REFUSED, "port %s: File exists: it is of type %s, device %s", info->name,
		    xsw_type_words[info->type],
		    info->type == XSW_TYPE_DEV ? info->outer : info->ifname);
}

/* `hook tc` and `hook xdp` of a port that is there already; `auto` is content. */
static int check_hook(const struct xsw_info *info, const struct xsw_port_spec *spec)
{
	bool xdp = info->hook == XSW_HOOK_XDP, fell_back = info->hook_why > XSW_WHY_ASKED;

	if (spec->hook == XSW_HOOK_ARG_AUTO || fell_back || (spec->hook == XSW_HOOK_ARG_XDP) == xdp)
		return XSW_OK;
	fail(XSW_REFUSED, "port %s: File exists: its hook is %s", info->name, xdp ? "xdp" : "tc");
	hint("`port del %s`, then make it again", info->name);
	return XSW_REFUSED;
}

static int plan_new(struct xsw *sw, struct step *s)
{
	const struct xsw_port_spec *spec = s->spec;
	int err = vlan_plan(sw, spec->name, &spec->vlan, &s->conf, &s->sets);

	if (!err && port_wants_xdp(spec, s->conf))
		err = port_hook_check(spec->name, spec->type, s->conf);
	if (err || !spec->change)
		return err;
	port_change_conf(spec->change, &s->conf);
	return policy_plan(sw, spec->name, &spec->change->policy, &s->conf, s->policy);
}

static int plan_port(struct xsw *sw, const struct xsw_port_spec *spec, struct step *steps, size_t i)
{
	struct step *s = &steps[i];
	const struct xsw_info *info;

	s->spec = spec;
	s->conf = default_conf();
	s->number = xsw_port_find(sw, spec->name);
	if (!s->number) {
		s->make = true;
		s->number = free_number(sw, steps, i);
		if (!s->number)
			return fail(XSW_REFUSED, "switch %s is full: %u ports", sw->name,
				    XSW_PORTS - 1);
		return plan_new(sw, s);
	}
	info = &sw->ports[s->number];
	if (!same_place(info, spec))
		return exists(info);
	if (port_whole(sw, s->number, spec))
		return check_hook(info, spec);
	s->make = s->remake = true;
	/* it keeps its settings, if it ever had any */
	if (!(sw->ports[s->number].flags & XSW_I_READY))
		return plan_new(sw, s);
	s->conf = maps_conf_load(&sw->maps, s->number);
	vlan_current(sw, s->number, s->conf, &s->sets);
	s->conf.flags &= (__u16)~XSW_F_PEER;
	return XSW_OK;
}

/* The address of port `number`: the subnet's, the number as host part. */
static int give_address(struct xsw *sw, struct xsw_port_spec *spec, uint32_t number)
{
	uint32_t host_bits = 32u - sw->meta.plen, be;
	struct arg_addr *a;

	if (!sw->meta.plen || spec->addrs.n || spec->type != XSW_TYPE_NETNS)
		return XSW_OK;
	if (host_bits < 2 || number >= (1u << host_bits) - 1) {
		be = htonl(sw->meta.subnet);
		char text[INET_ADDRSTRLEN];

		fail(XSW_USAGE, "port %s: subnet %s/%u has no address for port number %u",
		     spec->name, inet_ntop(AF_INET, &be, text, sizeof(text)), sw->meta.plen,
		     number);
		hint("choose a larger one with --subnet");
		return XSW_USAGE;
	}
	a = &spec->addrs.v[spec->addrs.n++];
	a->family = AF_INET;
	a->plen = sw->meta.plen;
	be = htonl(sw->meta.subnet + number);
	memcpy(a->addr, &be, sizeof(be));
	return XSW_OK;
}

static void choose_subnet(struct xsw *sw, const struct xsw_up_spec *spec, uint32_t highest)
{
	bool has = sw->meta.plen != 0 || sw->meta.no_subnet;

	if (spec->no_subnet) {
		sw->meta.plen = 0;
		sw->meta.no_subnet = 1;
	} else if (spec->subnet_set) {
		sw->meta.subnet = spec->subnet;
		sw->meta.plen = spec->plen;
		sw->meta.no_subnet = 0;
	} else if (!has) {
		sw->meta.subnet = SUBNET_DEFAULT;
		sw->meta.plen = highest < 255 ? SUBNET_PLEN : SUBNET_PLEN_MANY;
	}
}

/* Records of commands that were killed, of ports nobody asks for now. */
static void sweep(struct xsw *sw)
{
	uint32_t n;

	for (n = 1; n < XSW_PORTS; n++) {
		if (!sw->ports[n].name[0] || sw->ports[n].flags & XSW_I_READY)
			continue;
		if (!xsw_plan(sw, "remove what is left of port %s", sw->ports[n].name))
			port_unmake(sw, n);
	}
	if (!sw->opts->dry_run)
		port_recount(sw);
}

static void plan_text(struct xsw *sw, const struct step *s)
{
	char text[INET6_ADDRSTRLEN] = "no address";
	int fd;

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
	if (sw->opts->dry_run) {
		if (s->make)
			plan_text(sw, s);
		return XSW_OK;
	}
	if (!s->make)
		return port_reattach(sw, s->number) ?
			       fail(XSW_REFUSED, "port %s: cannot attach the program",
				    s->spec->name) :
			       XSW_OK;
	if (s->remake)
		port_unmake_keep(sw, s->number);
	else
		policy_drop(sw, s->number); /* of a command that was killed at it */
	s->begun = true;
	return port_make(sw, s->number, s->spec, &s->conf);
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
			port_unmake(sw, steps[i].number);
	return err;
}

static int plan(struct xsw *sw, const struct xsw_up_spec *spec, struct step *steps, size_t *todo)
{
	uint32_t highest = 0;
	size_t i;
	int err;

	*todo = 0;
	for (i = 0; i < spec->nports; i++) {
		err = plan_port(sw, &spec->ports[i], steps, i);
		if (err)
			return err;
		if (steps[i].number > highest)
			highest = steps[i].number;
		*todo += steps[i].make;
	}
	choose_subnet(sw, spec, highest);
	for (i = 0; i < spec->nports; i++) {
		err = steps[i].make ? give_address(sw, &spec->ports[i], steps[i].number) : XSW_OK;
		if (err)
			return err;
	}
	return XSW_OK;
}

static int up_ports(struct xsw *sw, struct xsw_up_spec *spec)
{
	struct step *steps = calloc(spec->nports + 1, sizeof(*steps));
	struct xsw_meta before = sw->meta;
	size_t todo;
	int err;

	if (!steps)
		return fail(XSW_REFUSED, "out of memory");
	sweep(sw);
	err = plan(sw, spec, steps, &todo);
	if (!err && !sw->opts->dry_run) {
		if (todo >= GRACE_WORTH)
			grace_shorten();
		if (memcmp(&before, &sw->meta, sizeof(before)))
			err = xsw_save_meta(sw);
	}
	if (!err)
		err = apply(sw, steps, spec->nports);
	free(steps);
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

int xsw_up(const struct xsw_opts *opts, struct xsw_up_spec *spec)
{
	struct xsw *sw;
	size_t i;
	int err = XSW_OK;

	for (i = 0; i < spec->nports && !err; i++) {
		if (!spec->ports[i].mtu && spec->ports[i].type != XSW_TYPE_DEV)
			spec->ports[i].mtu = spec->mtu;
		if (spec->ports[i].type == XSW_TYPE_NETNS)
			err = check_name(spec->ports[i].netns);
	}
	if (!err)
		err = xsw_open_or_make(&sw, opts);
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
static int add_ports(struct xsw *sw, struct xsw_up_spec *spec, struct step *steps)
{
	struct xsw_meta meta = sw->meta;
	size_t todo;
	int err;

	sweep(sw);
	sw->meta.plen = 0;
	err = plan(sw, spec, steps, &todo);
	sw->meta = meta;
	for (size_t i = 0; i < spec->nports && !err; i++)
		if (steps[i].remake && sw->opts->batch)
			err = fail(XSW_REFUSED,
				   "port %s: its device was replaced; a batch cannot undo "
				   "making it again",
				   steps[i].spec->name);
	if (!err && todo >= GRACE_WORTH && !sw->opts->dry_run)
		grace_shorten();
	if (!err)
		err = apply(sw, steps, spec->nports);
	for (size_t i = 0; i < spec->nports && !err; i++)
		if (steps[i].begun)
			err = batch_keep_made(sw, steps[i].number);
	return err;
}

static int add_many(struct xsw *sw, const struct xsw_port_spec *const *specs, size_t n,
		    bool no_subnet)
{
	struct xsw_up_spec up = {
		.ports = calloc(n + 1, sizeof(*up.ports)),
		.nports = n,
		.no_subnet = no_subnet,
	};
	struct step *steps = calloc(n + 1, sizeof(*steps));
	struct policy_change *policies = calloc(n + 1, sizeof(*policies));
	int err = XSW_OK;

	if (!up.ports || !steps || !policies)
		err = fail(XSW_REFUSED, "out of memory");
	for (size_t i = 0; i < n && !err; i++) {
		up.ports[i] = *specs[i];
		steps[i].policy = specs[i]->change ? &policies[i] : NULL;
	}
	if (!err && !sw->nl)
		err = fail(XSW_REFUSED, "switch %s: the namespace it lived in is gone", sw->name);
	if (!err)
		err = add_ports(sw, &up, steps);
	free(up.ports);
	free(steps);
	free(policies);
	return err;
}

int xsw_ports_add(struct xsw *sw, const struct xsw_port_spec *const *specs, size_t n)
{
	return add_many(sw, specs, n, true);
}

int xsw_port_add(struct xsw *sw, const struct xsw_port_spec *spec)
{
	if (sw->nl && batch_checking(sw))
		return batch_promise(sw, spec->name);
	return add_many(sw, &spec, 1, false);
}

int xsw_port_del(struct xsw *sw, const char *port)
{
	uint32_t number;
	int err = xsw_port_need(sw, port, &number);

	if (!err && !xsw_plan(sw, "remove port %s", port))
		port_unmake(sw, number);
	return err;
}
