/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * lab.h - the ports of the golden rows as real veth pairs
 *
 *	 this process's namespace          one namespace each
 *	 +--------------------+
 *	 | xsw_tc on  p0 .. p5 ===== veth ===== in    (packet sockets)
 *	 +--------------------+
 *
 * All namespaces are fresh and have no name: everything goes when the process does. Devices
 * have the largest MTU there is, so that only the switch finds a frame too big, and are silent.
 *
 * The process stays on one CPU. What veth hands to the stack then passes one queue in order: a
 * marker frame sent to an inner end arrives behind every copy that was sent there before.
 */
#ifndef XSW_LAB_H
#define XSW_LAB_H

#include "golden.h"

struct lab_port {
	__u32 ifindex; /* outer */
	__u32 inner;   /* ... in its namespace */
	int netns;     /* of the inner end */
	int rx, tx;    /* packet sockets on the inner end */
	int marker;    /* ... on the outer end */
	int link;      /* tcx, or -1: clsact */
	int xdp[2];    /* links: outer, inner */
};

struct lab {
	struct lab_port port[ROW_ENDS];
	unsigned int serial;
};

/* 0 or -errno; `lab` can be closed in both cases. */
int lab_open(struct lab *lab);
void lab_close(struct lab *lab);

/* Put the program on the ingress of every outer end; XSW_FORCE_ATTACH=clsact does not try tcx. */
int lab_attach(struct lab *lab, int prog);

/*
 * Put the program at XDP on the outer ends of `ports`, and one that passes everything on their
 * inner ends: so these take what XDP sends, and as with XDP behind it an outer end does no
 * segmentation, all that veth delivers to an inner end still passes one queue.
 */
int lab_attach_xdp(struct lab *lab, int prog, unsigned int ports);
void lab_detach_xdp(struct lab *lab);

/* Unregister the device of a port. */
int lab_remove(struct lab *lab, unsigned int port);

/* The station behind a port sends; segmentation as the row says. 0 or -errno. */
int lab_send(struct lab *lab, unsigned int port, const struct row *row, const struct setup *set);

/*
 * What came out of every port since the last call, by row_left(), as long a GSO packet as came
 * in; `out->peer` whether one went past the device. 0 or -errno; -ETIMEDOUT: a marker got lost.
 */
int lab_receive(struct lab *lab, const struct setup *set, struct outcome *out);

#endif
