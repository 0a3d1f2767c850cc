/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * topo_steps.h - what back ends build scripts with
 *
 * A format is words apart by blanks; what it prints stays within its word, blanks and all:
 *
 *	script_section(s, &port->mark, "port %s", name)		a comment, and where messages point
 *	script_do(s, "ns1", "ip link add %s type veth", name)	ip -n ns1 link add ...
 *	script_more(s, "peer name %s", inner)			more words of it
 *	script_undo(s, "ns1", "ip link del %s", name)		takes the last one back ...
 *	script_if(s, "ns1", line, "ip link show dev %s", name)	... if this prints that line
 *	script_do(s, "ns1", "sysctl -qw %s=%s", key, value)	ip netns exec ns1 sysctl ...
 *
 * Memory that runs out is noticed at the end.
 */
#ifndef XSWITCH_TOPO_STEPS_H
#define XSWITCH_TOPO_STEPS_H

#include "topo_script.h"
#include "xsw_int.h"

#define SCRIPT_FORMAT(at) __attribute__((format(printf, at, at + 1)))

/* --- topo_script.c: the list ------------------------------------------------------------- */

void script_section(struct topo_script *s, const struct topo_mark *mark, const char *fmt, ...)
	SCRIPT_FORMAT(3);

/* `netns` NULL: the caller's. */
void script_do(struct topo_script *s, const char *netns, const char *fmt, ...) SCRIPT_FORMAT(3);
void script_more(struct topo_script *s, const char *fmt, ...) SCRIPT_FORMAT(2);
void script_undo(struct topo_script *s, const char *netns, const char *fmt, ...) SCRIPT_FORMAT(3);

/* ip(8) may fail where there is no such thing: that line is not there. */
void script_if(struct topo_script *s, const char *netns, const char *line, const char *fmt, ...)
	SCRIPT_FORMAT(4);

/* Of what this back end makes. */
const char *script_mark(const struct topo_script *s);

/* An object and its key that the back end has no words for; `why` may be NULL. */
void script_cannot(struct topo_script *s, const struct topo_mark *mark, const char *object,
		   const char *name, const char *key, const char *why);

/* From now on messages of other modules begin with that place; NULL: no longer. */
void script_at(const struct topo_script *s, const struct topo_mark *mark);

/* --- topo_script_net.c: what all back ends have in common ----------------------------------- */

/* Namespaces with their sysctls (those of ports too, or not), then links beside the switches. */
void script_places(struct topo_script *s, const struct topo *topo, bool ports);

/* Sysctls of devices, and routes: when everything else is there. */
void script_routes(struct topo_script *s, const struct topo *topo);

/* The device that the last command made is marked; its undo. `mark` NULL: that of the back end. */
void script_made(struct topo_script *s, const char *netns, const char *dev, const char *mark);

/* The undo of the last one is for a device, or what stands upon it, that still bears `mark`. */
void script_if_made(struct topo_script *s, const char *netns, const char *dev, const char *mark);

/* A veth pair, marked, and its undo. */
void script_pair(struct topo_script *s, const struct topo_end *a, const struct topo_end *b,
		 const char *mark);

/* Addresses, and up. */
void script_device(struct topo_script *s, const char *netns, const char *ifname,
		   const struct arg_addrs *addrs);

/* "address 02:...", "mtu 1400" of the command at hand, where they are asked for. */
void script_mac(struct topo_script *s, const struct arg_mac *mac);
void script_mtu(struct topo_script *s, uint32_t mtu);

/* "port web: eth0 in namespace web" */
void script_port_section(struct topo_script *s, const struct topo_port *port);

/* The inner device of a port; `mtu` of one that asks for none, 0: the kernel's. */
struct topo_end script_inner(const struct topo_port *port, uint32_t mtu);

/* The outer one, called as xswitch calls it; false: too long, and told. */
bool script_outer(struct topo_script *s, const struct topo_switch *sw, size_t port,
		  char name[XSW_IFNAME_MAX]);

/* The port of an entry at `mark` and its device in the namespace of the switch; NULL: none. */
const struct topo_port *script_port(struct topo_script *s, const struct topo_mark *mark,
				    const struct topo_switch *sw, const char *name,
				    char dev[XSW_IFNAME_MAX]);

