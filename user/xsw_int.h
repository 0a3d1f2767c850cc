/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xsw_int.h - what the files of the model share
 *
 *	xsw.c		opening a switch
 *	xsw_make.c	making one; its settings
 *	xsw_down.c	removing one
 *	xsw_up_plan.c xsw_up.c	`up`: many ports, planned, and applied or undone together
 *	xsw_port.c	one port: the steps that make it
 *	xsw_port_*.c	host ports, devices, hooks, and all of it backwards: port.h
 *	xsw_find.c	ports by name, legs of tunnels
 *	xsw_tunnel.c	tunnels: what may be asked for, MTU
 *	xsw_view.c	snapshots
 *	xsw_port_set.c	its settings
 *	xsw_vlan.c	VLANs of ports
 *	xsw_policy.c	policies of ports
 *	xsw_port_addr.c	addresses of inner devices
 *	xsw_mtu.c	their MTU
 *	xsw_wire.c	ports connected to each other
 *	xsw_mirror.c	mirrors
 *	xsw_fdb.c	entries
 *	xsw_keep.c	what a port is, kept and put back
 *	xsw_batch.c	many changes, undone together
 *	xsw_gauge.c	counters, again and again
 *	xsw_stream.c	what goes on until the switch is gone
 *	xsw_listen*.c	events: listen.h
 *	xsw_tell.c	events of commands
 *	xsw_watch*.c	frames, as they come: watch.h
 *	xsw_repair.c	an interrupted change of programs
 *	xsw_upgrade.c	the programs of this executable in place of those that run
 *	xsw_migrate.c	the same where maps differ, too
 *	xsw_agent*.c	a process that reacts to links: agent.h
 */
#ifndef XSWITCH_XSW_INT_H
#define XSWITCH_XSW_INT_H

#include <netinet/in.h>
#include <sys/stat.h>
#include <time.h>

#include "clock.h"
#include "maps.h"
#include "netif.h"
#include "netns.h"
#include "pin.h"
#include "prog.h"
#include "xsw.h"

struct xsw {
	char name[XSW_SWITCH_NAME_MAX + 1];
	const struct xsw_opts *opts;
	int lock;	       /* descriptor; -1: a reader */
	bool made;	       /* by this call: an error removes it */
	struct netns_id netns; /* where the switch lives */
	struct netif *nl;      /* there; NULL: that namespace is gone */
	struct maps maps;
	struct prog prog;
	struct xsw_meta meta;
	struct stat which;	/* the pin it was read from: of another switch it is another */
	struct xsw_info *ports; /* v[number], XSW_PORTS; name empty: free */
	struct told *told;	/* what listeners know; NULL: there are none */
	uint16_t *found;	/* XSW_FOUND port numbers by hash of a name: where to look first */
};
#define XSW_FOUND 8192

/* --- xsw_find.c --- */

/* The port of that name (or NS:IFNAME), 0: none; of a tunnel its first leg. */
uint32_t xsw_port_find(const struct xsw *sw, const char *name);

/* The same, with the message. */
int xsw_port_need(const struct xsw *sw, const char *name, uint32_t *number);

/* Every number of a port, which is known by its first: n = head, then until 0. */
uint32_t xsw_leg_next(const struct xsw *sw, uint32_t head, uint32_t number);
#define XSW_EACH_LEG(sw, head, n)                                                                  \
	for (n = xsw_leg_next(sw, head, 0); n; n = xsw_leg_next(sw, head, n))

/* The number a port is known by: of a leg, the first one's. */
static inline uint32_t xsw_head(const struct xsw *sw, uint32_t number)
{
	uint32_t head = sw->ports[number].leg.head;

	return head ? head : number;
}

/* A leg other than the first: no port of its own to people. */
bool xsw_is_leg(const struct xsw *sw, uint32_t number);

/* The leg of that index, 0: there is none. */
uint32_t xsw_leg_find(const struct xsw *sw, uint32_t head, uint32_t index);

/* It was made to its end, and so were the other legs of its port. */
bool xsw_is_complete(const struct xsw *sw, uint32_t number);

/* Whether anybody hears of steps: where a text of one costs something. */
bool xsw_tells(const struct xsw *sw);

