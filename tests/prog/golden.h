/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * golden.h - one table of frames and what the switch must do with each
 *
 * A row says how the switch is set up, which frame comes in by which port, and everything that
 * must be different afterwards; whatever a row does not mention must be as it was: ports are
 * transparent, a frame leaves as it came. The rows run
 * natively (tests/unit/test_core.c), by BPF_PROG_TEST_RUN and through real veth pairs (both
 * tests/prog/test_prog.c). A driver carries a struct setup into its maps and brings a struct
 * outcome back; golden.c judges.
 *
 * Example: an unknown address floods, and the sender is learned.
 *
 *	{
 *		.name = "unknown unicast floods",
 *		.in = P1, .frame = B A "88b5",
 *		.to = ALL & ~S1, .class = XSW_UNKNOWN, .event = LEARNED,
 *		.after = { { A, 0, P1, .how = NEW } },
 *	}
 *
 * Example: an access port takes the tag of its VLAN off.
 *
 *	{
 *		.name = "trunk to access",
 *		.port = { [P1] = { .mode = XSW_MODE_TRUNK, .vlans = V10 | V20 },
 *			  [P2] = { .mode = XSW_MODE_ACCESS, .tag = 10 } },
 *		.fdb = { { B, 10, P2 }, { A, 10, P1 } },
 *		.in = P1, .frame = B A "8100600a88b5", .vid = 10,
 *		.to = S2, .as[P2] = { 4 }, .after = ...
 *	}
 */
#ifndef XSW_GOLDEN_H
#define XSW_GOLDEN_H

#include <stdbool.h>
#include <stddef.h>

#include "xsw_abi.h"
#include "xsw_mirror.h"

/* A row says what is not usual, and nothing else. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

/* The ports of every row. Their numbers stand at the edges of bitmap words and chunks. */
enum {
	STRANGER,
	P1,
	P2,
	P3,
	P4,
	P5,
	ROW_ENDS,
	NO_PORT = ROW_ENDS
};

#define ROW_NUMBERS                                                                                \
	{                                                                                          \
		0, 1, 2, 63, 64, 4095, 77                                                          \
	}

#define S1  (1u << P1)
#define S2  (1u << P2)
#define S3  (1u << P3)
#define S4  (1u << P4)
#define S5  (1u << P5)
#define ALL (S1 | S2 | S3 | S4 | S5)

#define ROW_FDB	    4 /* entries the table has room for */
#define ROW_MIRRORS 3
#define ROW_PAIRS   64 /* (port, VID) that have learned */
#define ROW_LEN	    60 /* bytes of a frame that does not say */
#define ROW_LEN_MAX 9600
#define ROW_MTU	    1500
#define ROW_AGEING  XSW_AGEING_DEFAULT
#define ROW_REFRESH XSW_REFRESH_MAX
#define ROW_SEQ	    7
#define ROW_EPOCH   5
#define ROW_NEVER   (~0ULL) /* .ageing, .refresh: 0 */
#define ROW_EMPTY   0xffff  /* .len: 0 */

#define MSEC 1000000ULL
#define SEC_ 1000000000ULL

/* Addresses, as hex digits of a frame. */
#define A     "02000000000a"
#define B     "02000000000b"
#define C     "02000000000c"
#define D     "02000000000d"
#define E     "02000000000e"
#define BCAST "ffffffffffff"
#define MCAST "01005e00000b"
#define BPDU  "0180c2000000"

/* The VLANs that rows speak of, in sets of them: bit i is row_vids[i]. */
enum {
	V0 = 1 << 0,
	V1 = 1 << 1,
	V10 = 1 << 2,
	V20 = 1 << 3,
	V30 = 1 << 4,
	V40 = 1 << 5,
	V63 = 1 << 6,
	V64 = 1 << 7,
	V100 = 1 << 8,
	V4094 = 1 << 9,
	V4095 = 1 << 10,
	VALL = 1 << 11, /* 1..4094, those that no row speaks of too */
};

#define ROW_VIDS 11
#define ROW_VID_LIST                                                                               \
	{                                                                                          \
		0, 1, 10, 20, 30, 40, 63, 64, 100, 4094, 4095                                      \
	}

enum row_state {
	FORWARDING,
	DISABLED,
	BLOCKING,
	LEARNING,
	ERRDISABLED
};

/* An address or network that a port may claim. */
struct row_ip {
	const char *addr; /* 8 or 32 hex digits; NULL: end of the list */
	__u8 plen;	  /* 0: one address */
};

