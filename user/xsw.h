/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xsw.h - the model: what a switch is and what may be done to it
 *
 * The state of a switch is its pinned maps and links; a struct xsw is only a way to reach
 * them. Commands describe what they want, the model plans the steps, applies them and undoes
 * its own on an error. Every function returns an exit status (log.h) with the message written;
 * none prints to stdout.
 *
 * Writers hold an exclusive flock on <bpffs>/xswitch for as long as the struct is open;
 * readers take no lock and see every record whole.
 */
#ifndef XSWITCH_XSW_H
#define XSWITCH_XSW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <net/if.h>
#include <netinet/in.h>

#include "args.h"
#include "log.h"
#include "rights.h"
#include "xsw_mirror.h"
#include "xsw_event.h"
#include "xsw_record.h"
#include "xsw_trace.h"
#include "xsw_watch.h"

struct xsw_batch;

/* Global options, parsed once by main. */
struct xsw_opts {
	const char *switch_name;
	bool named;	   /* by -S or the environment: it alone is meant */
	const char *netns; /* NULL: the caller's */
	uint32_t wait;	   /* seconds for the lock */
	bool dry_run;
	void (*plan)(const char *line); /* told each step of a dry run */
	struct xsw_batch *batch;	/* NULL: one command alone */
};

enum xsw_mode {
	XSW_READ,
	XSW_WRITE,
	XSW_UPGRADE, /* to write, whatever older ABI it has; in a dry run of that there is none */
};

struct xsw;

/* Whether there is a switch of that name, without a message; whether this call has made it. */
bool xsw_exists(const struct xsw_opts *opts);
bool xsw_made(const struct xsw *sw);

/*
 * Call fn with the options for the switch that was named, or else for each there is, also an
 * unfinished one, in the order of their names. Afterwards the caller is in its network namespace again, wherever the switches live.
 * XSW_OK, or the first other status of fn.
 */
typedef int (*xsw_name_fn)(const struct xsw_opts *opts, void *arg);
int xsw_each_name(const struct xsw_opts *opts, xsw_name_fn fn, void *arg);

/* Whether the switch lives in the namespace opts->netns; no message. */
bool xsw_lives_in(const struct xsw_opts *opts);

/* XSW_MISSING: no such switch. */
int xsw_open(struct xsw **out, const struct xsw_opts *opts, enum xsw_mode mode);
void xsw_close(struct xsw *sw);

/* From here to the end SIGINT and SIGTERM wait; whether one does, with the message. */
void xsw_signals_hold(void);

/* The same, and a descriptor that can be read when one waits; -1 and errno. */
int xsw_signals_fd(void);
bool xsw_interrupted(void);

/* enum right of rights.h. XSW_REFUSED: a capability is missing, with the message. */
int xsw_check_rights(unsigned int rights);

/* --- batches ------------------------------------------------------------------------- */

/*
 * Many changes under one lock, all or nothing. Between begin and end xsw_open() hands out the one
 * switch. At first changes are only checked, as far as those before them cannot change the
 * outcome (names of ports): functions that change something return XSW_CHECKED, or what is wrong.
 * After apply they do their work, and what they change is remembered; end takes it back, last
 * one first, if `status` is not XSW_OK, and returns the status of the whole.
 */
#define XSW_CHECKED (-1)

int xsw_batch_begin(struct xsw_opts *opts);

/* The same without checking first; a switch that is not there is made, and goes if it fails. */
int xsw_batch_make(struct xsw_opts *opts);
void xsw_batch_apply(struct xsw_opts *opts);
int xsw_batch_end(struct xsw_opts *opts, int status);

/* --- VLANs --------------------------------------------------------------------------- */

/* VLAN-ARGS as they were given. */
struct xsw_vlan_args {
	bool mode_set, trunks_set, cvlans_set, ethtype_set;
	int mode;     /* enum xsw_mode_id, index into xsw_mode_words */
	uint32_t tag; /* 0: not given */
	struct arg_vids trunks, cvlans;
	int ethtype; /* 0: 802.1ad, 1: 802.1q */
};

