/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * random.h - rows and sequences of frames that nobody wrote down, judged
 *
 * A sequence is a switch and what happens to it: frames, time, flushes, entries set and deleted, ports
 * that change. What the model (model.h) says after each frame must be so. The same seed makes the
 * same row or sequence on every machine, by the same compiler: C leaves open in which order the
 * members of an initializer are thrown.
 *
 * What is judged wrong is made smaller (shrink.c), as long as it is wrong in the same way, and printed
 * as a person would write it, the last frame as a golden row. From the environment: XSW_SEED, where
 * to begin; XSW_ROWS, how many rows, and a twentieth as many sequences; XSW_SECONDS, to go on
 * for that long instead.
 */
#ifndef XSW_RANDOM_H
#define XSW_RANDOM_H

#include "model.h"

/* --- chance ---------------------------------------------------------------------------- */

/* Bytes from elsewhere (a fuzzer) come first, two a throw, as long as there are some. */
struct dice {
	__u64 state;
	const __u8 *bytes;
	size_t left;
};

__u64 roll(struct dice *d);
unsigned int below(struct dice *d, unsigned int n);
bool one_in(struct dice *d, unsigned int n);

#define PICK(d, list) ((list)[below(d, sizeof(list) / sizeof(*(list)))])

#define RANDOM_MACS 5
extern const char *const random_macs[RANDOM_MACS];

/* --- rows ------------------------------------------------------------------------------ */

void random_port(struct dice *d, struct row_port *p);
void random_wire(struct dice *d, struct row *row);

/* What follows the tags of a frame: a type, and sometimes a packet with an address of somebody's. */
void random_payload(struct dice *d, char *hex);

/* Points into `m`, which is not to be copied. */
void random_row(__u64 seed, struct made *m);

/* The same from bytes: first every choice, then what is left is the frame. */
void random_row_of(const __u8 *bytes, size_t n, struct made *m);

/* What is wrong with a row, in one way of running it; NULL: nothing. */
typedef const char *(*random_judge)(const struct row *row, void *arg);

/* `n` of them: one line of output for all. */
void random_rows(struct tally *t, __u64 n, random_judge judge, void *arg);

/* --- sequences ------------------------------------------------------------------------- */

#define STEPS 30

enum step_kind {
	STEP_FRAME,
	STEP_PASS,    /* time */
	STEP_FLUSH,   /* dynamic entries of `port` (STRANGER: any) and `vid` (XSW_ANY_VID) */
	STEP_ADD,     /* `entry`, unless there is one */
	STEP_DEL,     /* that of entry.mac, entry.vid */
	STEP_COLLECT, /* memory of entries that hold no more */
	STEP_PORT,    /* state, flags, MTU and device of `port` become those of `change` */
};

struct step {
	enum step_kind kind;
	__u8 port; /* also by which the frame comes in */
	__u16 vid;
	__u16 len;
	__u64 ns;
	const char *src;
	char frame[2 * MODEL_GIVEN + 1];
	struct row_entry entry;
	struct row_port change;
};

struct sequence {
	struct made conf; /* what is there before */
	struct step step[STEPS];
	unsigned int n;
};

/* The last frame, and at which step it ended. */
struct sequence_run {
	struct made m;
	struct setup set;
	struct outcome out, before;
	unsigned int at, frames;
};

/* One way of running sequences. 0 or -errno. */
struct sequence_ops {
	/* The switch as a row has it, and nothing left of the one before. */
	int (*begin)(void *arg, const struct row *row, struct setup *set);
	/* A frame: verdict, copies. */
	int (*frame)(void *arg, const struct row *row, const struct setup *set,
		     struct outcome *out);
	/* All the rest; counters since begin(). */
	int (*look)(void *arg, struct outcome *out);
	/* Time passes; what is not possible: -EOPNOTSUPP, and the model does it neither */
	int (*pass)(void *arg, __u64 ns);
	int (*collect)(void *arg);
	/* What xsw_ctl says. */
	int (*request)(void *arg, const struct xsw_ctl *c);
	/* The configuration word and the device of a port. */
	int (*port)(void *arg, const struct row *row, unsigned int port, union xsw_conf conf);
};

void random_sequence(__u64 seed, struct sequence *s);
void random_sequence_of(const __u8 *bytes, size_t n, struct sequence *s);

/* What is wrong, with the last frame that ran in `run`; NULL: nothing. */
const char *sequence_judge(const struct sequence *s, const struct sequence_ops *ops, void *arg,
			   struct sequence_run *run);

void random_sequences(struct tally *t, __u64 n, const struct sequence_ops *ops, void *arg);

/* --- what is wrong, made smaller: shrink.c ------------------------------------------------ */

/* Whether `now` tells of the same kind of difference: numbers do not count. */
bool is_same_kind(const char *was, const char *now);

void shrink_row(struct made *m, const char *wrong, random_judge judge, void *arg);
void shrink_sequence(struct sequence *s, const char *wrong, const struct sequence_ops *ops,
		     void *arg, struct sequence_run *run);

/* --- as a person would write it: row_text.c ----------------------------------------------- */

/* The row as it would stand in rows_*.c, every line behind `before`. */
void row_print(const struct row *row, const char *before);
void sequence_print(const struct sequence *s, const struct sequence_run *run, const char *before);

#endif