struct row_port {
	enum row_state state;
	__u16 flip; /* enum xsw_port_flag that differ from XSW_F_DEFAULT and those of the mode */
	__u16 mtu;  /* 0: ROW_MTU */
	bool gone;  /* its device is unregistered */
	bool watched;
	bool apart; /* in no VLAN */
	__u32 flush;
	__u32 vlan_flush;
	enum xsw_mode_id mode;
	__u16 tag;	/* the VLAN of a mode that has one; the PVID of a hybrid port */
	__u16 vlans;	/* V*: trunks, or all that a hybrid port is a member of */
	__u16 untagged; /* V*: that a hybrid port sends untagged */
	__u16 cvlans;	/* V*: the customer VLANs a tunnel takes; V0: untagged frames; 0: all */
	__u16 stale;	/* V*: that it is no member of, though it stands in their flood index */

	/* golden_policy.c */
	__u8 policy; /* enum xsw_port_policy */
	bool bare;   /* ... whose details are not there (any more) */
	bool guard;
	__u16 group_fwd_mask;
	__u8 wire;   /* P1.. */
	__u32 group; /* its split horizon */
	struct xsw_rate rate[XSW_METERS];
	__u64 ahead[XSW_METERS]; /* ns until the bucket is full */
	__s64 until;		 /* of ERRDISABLED: ns from now */
	const char *macs[3];	 /* that it may have as sources */
	struct row_ip ips[4];
};

/* Ports by mode. */
#define ACCESS(vid)                                                                                \
	{                                                                                          \
		.mode = XSW_MODE_ACCESS, .tag = (vid)                                              \
	}
#define TRUNK(list, ...)                                                                           \
	{                                                                                          \
		.mode = XSW_MODE_TRUNK, .vlans = (list), __VA_ARGS__                               \
	}
#define NATIVE(vid, list)                                                                          \
	{                                                                                          \
		.mode = XSW_MODE_NATIVE_UNTAGGED, .tag = (vid), .vlans = (list)                    \
	}
#define TUNNEL(vid, ...)                                                                           \
	{                                                                                          \
		.mode = XSW_MODE_TUNNEL, .tag = (vid), __VA_ARGS__                                 \
	}
#define HYBRID(pvid, list, off, ...)                                                               \
	{                                                                                          \
		.mode = XSW_MODE_HYBRID, .tag = (pvid), .vlans = (list), .untagged = (off),        \
		__VA_ARGS__                                                                        \
	}

/* How a frame leaves: behind the addresses `cut` bytes are gone and `tags` stands instead. */
struct row_as {
	__u8 cut;
	const char *tags; /* hex digits; NULL: nothing */
};

/* What happened to an entry. */
enum row_how {
	KEPT,	 /* nothing */
	SEEN,	 /* last seen now, under the current seq; where it points is as it was */
	NEW,	 /* learned or moved now */
	STOPPED, /* held now: under the current seq */
};

struct row_entry {
	const char *mac; /* NULL: end of the list */
	__u16 vid;
	__u8 port;	  /* P1.. */
	__u8 state;	  /* enum xsw_fdb_state */
	__u32 seq;	  /* before; 0: that of the switch */
	__s64 age;	  /* before: ns since it was last seen */
	enum row_how how; /* after */
	__u8 flags;	  /* enum xsw_fdb_flag */
	__u8 home;	  /* P1..: where its moves began */
	__u16 moves;	  /* since then; after: checked if flap_limit is set */
	__u64 since;	  /* before: ns since they began, or since the hold was renewed */
	__u64 flushed; /* before, 1: it is nobody's any more (model.h); so long that there is no hole */
};

enum row_event {
	NOTHING,
	LEARNED,
	MOVED,
	REFUSED, /* the table is full */
	LIMITED,
	HELD,	   /* in place: the entry stays where it is */
	HELD_BACK, /* the same, it went back */
};

/* golden_mirror.c */
struct row_mirror {
	unsigned int in, out; /* S*: its sources */
	unsigned int to;      /* S*: its output port, as if these were its legs */
	__u16 vlans;	      /* V*; 0: it does not ask */
	__u16 tag;
	bool idle;	   /* it does not hold yet, or no more */
	bool took;	   /* it copies the frame */
	unsigned int lost; /* S*: but not to these */
};

struct row {
	const char *name;