/* "transparent", "access", ... NULL: enum xsw_mode_id */
extern const char *const xsw_mode_words[];

/* --- making and removing ------------------------------------------------------------- */

enum xsw_hook_arg {
	XSW_HOOK_ARG_AUTO,
	XSW_HOOK_ARG_TC,
	XSW_HOOK_ARG_XDP,
};

/* "auto", "tc", "xdp", NULL */
extern const char *const xsw_hook_words[];

/* "netns", "dev", "host", "vxlan", ..., NULL: enum xsw_port_type */
extern const char *const xsw_type_words[];

/* Of the types vxlan, gre and geneve; legs of one port have all but `remotes` in common. */
struct xsw_tunnel_spec {
	struct arg_hosts remotes;
	struct arg_addr local; /* family 0: as the route says */
	struct arg_key key;
	uint32_t udp_port; /* 0: the type's */
};

struct xsw_port_spec {
	char name[XSW_NAME_MAX];
	enum xsw_port_type type;
	char netns[XSW_PATH_MAX];    /* name, path or PID; of type netns */
	char ifname[XSW_IFNAME_MAX]; /* inner device; of type dev: the device */
	enum xsw_hook_arg hook;
	bool chain; /* share the device with other XDP programs */
	struct arg_addrs addrs;
	bool of_subnet; /* they were given out by the switch */
	struct arg_mac mac;
	uint32_t mtu; /* 0: of type dev, as the device has it; else it follows the tunnels */
	struct xsw_vlan_args vlan;
	struct xsw_tunnel_spec tunnel;
	const struct xsw_port_change *change; /* its flags, state and policy; NULL: the usual */
};

struct xsw_up_spec {
	struct xsw_port_spec *ports;
	size_t nports;
	bool subnet_set, no_subnet;
	uint32_t subnet; /* IPv4, host order */
	uint8_t plen;
	uint32_t mtu; /* of ports that name none */
	bool exact;   /* MTU, VLANs and settings are meant for ports that are there, too */
};

int xsw_up(const struct xsw_opts *opts, struct xsw_up_spec *spec);
int xsw_down(const struct xsw_opts *opts, bool all);

/*
 * The programs in this executable in place of those that run, of the switch or of every one there
 * is; XSW_OK if they run already. `force`: once more. All ports, or none.
 */
struct xsw_upgrade_spec {
	bool all, force;
};
int xsw_upgrade(const struct xsw_opts *opts, const struct xsw_upgrade_spec *spec);

/* Whether what is said of tunnels makes sense: XSW_USAGE, with the message. */
int xsw_tunnel_check(const struct xsw_port_spec *spec);

/* On an existing switch, opened for writing. */
int xsw_port_add(struct xsw *sw, const struct xsw_port_spec *spec);
int xsw_port_del(struct xsw *sw, const char *port);

/* Many at once, as `up` makes them, with the addresses they name and no others. All, or none. */
int xsw_ports_add(struct xsw *sw, const struct xsw_port_spec *const *specs, size_t n);

/* How it was made, and what its inner device is now. */
struct xsw_port_made {
	enum xsw_hook_arg hook;
	bool chain;
	bool xdp;		/* its hook */
	bool own_mac;		/* not the one it would get by itself */
	bool whole;		/* its devices are those that were made */
	struct arg_addrs addrs; /* without IPv6's own link-local one */
};

/* `number` as in struct xsw_port_view. */
void xsw_port_made(struct xsw *sw, uint32_t number, struct xsw_port_made *made);

/* The address that the inner device of a port of this name gets by itself. */
void xsw_port_mac(const struct xsw *sw, const char *port, uint8_t mac[6]);

/* These addresses at the inner device, and no others. */
/* What making such a port needs: bits of enum right. */
unsigned int xsw_port_rights(const struct xsw_port_spec *spec);

int xsw_port_addrs_set(struct xsw *sw, const char *port, const struct arg_addrs *addrs);

/* --- settings ------------------------------------------------------------------------ */

