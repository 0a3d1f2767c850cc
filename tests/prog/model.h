/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * model.h - a second opinion: what becomes of a frame, written from the contract alone
 *
 * The model knows ports, VLAN sets and a table as plain arrays and follows the walk step by step, with
 * none of the shortcuts of the data path and none of its code. model_row() takes a row as far as
 * it describes what is there and what comes in, and fills in what must come out, so that a row that
 * nobody wrote down can be judged like the golden ones. random_row() makes such rows; the same
 * seed makes the same row.
 *
 * Not in the model: what one frame cannot show (the caches of the last addresses, stamps of
 * flushes), held addresses, lists of IP addresses, tunnels.
 */
#ifndef XSW_MODEL_H
#define XSW_MODEL_H

#include "golden.h"

/* What the words of a made row stand in; it goes where the row goes. */
struct made {
	struct row row;
	char name[32];
	char frame[2 * 64 + 1];
	char src[2 * 6 + 1];
	char tags[ROW_ENDS][2 * 4 + 1];
};

/* Points into `m`, which must not be copied. */
void random_row(__u64 seed, struct made *m);

/* The same from bytes: first every choice, two each, then what is left is the frame. */
void random_row_of(const __u8 *bytes, size_t n, struct made *m);

/* What is in it, and what the model says, as lines of `#`. */
void random_print(const struct made *m);

/* Everything of the row from `to` on. */
void model_row(struct made *m);

/* What is wrong with a row, in one way of running it; NULL: nothing. */
typedef const char *(*random_judge)(const struct row *row, void *arg);

/*
 * `n` rows, judged: one line of output for all of them. Of the first that fails everything is taken
 * away without which it fails all the same, and what is left is printed. XSW_SEED and XSW_ROWS in the
 * environment say where to begin and how many there are.
 */
void random_rows(struct tally *t, __u64 n, random_judge judge, void *arg);

#endif