	struct row_port port[ROW_ENDS];
	__u64 ageing;  /* ns; 0: ROW_AGEING */
	__u64 refresh; /* ns; 0: ROW_REFRESH */
	__u32 seq;     /* 0: ROW_SEQ */
	__u32 flush;
	__u32 group_fwd_mask;
	__u64 recovery; /* ns; 0: XSW_RECOVERY_DEFAULT */
	__s64 watching; /* ns from now until which ports may be watched */
	__u32 tc_ports; /* ports that XDP cannot send to, besides those of the driver */
	struct {
		__u16 vid;
		__u32 flush; /* of `vlans` */
	} vlan;
	struct {
		__u8 port;
		__u16 vid;
		__u32 seq; /* of `pairs` */
	} port_vlan;
	struct {
		__u32 all; /* 0: no limit */
		__u32 port[ROW_ENDS];
		__u16 vid; /* the VLAN of `vlan` */
		__u32 vlan;
	} limit;
	__u32 flap_limit;  /* 0: never */
	__u64 flap_window; /* ns; 0: 1 s */
	__u32 hosts;	   /* host ports */
	struct row_entry fdb[ROW_FDB + 1];
	struct {
		const char *mac;
		__u16 vid;
		__s64 age;
		bool stale; /* under another epoch */
	} cache;	    /* the source the ingress port saw last */
	struct {
		const char *mac;
		__u16 vid;
		__u8 port;
		__s64 age;
		bool stale;
	} found; /* the destination it found last */
	struct row_mirror mirror[ROW_MIRRORS];
	bool queue_full; /* of ageing */
	__u8 probe;	 /* slots from its own at which every device stands in `ifports` */

	__u8 in;	   /* P1..P5, or STRANGER: a device that is no port */
	const char *frame; /* hex digits; the rest of `len` is a pattern */
	__u16 len;	   /* bytes; 0: ROW_LEN */
	__u16 gso;	   /* gso_size, 0: one frame */

	unsigned int to;	    /* the ports that get the frame, once */
	struct row_as as[ROW_ENDS]; /* its form there; none given: as it came */
	__u16 vid;		    /* its VLAN, if the ingress port is not transparent */
	enum xsw_reason drop;	    /* or why nobody does */
	enum xsw_reason note;	    /* why something else did not happen */
	enum xsw_class class;	    /* of the counters */
	bool spent;	     /* copies left, but not the frame itself: it could not be retagged */
	bool pass;	     /* not ours: to the next program, uncounted */
	bool tripped;	     /* the ingress port is error-disabled now */
	unsigned int healed; /* S*: ports that are so no more */
	unsigned int unwatched; /* S*: ports that were watched */
	__u8 paid;		/* 1 << enum xsw_meter_id: buckets of the ingress port that paid */
	__u64 cost[XSW_METERS]; /* ... ns, if it matters to the next frame (model.h) */
	enum row_event event;
	struct row_entry after[ROW_FDB + 1]; /* none given: as before */

	/* why a driver cannot run the row, or cannot look at the copies on the wire */
	const char *not_run;
	const char *not_wire;
	const char *not_dry;
	const char *blind;
};

/* .not_dry of what is remembered and, for the test's sake, is not what the table says */
#define LOOKS_UP "xsw_trace remembers nothing: it looks everything up"

/* rows_*.c; each ends with a row without a name */
extern const struct row rows_frame[], rows_control[], rows_learn[], rows_time[], rows_egress[];
extern const struct row rows_size[], rows_vlan[], rows_tunnel[], rows_limit[], rows_flap[];
extern const struct row rows_policy[], rows_wire[], rows_meter[], rows_inet[];
extern const struct row rows_group[], rows_mirror[];

/* rows_modes.c makes them: every mode to every other, every kind of frame */
const struct row *rows_modes(void);

/* All of them; ends with NULL. */
const struct row *const *row_tables(void);

extern const __u16 row_number[ROW_ENDS + 1]; /* port number of P1.. */
extern const __u16 row_vids[ROW_VIDS];

struct row_fdb {
	union xsw_fdb_key key;
	struct xsw_fdb_entry entry;
};

struct row_bytes {
	__u32 len;
	__u8 bytes[ROW_LEN_MAX + 8];
};

/* `macs` and `ips`: the lists of all ports. */
struct row_lists {
	struct xsw_mac_key mac[16];
	struct xsw_ip_key ip[20];
	unsigned int mac_n, ip_n;
};

struct row_pair {
	struct xsw_pair_key key;
	union xsw_pair pair;
};

/* What is counted. */
struct row_account {
	struct row_pair pair[ROW_PAIRS + 1];
	unsigned int pair_n;
	struct xsw_limit all, port[ROW_ENDS], vlan[ROW_VIDS];
};

/* What the maps of the switch must hold before the frame comes, and what must come out. */
struct setup {
	struct xsw_switch sw;
	struct xsw_port port[ROW_ENDS];	   /* without the ifindex */
	struct xsw_sets sets[ROW_ENDS][2]; /* by bank */
	struct xsw_vlan vlan[ROW_VIDS];	   /* flood index of row_vids[i] */
	struct row_fdb fdb[ROW_FDB];
	unsigned int fdb_n;
	struct row_account acc;
	struct xsw_stats st;   /* of the ingress port, every CPU: what it remembers */
	bool stored[ROW_ENDS]; /* whether the port stands in `policies` and `meters` */
	struct xsw_policy policy[ROW_ENDS];
	struct xsw_meter meter[ROW_ENDS];
	struct row_lists lists;
	struct xsw_mirror mirror[ROW_MIRRORS];
	struct xsw_tap tap[ROW_ENDS];
	__u32 gso;
	__u8 frame[ROW_LEN_MAX];
	__u32 len;
	struct row_bytes out[ROW_ENDS]; /* the frame as each port sends it */
};