/* A step is about to be done: -v says it. --dry-run prints it, and this returns true. */
bool xsw_plan(const struct xsw *sw, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* --- xsw.c --- */

struct xsw *xsw_new(const struct xsw_opts *opts);

/* `make`: mount bpffs and make the root if need be. */
int xsw_lock(struct xsw *sw, bool make);

/* Enter the namespace of -n, or stay; which one it is. */
int xsw_enter_netns(const struct xsw_opts *opts, struct netns_id *id);

/* Whether there is the namespace of -n; not entered. An exit status, with the message. */
int xsw_need_netns(const struct xsw_opts *opts);

/* There is no such switch, or not even the namespace it was looked for in: XSW_MISSING. */
int xsw_missing(const struct xsw_opts *opts);

/* A namespace could not be entered: an exit status, with the message. */
int xsw_netns_failed(const char *netns, int err);

/* -ENOENT: there is no such switch; -EINVAL: not ours */
int xsw_read_meta(struct xsw *sw);

/* `meta` was read: open everything else and enter the switch's namespace. */
int xsw_reach(struct xsw *sw);

/* `meta` was read: live where the switch lives; nl stays NULL if that is gone. */
int xsw_enter_home(struct xsw *sw);

/* Devices, filters and slots of devmaps are reached by number, there alone: a status, with the message. */
int xsw_need_home(const struct xsw *sw);
/* Whether its namespace is no more; without a name, but with devices, it is there. */
bool xsw_home_is_gone(const struct xsw *sw);

int xsw_bad_pin(const struct xsw *sw, const char *pin, int err);
int xsw_save_meta(const struct xsw *sw);

/* Programs of this executable are about to come beside those there are. 0 or -errno */
int xsw_note_build(struct xsw *sw);

/* --- xsw_make.c --- */

/* Open for writing; where there is no such switch, make an empty one. `rights`: needed later. */
int xsw_open_or_make(struct xsw **out, const struct xsw_opts *opts, unsigned int rights);

/* Arm the ageing timer of the programs that sw->prog are; 0 or -errno. */
int age_start(const struct xsw *sw);

/*
 * Entries of another FDB that still hold by the settings in `rules`, into that of `sw`. `late`: frames
 * are learned there already. 0 or -errno; -E2BIG: there is no room.
 */
typedef int (*entries_each)(const void *from, maps_fdb_fn fn, void *arg);
int entries_move(struct xsw *sw, const struct maps *rules, entries_each each, const void *from,
		 bool late);

/* The length of a tick of the kernel's, ns. */
uint64_t kernel_tick(void);

/* Settings and size of the FDB as they were; 0 or -errno. */
int settings_restore(struct xsw *sw, const struct xsw_switch *old, uint32_t fdb_size);

/* Whether that is the name of the pin of a map or a program, or of one about to be: pin_rmdir() */
bool xsw_is_map_pin(const char *dir, const char *name);
bool xsw_is_prog_pin(const char *dir, const char *name);

/* What is left of a switch, made or half made: pins, by name, children first. */
int xsw_remove_pins(const char *name);

/* --- xsw_port_addr.c --- */

/* The addresses of port `number` become these; 0 or -errno. */
int addrs_store(struct xsw *sw, uint32_t number, const struct arg_addrs *addrs);

/* --- xsw_vlan.c --- */

/*
 * Check VLAN-ARGS against what the port has now (`number` 0: it is not there yet, `sw` may be
 * NULL and conf is 0) and turn them into its word and its sets.
 */
int vlan_plan(struct xsw *sw, const char *port, uint32_t number, const struct xsw_vlan_args *args,
	      union xsw_conf *conf, struct xsw_sets *sets);

/* The same for `vlan add` and `vlan del`. */
int vlan_edit_plan(const struct xsw_vlan_edit *edit, union xsw_conf *conf, struct xsw_sets *sets);

/* What a port has: its sets, as if every mode had them. */
void vlan_current(struct xsw *sw, uint32_t number, union xsw_conf conf, struct xsw_sets *sets);

/*
 * Give port `number` this configuration and these VLANs, in an order in which every frame
 * sees the old or the new ones; entries of VLANs it leaves are flushed. `keep_state`: whatever
 * state the port is in then, for the data path may change it. 0 or -errno.
 */
int vlan_store(struct xsw *sw, uint32_t number, union xsw_conf conf, const struct xsw_sets *sets,
	       bool keep_state);

/* Out of every VLAN, configuration word 0. */
void vlan_close(struct xsw *sw, uint32_t number);

/*
 * Devices, namespaces and pins of a switch, made or half made, whose `meta` was read or is not
 * there. An exit status, with the message.
 */
int xsw_remove_all(struct xsw *sw);

/*
 * Devices of a switch whose pins are gone, with bpffs: those with its alias and without a program,
 * in the namespace of -n. An exit status, with the message.
 */
int xsw_remove_traces(struct xsw *sw);

/* The pins of one port. */
int xsw_remove_port_pins(const char *name, const char *number);

/* --- xsw_mtu.c --- */

/* Whether nobody asked for one: a tunnel has what fits through it, others follow the tunnels. */
bool mtu_is_auto(const struct xsw_info *info);

/* The MTU of those that follow. */
uint32_t mtu_least(const struct xsw *sw);

/* Bring every port to it that should have it: a tunnel has come, gone or changed. */
void mtu_follow(struct xsw *sw);

/*
 * Whether this leg has not the MTU that its route carries now, though nobody asked for another;
 * without a route it keeps what it has. mtu_renew(): it gets that.
 */
bool mtu_is_old(struct xsw *sw, uint32_t number);
void mtu_renew(struct xsw *sw, uint32_t number);

/* Whether the port may get `mtu` (0: automatic); an exit status, with the message. */
int mtu_check(const struct xsw *sw, const char *port, uint32_t number, uint32_t mtu);

/* Record and devices; the word, `conf`, is for the caller to store. An exit status, the same. */
int mtu_change(struct xsw *sw, const char *port, uint32_t number, uint32_t mtu,
	       union xsw_conf *conf);

/* Record and devices as they were; 0 or -errno. */
int mtu_put(struct xsw *sw, uint32_t number, uint32_t record, uint32_t mtu);

/* --- xsw_wire.c --- */

/* XSW_OK if the port is not wired; else refused, with the message. */
int wire_free(const struct xsw *sw, const char *port, uint32_t number);
int wire_refused(const struct xsw *sw, const char *port, uint32_t peer);

/* Whether a wire can have these: it is metered, but has neither sources nor unknown addresses. */
bool wire_may(uint8_t bits, const struct xsw_policy *policy);

/* Take down what there is of the wire between two ports. */
void wire_part(struct xsw *sw, uint32_t number, uint32_t peer);

/* Take down every wire that is not whole; 0 or -errno. */
int wire_sweep(struct xsw *sw);

/* Take it down, or put it up between ports that may have it; 0 or -errno. */
int wire_restore(struct xsw *sw, uint32_t number, uint32_t peer, bool was);

/* --- xsw_view.c --- */

/* Whether its device is no more, so that no frame comes in by it. */
bool view_is_gone(const struct xsw *sw, uint32_t number);

/* "forwarding", ..., "gone", "incomplete"; sw->prog may be closed if no port is error-disabled */
const char *view_state(const struct xsw *sw, uint32_t number, union xsw_conf conf);

/* Add the counters of one number of a port. */
void view_stats(const struct xsw_stats *s, struct xsw_stats_view *v);

/* xsw_view() of port `only` (0: all) without a message: 0 or -errno. */
int view_read(struct xsw *sw, uint32_t only, struct xsw_view **out);

/* What is set of the switch and of its ports, without counters; NULL: it cannot be read. */
struct xsw_view *view_settings(struct xsw *sw);

/* --- xsw_mirror.c --- */

/* The bit of a port that is about to be opened. */
void mirror_open(const struct xsw *sw, uint32_t number, union xsw_conf *conf);

/* Name of the (first) mirror that a port is the output of; NULL: none. */
const char *mirror_of_output(const struct xsw *sw, uint32_t number);

/* Whether no mirror needs the port: it is no output and no only source. With the message. */
int mirror_lets_go(const struct xsw *sw, const char *port, uint32_t number);

/* A source goes for good. */
void mirror_forget(struct xsw *sw, uint32_t number);

/* Put back into its slot what was there, NULL: nothing; 0. */
int mirror_restore(struct xsw *sw, uint32_t slot, const struct xsw_mirror *was);

/* What a killed command left of a change. */
void mirror_repair(struct xsw *sw);

/* --- xsw_port.c --- */

/* What is to be made under one port number: a port, or one leg of a tunnel. */
struct port_place {
	const struct xsw_port_spec *spec;
	uint32_t leg;  /* 0.. */
	uint32_t head; /* number of the first leg; 0: this is it */
};

/* Make port `number`, which is free. The caller undoes with port_unmake() on an error. */
int port_make(struct xsw *sw, uint32_t number, const struct port_place *place,
	      union xsw_conf *conf);

/* Let frames in and out; `conf` as port_make() left it. */
int port_open(struct xsw *sw, uint32_t number, const struct xsw_port_spec *spec,
	      union xsw_conf conf, const struct xsw_sets *sets);

/*
 * Whatever there is of it, backwards. Removes nothing it did not make. 0, or -errno of the first
 * thing that could not be undone: the record stays then, not READY, for the next writer.
 */
int port_unmake(struct xsw *sw, uint32_t number);

/* The same for a port that is made again at once: its policy stays. */
int port_unmake_keep(struct xsw *sw, uint32_t number);

/* It could not: XSW_REFUSED, with the message. */
int port_left(const char *port, int err);

/* The same for all ports at once; the maps are about to go. */
int port_unmake_all(struct xsw *sw);

/* --- xsw_port_words.c --- */

#define PORT_WORDS_MAX 4096 /* 64 remotes of IPv6 */

/*
 * What is not there of a port is made, or attached, again by "xswitch -S SWITCH" and these words,
 * as "up --ports ns1"; what was set of it stays. Of type dev the device must be there.
 */
void port_words(const struct xsw *sw, uint32_t number, char text[PORT_WORDS_MAX]);

/* --- xsw_port_again.c --- */

/*
 * Whether what a `gone` port was on is there again: its device by name and address, or another
 * namespace by the name of the one it was in. -ENOENT: it is not; -ESTALE: a device of the name is,
 * with another address (`mac`).
 */
int port_is_back(struct xsw *sw, uint32_t number, uint8_t mac[6]);

/*
 * Connect it again. What was set of the port stays; on an error, or killed, it is as `gone` as
 * before. An exit status, with the message.
 */
int port_again(struct xsw *sw, uint32_t number);

/* Whether everything `up` made of it is still there. */
bool port_whole(struct xsw *sw, uint32_t number, const struct xsw_port_spec *spec);

/*
 * The `local` entries of a host port follow its VLANs: those of `old` and `had` (old.word 0:
 * none) go, those of `conf` and `sets` come.
 */
int port_host_locals(struct xsw *sw, uint32_t number, union xsw_conf old,
		     const struct xsw_sets *had, union xsw_conf conf, const struct xsw_sets *sets);

/* settings.hosts, .tc_ports and .xdp_ports from the records. */
void port_recount(struct xsw *sw);

/* Whether `hook` of the specification means XDP. */
bool port_wants_xdp(const struct xsw_port_spec *spec, union xsw_conf conf);

/* May a port under xdp have these VLANs? XSW_REFUSED, with the message. */
int port_hook_check(const char *port, enum xsw_port_type type, union xsw_conf conf);

/* One sentence. */
const char *port_hook_why(const struct xsw_info *info);

/* What a port under xdp has otherwise than XDP needs it now; 0 where it cannot be seen. */
uint32_t port_offload_differing(struct xsw *sw, uint32_t number);

/* What was changed for XDP: "inner-gro-on", ..., NULL; `words` has room for 6. */
void port_offload_words(uint32_t bits, const char **words);

/* Its program is the switch's: after an interrupted change of programs it may not be. */
int port_reattach(struct xsw *sw, uint32_t number);

/* --- xsw_tunnel.c --- */

struct xsw_ip tunnel_ip(const struct arg_addr *addr);

/* Whether a leg is what is asked for. */
bool tunnel_is(const struct xsw_info *info, const struct xsw_port_spec *spec, uint32_t leg);

/* What is asked for, against the tunnels there are and the kernel; an exit status. */
int tunnel_may(const struct xsw *sw, const struct xsw_port_spec *spec, uint32_t leg);

/*
 * The VLANs of a port with a key for each: it may have no other mode than trunk, and frames have
 * no tag inside. Of other ports: nothing. An exit status, with the message.
 */
int tunnel_vlans(const struct xsw_info *info, union xsw_conf conf, struct xsw_sets *sets);

/* "192.0.2.2"; none: "" */
void tunnel_ip_text(const struct xsw_ip *ip, char text[INET6_ADDRSTRLEN]);

/* What `port show` has of it; nothing of other ports. -ENOMEM; free(v->remotes) */
int tunnel_view(const struct xsw *sw, uint32_t head, struct xsw_port_view *v);

/*
 * The MTU that a tunnel can carry inside now, with this configuration: that of the route to its
 * remote less all headers in front of the L3 packet; without a route as if it were 1500.
 */
uint32_t tunnel_mtu(struct xsw *sw, const struct xsw_info *info, union xsw_conf conf);

/* The MTU of the route to its remote; -errno: there is none, or the namespace is gone. */
int tunnel_route(struct xsw *sw, const struct xsw_info *info, uint32_t *mtu);

/* What a specification means, and whether it can be: XSW_USAGE, with the message. */
/* What is left of `mtu` for the frames inside, less their Ethernet header; a tag counts if they may have one. */
uint32_t tunnel_fits(uint32_t mtu, enum xsw_port_type type, bool ipv6, enum xsw_key_mode mode,
		     union xsw_conf conf);

enum xsw_key_mode tunnel_key_mode(const struct xsw_port_spec *spec);
uint16_t tunnel_udp_port(const struct xsw_port_spec *spec);

/* --- xsw_fdb.c --- */

/* Put an entry back as it was, its times included; 0 or -errno. */
int fdb_restore(struct xsw *sw, union xsw_fdb_key key, const struct xsw_fdb_entry *e);

/* --- xsw_keep.c --- */

/* What may be set of a port. */
struct port_kept {
	union xsw_conf conf;
	struct xsw_sets sets;
	struct xsw_policy_args policy;
	uint32_t mtu; /* struct xsw_info */
};

int port_keep(struct xsw *sw, uint32_t number, struct port_kept *kept);
int port_restore(struct xsw *sw, uint32_t number, const struct port_kept *kept);

/* One of the numbers of a port is to be changed; an exit status, with the message. */
typedef int (*leg_change)(struct xsw *sw, uint32_t number, const void *arg);

/*
 * Change every leg of a port, or none; a port of another type is all of itself. What a kill leaves
 * is a port whose legs differ: legs_repair() makes them as the first one is.
 */
int legs_change(struct xsw *sw, uint32_t head, leg_change change, const void *arg);
int legs_repair(struct xsw *sw);

/* --- xsw_stream.c --- */

/* The switch that was opened is gone, even if another of its name is there. */
bool stream_is_gone(const struct xsw *sw);

/* XSW_MISSING, with the message. */
int stream_gone(const struct xsw *sw);

/* --- xsw_watch_ports.c --- */

/* What killed watchers left at ports; usually nothing. */
void watch_repair(struct xsw *sw);

/* --- xsw_tell.c --- */

/*
 * Events of commands are not told by those who make a change: what is set is read when the switch
 * is opened for writing, and again before it is closed, and what differs is told. So a change that
 * was undone is none, and all that a batch, `up` or `apply` does is told once, in the end. It costs
 * only while somebody listens; a listener that comes while a command is at work hears what
 * comes after. A command that was killed tells nothing.
 *
 * Not told are addresses in namespaces, which are no setting of the switch, and entries of the
 * FDB, of which the data path tells.
 */
void tell_begin(struct xsw *sw);
void tell_end(struct xsw *sw);

/* A port is error-disabled no longer, as the data path would have found. */
void tell_recovered(struct xsw *sw, uint32_t number);

#include "batch.h"
#include "policy.h"
#include "repair.h"

#endif
