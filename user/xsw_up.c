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
	[XSW_TYPE_VXLAN] = "vxlan",
	[XSW_TYPE_GRE] = "gre",
	[XSW_TYPE_GENEVE] = "geneve",
	NULL,
};

#define SUBNET_DEFAULT	 0x0a000000u /* 10.0.0.0 */
#define SUBNET_PLEN	 24
#define SUBNET_PLEN_MANY 16
#define GRACE_WORTH	 4 /* ports from which shorter grace periods pay */

/* What becomes of one asked-for port, or of one leg of a tunnel. */
struct step {
	struct xsw_port_spec *spec;
	uint32_t leg;
	uint32_t number;
	union xsw_conf conf;
	struct xsw_sets sets;
	struct policy_change *policy; /* NULL: nothing is asked for */
	bool make;		      /* it is not there, or not whole */
	bool remake;		      /* remains must go first */
	bool begun;
};

struct plan {
	struct step *v; /* the legs of a tunnel one after the other */
	size_t n;
	size_t todo;			/* how many are to be made */
	struct policy_change *policies; /* of each step; NULL: nobody asks for any */
};

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
static bool same_place(const struct xsw_info *info, const struct xsw_port_spec *spec, uint32_t leg)
{
	char path[XSW_PATH_MAX] = "";

	if (info->type != spec->type)
		return false;
	if (spec->type == XSW_TYPE_DEV)
		return !strcmp(info->outer, spec->ifname);
	if (type_is_tunnel(spec->type))
		return tunnel_is(info, spec, leg);
	if (spec->type == XSW_TYPE_NETNS)
		netns_path(spec->netns, path, sizeof(path));
	return !strcmp(info->netns_path, path) && !strcmp(info->ifname, spec->ifname);
}

static int exists(const struct xsw_info *info)
{
	if (info->type == XSW_TYPE_NETNS)
		return fail(XSW_REFUSED, "port %s: File exists: it is %s in namespace %s",
			    info->name, info->ifname, quoted(info->netns_path));
	if (type_is_tunnel(info->type))
		return fail(XSW_REFUSED,
			    "port %s: File exists: it is of type %s, to other remotes, from "
			    "another address or with another key",
			    info->name, xsw_type_words[info->type]);
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
	uint32_t old = s->remake ? s->number : 0;
	struct xsw_port_spec *spec = s->spec;
	int err;

	if (spec->tunnel.key.vid) {
		spec->vlan.mode_set = true;
		spec->vlan.mode = XSW_MODE_TRUNK;
	}
	err = type_is_tunnel(spec->type) ? tunnel_may(sw, spec, s->leg) : XSW_OK;
	if (!err)
		err = vlan_plan(sw, spec->name, old, &spec->vlan, &s->conf, &s->sets);
	if (!err && spec->tunnel.key.vid)
		memcpy(s->sets.untagged, s->sets.member, sizeof(s->sets.untagged));
	if (!err && port_wants_xdp(spec, s->conf))
		err = port_hook_check(spec->name, spec->type, s->conf);
	if (err || !spec->change)
		return err;
	port_change_conf(spec->change, &s->conf);
	return policy_plan(sw, spec->name, old, &spec->change->policy, &s->conf, s->policy);
}

static int plan_port(struct xsw *sw, struct step *steps, size_t i)
{
	struct step *s = &steps[i];
	const struct xsw_port_spec *spec = s->spec;
	const struct xsw_info *info;

	s->conf = default_conf();
	s->number = xsw_port_find(sw, spec->name);
	if (s->number && s->leg)
		s->number = xsw_leg_find(sw, s->number, s->leg);
	if (!s->number) {
		s->make = true;
		s->number = free_number(sw, steps, i);
		if (!s->number)
			return fail(XSW_REFUSED, "switch %s is full: %u ports", sw->name,
				    XSW_PORTS - 1);
		return plan_new(sw, s);
	}
	info = &sw->ports[s->number];
	if (!same_place(info, spec, s->leg))
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
		if (!sw->ports[n].name[0] || xsw_is_complete(sw, n))
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

	if (s->leg) /* steps of the legs before it stand before it */
		place.head = (s - s->leg)->number;
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
	if (!sw->opts->dry_run)
		mtu_follow(sw);
	return err;
}