/* Policies as they were given. */
struct xsw_policy_args {
	bool max_set, macs_set, ips_set, mask_set, group_set;
	struct arg_flag isolated, locked, guard;
	uint32_t max_macs; /* 0: no limit */
	uint32_t group_fwd_mask;
	uint32_t group; /* 0: none */
	struct arg_macs macs;
	struct arg_prefixes ips;
	struct arg_rate rate[XSW_METERS];
};

struct xsw_port_change {
	struct arg_flag learning, flood, mcast_flood, bcast_flood, hairpin;
	int state; /* index into xsw_state_words, -1: as it is */
	bool mtu_set;
	uint32_t mtu; /* 0: as it is, or with mtu_set automatic */
	struct xsw_vlan_args vlan;
	struct xsw_policy_args policy;
};

/* "up", "down", "blocking", "learning", "forwarding", NULL */
extern const char *const xsw_state_words[];

/* All of it, or nothing. `state up` also ends an error at once. */
int xsw_port_set(struct xsw *sw, const char *port, const struct xsw_port_change *change);

/* Cross-connect two transparent ports without policies; XSW_OK if they are already. */
int xsw_wire_add(struct xsw *sw, const char *a, const char *b);

/* XSW_MISSING: the port is not wired. */
int xsw_wire_del(struct xsw *sw, const char *port);

struct xsw_wire_view {
	const char *port, *peer;
};

typedef void (*xsw_wire_fn)(const struct xsw_wire_view *wire, void *arg);

/* Every wire once, in the order of the lower port numbers. */
int xsw_wire_each(struct xsw *sw, xsw_wire_fn fn, void *arg);

/* As it was given; names are borrowed. */
struct xsw_mirror_spec {
	const char *name, *to;
	struct arg_sources from; /* none: every port, both directions */
	bool vlans_set;
	struct arg_vids vlans; /* bit 0: VLAN 0 */
	uint32_t tag;	       /* 0: none */
};

/* The output port takes nothing else any more. XSW_OK if there is this mirror already. */
int xsw_mirror_add(struct xsw *sw, const struct xsw_mirror_spec *spec);
int xsw_mirror_del(struct xsw *sw, const char *name);

/* VID of the tag that the copies of the mirror in this slot get; 0: none */
uint16_t xsw_mirror_tag(const struct xsw *sw, uint32_t slot);

struct xsw_mirror_view {
	struct xsw_mirror_spec spec;
	struct xsw_mirror_stats stats;
};

typedef void (*xsw_mirror_fn)(const struct xsw_mirror_view *mirror, void *arg);

/* All of them, or the one of that name (XSW_MISSING). */
int xsw_mirror_each(struct xsw *sw, const char *name, xsw_mirror_fn fn, void *arg);

struct xsw_change {
	bool ageing_set, fdb_size_set, mask_set, max_learned_set, flap_limit_set, flap_window_set,
		recovery_set;
	uint64_t ageing; /* ns */
	uint32_t fdb_size;
	uint32_t group_fwd_mask;
	uint32_t max_learned; /* dynamic entries of the switch; 0: no limit */
	uint32_t flap_limit;  /* moves of an entry; 0: never held */
	uint64_t flap_window; /* ns */
	uint64_t recovery;    /* ns a port stays error-disabled */
};

int xsw_set(struct xsw *sw, const struct xsw_change *change);

/* `vlan set vid LIST max_learned N|none` (0): dynamic entries a VLAN may have. */
int xsw_vlan_limit(struct xsw *sw, const struct arg_vids *vids, uint32_t max_learned);

/* What one may learn; 0: no limit. */
uint32_t xsw_vlan_limit_get(const struct xsw *sw, uint32_t vid);

/* "10kpps"; empty for 0: the biggest unit that it is a multiple of, thousands as they are to 10k. */
#define XSW_RATE_MAX 24
void xsw_rate_text(char text[XSW_RATE_MAX], uint64_t rate, bool bits);

/* --- looking ------------------------------------------------------------------------- */

struct xsw_flags_view {
	bool learning, flood, mcast_flood, bcast_flood, hairpin;
	bool isolated, locked, guard;
};

/* xsw_rate_text() */
struct xsw_storm_view {
	char broadcast[XSW_RATE_MAX], multicast[XSW_RATE_MAX], unknown[XSW_RATE_MAX];
};

