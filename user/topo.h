/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * topo.h - a topology file, read
 *
 *	topo_load()	YAML -> struct topo, every mistake with its line and column
 *	topo_apply()	bring the machine to it; changes only what differs
 *	topo_diff()	what apply would change
 *	topo_export()	a running switch -> the file that makes it
 *	topo_remove()	what apply made
 *
 * Example:
 *
 *	namespaces:
 *	  host1: {sysctl: {net.ipv4.ip_forward: 1}, routes: ["10.1.0.0/16 via 192.0.2.2"]}
 *	links:
 *	  underlay:
 *	    - {netns: host1, dev: u0, address: 192.0.2.1/24}
 *	    - {netns: host2, dev: u0, address: 192.0.2.2/24}
 *	switches:
 *	  sw0:
 *	    netns: host1
 *	    set: {ageing: 60}
 *	    ports:
 *	      web: {netns: web, dev: eth0, address: 10.0.0.1/24, mode: access, tag: 10}
 *	      up0: {type: vxlan, remote: 192.0.2.2, key: 100, mode: trunk, trunks: 10-20}
 *	    vlans: [{vid: 10, max_learned: 100}, {dev: web, vid: 30, untagged: true}]
 *	    fdb: [{mac: "02:00:00:00:00:09", dev: web, vlan: 10}]
 *	    wires: [[a, b]]
 *	    mirrors: [{name: m1, from: ["web:in"], vlan: 10, to: up0, tag: 100}]
 *
 * A file may have `ports:` and the other keys of a switch at its top level: the switch of -S. A
 * mapping is words of the command line: {mode: trunk, trunks: [10, 20]} is what "port add" takes
 * as "mode trunk trunks 10,20", so both are parsed by one table and know the same keys.
 *
 * Everything lives until topo_free(). Back ends other than xswitch (topo_script.h) read the same
 * struct.
 */
#ifndef XSWITCH_TOPO_H
#define XSWITCH_TOPO_H

#include "xsw.h"

/* Where something stands in the file, for messages; from 1. */
struct topo_mark {
	unsigned line, column;
};

/* "net.ipv4.ip_forward", "1" */
struct topo_sysctl {
	const char *key, *value;
	struct topo_mark mark;
};

/* Where a route leads; families 0: not given. */
struct topo_way {
	struct arg_addr to; /* "default": plen 0 */
	struct arg_addr via, src;
	const char *dev; /* NULL: by `via` */
	uint32_t metric; /* 0: the kernel's */
};

/* What `ip route add` takes: "default via 10.0.0.254"; via, dev, src and metric. */
struct topo_route {
	const char *words;
	struct topo_way way;
	struct topo_mark mark;
};

/* A namespace that is more than the home of a port; made if it is missing. */
struct topo_ns {
	const char *name;
	struct topo_sysctl *sysctls;
	size_t nsysctls;
	struct topo_route *routes;
	size_t nroutes;
	struct topo_mark mark;
};

struct topo_end {
	const char *netns; /* NULL: the caller's */
	const char *ifname;
	struct arg_addrs addrs;
	struct arg_mac mac;
	uint32_t mtu; /* 0: the kernel's default */
	struct topo_mark mark;
};

/* A veth pair beside the switches. */
struct topo_link {
	const char *name;
	struct topo_end end[2];
	struct topo_mark mark;
};

struct topo_port {
	struct xsw_port_spec spec; /* spec.change points to `change` */
	struct xsw_port_change change;
	char **words; /* of `port add`, as given: "web", "mode", "access", ... */
	int nwords;
	struct topo_mark mark;
};

/* `vlan add dev PORT vid LIST [pvid] [untagged]`, or `vlan set vid LIST max_learned N`. */
struct topo_vlan {
	struct xsw_vlan_edit edit; /* edit.port NULL: a limit */
	uint32_t max_learned;
	struct topo_mark mark;
};

struct topo_fdb {
	struct xsw_fdb_spec spec;
	struct topo_mark mark;
};

struct topo_wire {
	const char *port[2];
	struct topo_mark mark;
};

struct topo_mirror {
	struct xsw_mirror_spec spec;
	struct topo_mark mark;
};

struct topo_switch {
	const char *name;
	const char *netns; /* where it lives; NULL: the caller's, or that of -n */
	struct xsw_change set;
	char **set_words; /* of `set`: "ageing", "60", ... */
	int nset_words;
	struct topo_port *ports;
	size_t nports;
	struct topo_vlan *vlans;
	size_t nvlans;
	struct topo_fdb *fdb;
	size_t nfdb;
	struct topo_wire *wires;
	size_t nwires;
	struct topo_mirror *mirrors;
	size_t nmirrors;
	struct topo_mark mark;
};

struct topo {
	const char *file; /* for messages, escaped */
	struct topo_mem *mem;
	struct topo_ns *namespaces;
	size_t nnamespaces;
	struct topo_link *links;
	size_t nlinks;
	struct topo_switch *switches;
	size_t nswitches;
};

/*
 * `file` "-": standard input. `name`: of a switch at the top level of the file; kept, not copied.
 * XSW_USAGE: its mistakes are told. On an error *out is NULL.
 */
int topo_load(const char *file, const char *name, struct topo **out);

/* The same from memory; `file` is what messages call it. */
int topo_parse(const char *text, size_t size, const char *file, const char *name,
	       struct topo **out);
void topo_free(struct topo *topo);

/* "~ port web: tag 10 -> 20" */
struct topo_line {
	char sign;				       /* '+', '-', '~' */
	const char *sw;				       /* the switch; NULL: beside them */
	const char *object, *name, *key, *have, *want; /* NULL: not there */
};

typedef void (*topo_line_fn)(const struct topo_line *line, void *arg);

/*
 * Each an exit status. `opts` has the switch and the namespace where the file names none.
 *
 * topo_apply() changes what differs and undoes that on an error; topo_diff() calls fn with what
 * it would change; topo_remove() removes the switches, and the namespaces and links that
 * topo_apply() made: those bear the alias "xswitch" on `lo`, or "xswitch link NAME".
 */
int topo_apply(const struct xsw_opts *opts, const struct topo *topo);
int topo_diff(const struct xsw_opts *opts, const struct topo *topo, topo_line_fn fn, void *arg);
int topo_remove(const struct xsw_opts *opts, const struct topo *topo);

/* What making and removing it needs, but for the switches themselves: bits of enum right. */
unsigned int topo_rights(const struct topo *topo);

/* A file that makes the switch of `opts` as it is; free(*text). */
int topo_export(const struct xsw_opts *opts, char **text);

#endif
