/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * golden.h - one table of frames and what the switch must do with each
 *
 * A row says how the switch is set up, which frame comes in by which port, and everything that
 * must be different afterwards; whatever a row does not mention must be as it was. The rows run
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
 */
#ifndef XSW_GOLDEN_H
#define XSW_GOLDEN_H

#include <stdbool.h>
#include <stddef.h>

#include "xsw_abi.h"

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

#define ROW_FDB	    4  /* entries the table has room for */
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

enum row_state {
	FORWARDING,
	DISABLED,
	BLOCKING,
	LEARNING
};

struct row_port {
	enum row_state state;
	__u16 flip; /* enum xsw_port_flag that differ from XSW_F_DEFAULT */
	__u16 mtu;  /* 0: ROW_MTU */
	bool gone;  /* its device is unregistered */
	bool apart; /* in no VLAN */
	__u32 flush;
	__u32 vlan_flush;
};

/* What happened to an entry. */
enum row_how {
	KEPT, /* nothing */
	SEEN, /* last seen now, under the current seq; where it points is as it was */
	NEW,  /* learned or moved now */
};

struct row_entry {
	const char *mac; /* NULL: end of the list */
	__u16 vid;
	__u8 port;	  /* P1.. */
	__u8 state;	  /* enum xsw_fdb_state */
	__u32 seq;	  /* before; 0: that of the switch */
	__s64 age;	  /* before: ns since it was last seen */
	enum row_how how; /* after */
};

enum row_event {
	NOTHING,
	LEARNED,
	MOVED,
	REFUSED
};

struct row {
	const char *name;

	struct row_port port[ROW_ENDS];
	__u64 ageing;  /* ns; 0: ROW_AGEING */
	__u64 refresh; /* ns; 0: ROW_REFRESH */
	__u32 seq;     /* 0: ROW_SEQ */
	__u32 flush;
	__u32 group_fwd_mask;
	struct {
		__u16 vid;
		__u32 flush; /* of `vlans` */
	} vlan;
	struct {
		__u8 port;
		__u16 vid;
		__u32 seq; /* of `vflush` */
	} port_vlan;
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
	} found;	 /* the destination it found last */
	bool queue_full; /* of ageing */
	__u8 probe;	 /* slots from its own at which every device stands in `ifports` */

	__u8 in;	   /* P1..P5, or STRANGER: a device that is no port */
	const char *frame; /* hex digits; the rest of `len` is a pattern */
	__u16 len;	   /* bytes; 0: ROW_LEN */
	__u16 gso;	   /* gso_size, 0: one frame */

	unsigned int to;      /* the ports that get the frame, once, as it is */
	enum xsw_reason drop; /* or why nobody does */
	enum xsw_reason note; /* why something else did not happen */
	enum xsw_class class; /* of the counters */
	bool pass;	      /* not ours: to the next program, uncounted */
	enum row_event event;
	struct row_entry after[ROW_FDB + 1]; /* none given: as before */

	/* why a driver cannot run the row, or cannot look at the copies on the wire */
	const char *not_run;
	const char *not_wire;
	const char *blind;
};

/* rows_*.c; each ends with a row without a name */
extern const struct row rows_frame[], rows_control[], rows_learn[], rows_time[], rows_egress[];
extern const struct row rows_size[];
extern const struct row *const row_tables[]; /* ends with NULL */

extern const __u16 row_number[ROW_ENDS + 1]; /* port number of P1.. */

struct row_fdb {
	union xsw_fdb_key key;
	struct xsw_fdb_entry entry;
};

/* What the maps of the switch must hold before the frame comes. */
struct setup {
	struct xsw_switch sw;
	struct xsw_port port[ROW_ENDS]; /* without the ifindex */
	struct row_fdb fdb[ROW_FDB];
	unsigned int fdb_n;
	struct xsw_stats st; /* of the ingress port, every CPU: what it remembers */
	__u8 frame[ROW_LEN_MAX];
	__u32 len;
};

/* What the driver found afterwards. Counters are sums over the CPUs. */
struct outcome {
	__u64 now; /* before the frame, the clock of the switch */
	__u64 end; /* after it */
	struct xsw_stats st[ROW_ENDS];
	struct xsw_events ev;
	struct row_fdb fdb[ROW_FDB + 1];
	unsigned int fdb_n;
	__u32 epoch;
	int verdict;	      /* TC_ACT_*, ROW_UNKNOWN: not observed */
	int peer;	      /* whether it went straight into the other end, or ROW_UNKNOWN */
	int copies[ROW_ENDS]; /* frames that left by each port, or ROW_UNKNOWN */
	bool mangled;	      /* one of them was not bit-identical */
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