/* Every reason; ends with a row whose name is NULL. */
struct xsw_reason_word {
	enum xsw_reason reason;
	bool drop; /* of kind DROP: the frame ends */
	const char *name, *sentence;
};
extern const struct xsw_reason_word xsw_reason_words[];

/* NULL: there is no such reason. */
const struct xsw_reason_word *xsw_reason_word(uint32_t reason);

/* Sums over the CPUs. */
struct xsw_stats_view {
	struct xsw_count rx[XSW_CLASSES];
	struct xsw_count tx[XSW_CLASSES];
	struct xsw_count rx_all, tx_all;
	uint64_t reasons[XSW_REASONS_MAX];
	uint64_t drops; /* sum of the reasons of kind DROP */
};

/* What `state` of a port may be, but for "unknown"; NULL-terminated. */
extern const char *const xsw_port_states[];

struct xsw_port_view {
	char name[XSW_NAME_MAX];
	uint32_t number;
	const char *type;	  /* xsw_type_words */
	char netns[XSW_PATH_MAX]; /* as given; where that path leads elsewhere by now: its name, or
				      * "net:[4026532567]", which is what /proc/PID/ns/net says */
	char ifname[XSW_IFNAME_MAX]; /* outer device, as it is called now */
	uint32_t ifindex;
	char peer[XSW_IFNAME_MAX]; /* inner device */
	/* of a tunnel; all legs are one port: numbers, counters and what was learned are sums */
	const char *const *remotes;
	char local[INET6_ADDRSTRLEN];
	char key[16]; /* "100", "vid", "vid+100" */
	uint32_t udp_port;
	uint8_t mac[6]; /* inner */
	uint8_t outer_mac[6];
	uint32_t mtu;  /* of the port */
	bool mtu_auto; /* follows the tunnels, or is what fits through it */
	const char *mode;
	uint32_t tag, pvid;	/* 0: none */
	struct arg_vids trunks; /* as given: none for all */
	struct arg_vids cvlans;
	const char *ethtype; /* of a tunnel: "802.1ad", "802.1q"; else NULL */
	const char *hook;    /* "tcx", "clsact", "xdp", "none" */
	const char *tc_hook; /* behind xdp; else NULL */
	const char *hook_why;
	const char *const *offloads; /* changed for xdp */
	const char *offload_words[6];
	const char *state; /* "forwarding", "disabled", ..., "gone" */
	uint64_t recovery; /* ns until an error-disabled port forwards again */
	bool carrier;
	struct xsw_flags_view flags;
	uint32_t learned, max_macs;	 /* dynamic entries there are, and may be; 0: no limit */
	const char *const *allowed_macs; /* in order; NULL: no list */
	const char *const *allowed_ips;
	struct xsw_storm_view storm;
	char police[XSW_RATE_MAX];
	uint32_t group_fwd_mask; /* of its own */
	uint32_t group;		 /* 0: none */
	const char *wire;	 /* the other port; NULL: not wired */
	const char *mirror;	 /* whose output it is; NULL: none's */
	struct xsw_stats_view stats;
};

struct xsw_fdb_totals {
	uint32_t size;
	uint32_t entries, learned, statics; /* now */
	uint32_t max_learned;		    /* 0: no limit */
	uint64_t moved, refused, expired, limited, held, learned_ever;
};

struct xsw_view {
	char name[16];
	char netns[XSW_NAME_MAX]; /* name of the namespace; empty: the caller's or nameless */
	const char *home;	  /* NULL: it is within reach; "unnamed", "gone" */
	uint64_t ageing;	  /* ns */
	uint32_t group_fwd_mask;
	uint32_t flap_limit;  /* 0: off */
	uint64_t flap_window; /* ns */
	uint64_t recovery;    /* ns */
	uint32_t abi;
	char build[9];	     /* of its programs, hexadecimal; empty: several, or one unknown */
	const char *upgrade; /* "due": they are not those of this executable */
	uint64_t stray;	     /* frames of tunnel devices that belong to no port */
	struct xsw_fdb_totals fdb;
	struct xsw_port_view *ports; /* in the order of their numbers */
	size_t nports;
	void *words; /* what the views of ports point to */
};