/* What the driver found afterwards. Counters are sums over the CPUs. */
struct outcome {
	__u64 now; /* before the frame, the clock of the switch */
	__u64 end; /* after it */
	struct xsw_stats st[ROW_ENDS];
	struct xsw_vlan_stats vlan[ROW_VIDS];
	struct xsw_port port[ROW_ENDS];
	struct xsw_meter meter[ROW_ENDS];
	struct xsw_mirror_stats mirror[ROW_MIRRORS];
	struct xsw_events ev;
	struct row_fdb fdb[ROW_FDB + 1];
	unsigned int fdb_n;
	struct row_account acc;
	__u32 epoch;
	int verdict;	      /* TC_ACT_*, ROW_UNKNOWN: not observed */
	int peer;	      /* whether it went straight into the other end, or ROW_UNKNOWN */
	int copies[ROW_ENDS]; /* frames that left by each port, or ROW_UNKNOWN */
	bool mangled;	      /* one of them was not what that port should send */
	struct {
		unsigned int port;
		__u32 len;
		__u8 bytes[32]; /* its first */
	} bad;			/* that one */
};

#define ROW_UNKNOWN (-1000)

/* Reasons that some row made a driver count. */
struct coverage {
	bool seen[XSW_REASONS_MAX];
};

struct tally {
	const char *driver; /* put before every name; "" for none */
	unsigned int passed, failed, skipped;
};

/* `now`: the clock of the switch. */
void row_setup(const struct row *row, __u64 now, struct setup *set);

/*
 * The same for one more frame to the switch that was found to be as `before`. What does not
 * change from frame to frame stays as row_setup() made it.
 */
void row_setup_next(const struct row *row, const struct outcome *before, struct setup *set);

/* Counters of `out` become what was counted since `before`. */
void row_since(struct outcome *out, const struct outcome *before);

/* golden_vlan.c: its part of row_setup() and row_judge() */
void row_setup_forms(const struct row *row, struct setup *set);
void row_setup_vlans(const struct row *row, struct setup *set);
const char *row_judge_vlans(const struct row *row, const struct setup *set,
			    const struct outcome *out);

/* What CLOCK_MONOTONIC says to a row, ns; 0: what it really says. */
extern __u64 row_mono;

/* golden_policy.c: the same for policies */
void row_setup_policies(const struct row *row, __u64 now, struct setup *set);
const char *row_judge_policies(const struct row *row, const struct setup *set,
			       const struct outcome *out);
/* The VLAN of its frame; on a transparent port that is what the frame says. */
__u16 row_vid(const struct row *row, const struct setup *set);

/* golden_account.c: its part of them; the entries are in `set` already */
void row_setup_account(const struct row *row, struct setup *set);
const char *row_judge_account(const struct setup *set, const struct outcome *out);

/* enum xsw_state */
__u8 row_abi_state(enum row_state state);

/* Its JSON key. */
const char *reason_name(unsigned int reason);
/* golden_mirror.c: its part of them, and the copies that a port sends, by class */
void row_setup_mirrors(const struct row *row, struct setup *set);
const char *row_judge_mirrors(const struct row *row, const struct setup *set,
			      const struct outcome *out);
unsigned int row_copies(const struct row *row, unsigned int port, unsigned int class);

/* A static string. */
const char *row_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
__u8 row_hex_byte(const char *hex);

/* A frame left by a port; `bytes` with the tag beside it put back. */
void row_left(const struct setup *set, struct outcome *out, unsigned int port, const void *bytes,
	      __u32 len);

/* NULL, or a static string that says what is wrong. */
const char *row_judge(const struct row *row, const struct setup *set, const struct outcome *out);

void row_cover(struct coverage *cov, const struct outcome *out);

/* One line for every reason that no row raised; `cannot` are those the driver cannot. */
void row_report_coverage(struct tally *t, const struct coverage *cov, const enum xsw_reason *cannot,
			 size_t n);

/* One line of output. `wrong` NULL: ok. */
void tally_row(struct tally *t, const char *name, const char *variant, const char *wrong);
void tally_skip(struct tally *t, const char *name, const char *why);

/* The last line, and the exit status. */
int tally_end(const struct tally *all, size_t n);

#endif