/* --- topo_script_can.c: keys, and who can express them --------------------------------------- */

enum script_can {
	CAN_BRIDGE = 1 << 0,
	CAN_OVS = 1 << 1,
	CAN_VETH = 1 << 2,
};

/* Tell every key of the file that this back end has no words for. */
void script_check(struct topo_script *s, const struct topo *topo, enum script_can who);

/* What the model makes of a port's VLANs, with the edits of its switch. An exit status. */
struct script_vlans {
	union xsw_conf conf;
	struct xsw_sets sets;
};
int script_vlans(struct topo_script *s, const struct topo_switch *sw, const struct topo_port *port,
		 struct script_vlans *v);

/* Those of an access port. */
void script_access(struct script_vlans *v, uint32_t vid);

bool script_has(const __u64 *set, uint32_t vid);

/* "10,20,30-40" */
#define SCRIPT_LIST_MAX 16384
void script_list(const __u64 *set, char text[SCRIPT_LIST_MAX]);

/* --- topo_script_tunnel.c ----------------------------------------------------------------- */

#define SCRIPT_HOST_MAX 64 /* an address as text */

/* What a back end asks of a tunnel port; addresses and keys as the file has them. */
struct script_tunnel {
	enum xsw_port_type type;
	const char *kind;	 /* "vxlan", "gre", "geneve" */
	const char *remotes;	 /* "192.0.2.2,192.0.2.3" */
	const char *local, *key; /* "100", "vid+100"; NULL: not there */
	uint32_t udp_port;	 /* 0: GRE */
	size_t nremotes;
	enum xsw_key_mode mode;
	uint32_t base; /* of the keys of VLANs */
	bool ipv6;
	bool by_vlan; /* a key for each VLAN */
};

/* false: the port is no tunnel. */
bool script_tunnel(const struct topo_port *port, struct script_tunnel *t);

/* What stands behind a keyword of the port; NULL: it is not there. */
const char *script_word(const struct topo_port *port, const char *keyword);

/* A device of a tunnel port. */
struct script_leg {
	char dev[XSW_IFNAME_MAX];
	char remote[SCRIPT_HOST_MAX];
	char key[16];  /* empty: none */
	uint32_t vid;  /* the only VLAN it carries, untagged; 0: all, with their tags */
	size_t number; /* of its remote, from 0 */
};

typedef void (*script_leg_fn)(struct topo_script *s, const struct script_leg *leg, void *arg);

/*
 * Each device a tunnel port needs: one a remote, or one for all of them (`together`), and each of
 * these for each VLAN where that is its key. They are called as the outer device.
 */
void script_legs(struct topo_script *s, const struct topo_port *port, const char *outer,
		 const struct script_tunnel *t, const struct script_vlans *v, bool together,
		 script_leg_fn fn, void *arg);

/* The other remotes of a VXLAN device: it sends to each of them what it floods. */
void script_more_remotes(struct topo_script *s, const char *netns, const struct script_tunnel *t,
			 const char *dev);

/* Remotes that are devices each are kept apart as isolated ports: tell what is in the way. */
void script_split_horizon(struct topo_script *s, const struct topo_switch *sw, bool vxlan_together);

/* An entry that names one remote of several: nobody else has words for it, and that is said. */
bool script_no_remote(struct topo_script *s, const struct topo_fdb *fdb);

/* What fits through every tunnel of a switch, for its other ports; 0: there is none. */
uint32_t script_inner_mtu(struct topo_script *s, const struct topo *topo,
			  const struct topo_switch *sw);

/* --- back ends ---------------------------------------------------------------------------- */

int topo_bridge_plan(const struct topo *topo, struct topo_script *s);
int topo_ovs_plan(const struct topo *topo, struct topo_script *s);
int topo_ovs_internal_plan(const struct topo *topo, struct topo_script *s);
int topo_veth_plan(const struct topo *topo, struct topo_script *s);
int topo_xsw_plan(const struct topo *topo, struct topo_script *s);

#endif