/* The whole switch; `port` not NULL: only that one (XSW_MISSING). free with xsw_view_free. */
int xsw_view(struct xsw *sw, const char *port, struct xsw_view **out);
void xsw_view_free(struct xsw_view *view);

/* --- editing and listing VLANs ------------------------------------------------------- */

/* `vlan add|del dev PORT vid LIST [pvid] [untagged]`: the port becomes hybrid. */
struct xsw_vlan_edit {
	const char *port;
	struct arg_vids vids;
	bool pvid, untagged;
	bool del;
};

int xsw_vlan_edit(struct xsw *sw, const struct xsw_vlan_edit *edit);

/* Consecutive VIDs of one port with the same flags. */
struct xsw_vlan_view {
	const char *port;
	const char *ifname;
	uint32_t vlan;
	uint32_t vlan_end; /* 0: one VID */
	bool pvid, untagged;
	const char *flags[3];
	uint32_t learned;	     /* dynamic entries of the VLAN, or the sum over the range */
	uint32_t max_learned;	     /* of each VLAN; 0: no limit */
	struct xsw_vlan_stats stats; /* of the VLAN, or the sum over the range */
};

typedef void (*xsw_vlan_fn)(const struct xsw_vlan_view *view, void *arg);

/* `port` NULL: all; `vids` NULL: all. */
int xsw_vlan_each(struct xsw *sw, const char *port, const struct arg_vids *vids, xsw_vlan_fn fn,
		  void *arg);

struct xsw_vlan_total {
	uint32_t vlan;
	uint32_t learned, max_learned; /* dynamic entries there are, and may be; 0: no limit */
	struct xsw_vlan_stats stats;
};

typedef void (*xsw_vlan_total_fn)(const struct xsw_vlan_total *total, void *arg);

/* Every VLAN that has seen a frame, and those of `also` (NULL: none). */
int xsw_vlan_totals(struct xsw *sw, const struct arg_vids *also, xsw_vlan_total_fn fn, void *arg);

/* --- FDB ----------------------------------------------------------------------------- */

struct xsw_fdb_view {
	uint8_t mac[6];
	uint32_t vlan; /* 0: none */
	const char *port;
	const char *ifname;
	uint32_t ifindex;
	char remote[INET6_ADDRSTRLEN]; /* of a tunnel */
	const char *state;
	const char *flags[2];	/* "held"; ends with NULL */
	uint64_t used, updated; /* ns ago */
};

/* "dynamic", "extern", "static", "local", NULL: enum xsw_fdb_state */
extern const char *const xsw_fdb_words[];

struct xsw_fdb_filter {
	const char *port; /* NULL: any */
	bool vlan_set;
	uint32_t vlan;
	int state; /* enum xsw_fdb_state, -1: any */
	struct arg_mac mac;
};

typedef void (*xsw_fdb_fn)(const struct xsw_fdb_view *entry, void *arg);

/* Every valid entry that passes the filter, in no order. */
int xsw_fdb_each(struct xsw *sw, const struct xsw_fdb_filter *filter, xsw_fdb_fn fn, void *arg);

/* XSW_MISSING: no such entry */
int xsw_fdb_get(struct xsw *sw, const uint8_t mac[6], uint32_t vlan, xsw_fdb_fn fn, void *arg);

struct xsw_fdb_spec {
	uint8_t mac[6];
	uint32_t vlan;
	const char *port;
	struct arg_addr remote; /* of a tunnel: which one; family 0: it has one */
	enum xsw_fdb_state state;
	bool replace;
};

int xsw_fdb_add(struct xsw *sw, const struct xsw_fdb_spec *spec);
int xsw_fdb_del(struct xsw *sw, const uint8_t mac[6], uint32_t vlan);

/* Dynamic entries: at once, whatever their number; static and extern ones by a walk. */
int xsw_fdb_flush(struct xsw *sw, const struct xsw_fdb_filter *filter);

#include "xsw_live.h"

#endif
