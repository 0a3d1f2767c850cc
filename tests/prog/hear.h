/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hear.h - a listener to frames that end, beside the golden rows
 */
#ifndef XSW_HEAR_H
#define XSW_HEAR_H

#include "driver.h"
#include "xsw_event.h"

struct ring_buffer;

struct hear {
	int fd, settings;
	struct ring_buffer *rb;
	unsigned int n; /* events since hear_begin() */
	struct xsw_event last;
};

/* In slot 0, for ever; it wants XSW_EV_DROP. 0 or -errno; can be closed in both cases. */
int hear_open(struct hear *h, struct bpf_object *obj);
void hear_close(struct hear *h);

/* The maps are filled: from here on somebody wants drops, or nobody. 0 or -errno. */
int hear_begin(struct hear *h, bool drops);

/* What was told of the row since then is what should be; NULL, or what is wrong. */
const char *hear_judge(struct hear *h, const struct row *row, const struct setup *set, bool drops);

#endif