static size_t legs_of(const struct xsw_port_spec *spec)
{
	return type_is_tunnel(spec->type) ? spec->tunnel.remotes.n : 1;
}

static int plan_begin(struct plan *p, const struct xsw_up_spec *spec)
{
	size_t i, leg, n = 0;
	bool change = false;

	for (i = 0; i < spec->nports; i++) {
		n += legs_of(&spec->ports[i]);
		change |= spec->ports[i].change != NULL;
	}
	*p = (struct plan){ .v = calloc(n + 1, sizeof(*p->v)) };
	if (change)
		p->policies = calloc(n, sizeof(*p->policies));
	if (!p->v || (change && !p->policies))
		return fail(XSW_REFUSED, "out of memory");
	for (i = 0; i < spec->nports; i++)
		for (leg = 0; leg < legs_of(&spec->ports[i]); leg++, p->n++) {
			p->v[p->n].spec = &spec->ports[i];
			p->v[p->n].leg = (uint32_t)leg;
			if (spec->ports[i].change)
				p->v[p->n].policy = &p->policies[p->n];
		}
	return XSW_OK;
}

static void plan_end(struct plan *p)
{
	free(p->policies);
	free(p->v);
}

static int plan(struct xsw *sw, const struct xsw_up_spec *spec, struct plan *p)
{
	uint32_t highest = 0;
	size_t i;
	int err = plan_begin(p, spec);

	for (i = 0; i < p->n && !err; i++) {
		err = plan_port(sw, p->v, i);
		if (p->v[i].number > highest)
			highest = p->v[i].number;
		p->todo += p->v[i].make;
	}
	if (err)
		return err;
	choose_subnet(sw, spec, highest);
	for (i = 0; i < p->n && !err; i++)
		if (p->v[i].make)
			err = give_address(sw, p->v[i].spec, p->v[i].number);
	return err;
}

static int up_ports(struct xsw *sw, struct xsw_up_spec *spec)
{
	struct xsw_meta before = sw->meta;
	struct plan p;
	int err;

	sweep(sw);
	err = plan(sw, spec, &p);
	if (!err && !sw->opts->dry_run) {
		if (p.todo >= GRACE_WORTH)
			grace_shorten();
		if (memcmp(&before, &sw->meta, sizeof(before)))
			err = xsw_save_meta(sw);
	}
	if (!err)
		err = apply(sw, p.v, p.n);
	plan_end(&p);
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
		if (!spec->ports[i].mtu && spec->ports[i].type != XSW_TYPE_DEV &&
		    !type_is_tunnel(spec->ports[i].type))
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
static int add_ports(struct xsw *sw, struct xsw_up_spec *spec)
{
	struct xsw_meta meta = sw->meta;
	struct plan p;
	int err;

	sweep(sw);
	sw->meta.plen = 0;
	err = plan(sw, spec, &p);
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
	plan_end(&p);
	return err;
}

static int add_many(struct xsw *sw, const struct xsw_port_spec *const *specs, size_t n,
		    bool no_subnet)
{
	struct xsw_up_spec up = { .nports = n, .no_subnet = no_subnet };
	int err = XSW_OK;

	up.ports = calloc(n + 1, sizeof(*up.ports));
	if (!up.ports)
		return fail(XSW_REFUSED, "out of memory");
	for (size_t i = 0; i < n && !err; i++) {
		up.ports[i] = *specs[i];
		err = xsw_tunnel_check(specs[i]);
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
		return xsw_tunnel_check(spec) ?: batch_promise(sw, spec->name);
	return add_many(sw, &spec, 1, false);
}
