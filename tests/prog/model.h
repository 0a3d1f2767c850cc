/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * model.h - a second opinion: what becomes of a frame, written from the contract alone
 *
 * The model knows ports, VLAN sets and a table as plain arrays and follows the walk step by step, with
 * none of the shortcuts of the data path and none of its code. model_row() takes a row as far as
 * it describes what is there and what comes in, and fills in what must come out, so that a row that
 * nobody wrote down can be judged like the golden ones.
 *
 * A row is also all that the model remembers: model_next() makes what was there before the next
 * frame of what was there after this one, and the other functions do what time and a command do
 * between two frames. Nothing of it comes from the program; what it remembers beside the table
 * (the last addresses, stamps of flushes, pairs) cannot be seen from here and must not be seen at all.
 *
 * Not in the model: mirrors, tunnels.
 */
#ifndef XSW_MODEL_H
#define XSW_MODEL_H

#include "golden.h"

#define MODEL_CLOSE (3 * SEC_)
#define MODEL_GIVEN 96 /* bytes of a frame that are written down, at most */

/* What the words of a made row stand in; it goes where the row goes. */
struct made {
	struct row row;
	const char *src; /* of the frame; lives as long as entries do */
	char name[48];
	char frame[2 * MODEL_GIVEN + 1];
	char tags[ROW_ENDS][2 * 4 + 1];
	bool close; /* a time was that close to its limit: a real clock may see it otherwise */
};

/* Everything of the row from `to` on. Points into `m`, which is not to be copied. */
void model_row(struct made *m);

/* The frame has been: what is there now is what the next one finds. */
void model_next(struct made *m);

void model_pass(struct row *row, __u64 ns);

/* Dynamic entries of a port (STRANGER: any) and a VLAN (XSW_ANY_VID). They keep their places. */
void model_flush(struct row *row, unsigned int port, __u16 vid);

/* ... until the places of all that hold no more are given back. */
void model_collect(struct made *m);

/* As by `fdb add` and `fdb del`: 0 or -errno, -EDQUOT: a limit. */
int model_add(struct made *m, const struct row_entry *new);
int model_del(struct made *m, const char *mac, __u16 vid);

/* model_inet.c: whether the ingress port's list has the IP addresses that the frame claims */
bool model_claims(const struct row *row);

#endif
