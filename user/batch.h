/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * batch.h - the part of xsw_int.h that is about batches (xsw_batch.c): what is kept for undoing
 */
#ifndef XSWITCH_BATCH_H
#define XSWITCH_BATCH_H

#include "xsw_int.h"

/* The switch of the batch; XSW_REFUSED: a signal asks to stop. */
int batch_open(struct xsw **out, const struct xsw_opts *opts);

/* Lines are only looked at: a function that changes something returns XSW_CHECKED. */
bool batch_checking(const struct xsw *sw);

/*
 * What is about to be changed, for undoing; nothing without a batch. An exit status, with the
 * message: without the memory to undo it a change must not be made.
 */
int batch_keep_entry(struct xsw *sw, union xsw_fdb_key key, const struct xsw_fdb_entry *e);
int batch_keep_learned(struct xsw *sw); /* all dynamic entries, once: some are about to go */
int batch_keep_port(struct xsw *sw, uint32_t number);
int batch_keep_settings(struct xsw *sw);
int batch_keep_limit(struct xsw *sw, uint32_t limit); /* XSW_LIMIT_* */
int batch_keep_made(struct xsw *sw, uint32_t number); /* it was made: undoing removes it */
int batch_keep_addrs(struct xsw *sw, uint32_t number, const struct arg_addrs *addrs);
int batch_keep_wire(struct xsw *sw, uint32_t number, uint32_t peer, bool was);
int batch_keep_mirror(struct xsw *sw, uint32_t slot, const struct xsw_mirror *was);

/* A port that a line of the batch will make: later lines may name it. */
int batch_promise(struct xsw *sw, const char *port);
bool batch_promised(const struct xsw *sw, const char *port);

#endif
