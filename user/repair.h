/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * repair.h - changes of the programs of a switch, and what a killed command left: of xsw_int.h
 */
#ifndef XSWITCH_REPAIR_H
#define XSWITCH_REPAIR_H

#include <stdbool.h>
#include <stdint.h>

struct xsw;

/* --- xsw_repair.c --- */

/* From the one to the other a kill leaves something to repair. */
int repair_mark(const struct xsw *sw);
void repair_unmark(const struct xsw *sw);

/* The same, and the programs are those of this executable; an exit status. */
int repair_done(struct xsw *sw);

/*
 * sw->prog is pinned and runs at every port, one after the other, each in one step; programs that
 * run there already stay. 0 or -errno: ports may differ then.
 */
int progs_adopt(struct xsw *sw);

/* Take a change of the programs that was killed to its end; an exit status. */
int xsw_repair(struct xsw *sw);

/* --- xsw_migrate.c --- */

/*
 * `meta` was read and is of an older ABI: make the maps and programs of this one beside those there
 * are, and then the switch is theirs; xsw_reach() does the rest. An exit status, with the message. A
 * dry run says what it would do.
 */
int migrate_begin(struct xsw *sw);

/* `meta` was read and is of this ABI: what is pinned is its own. 0 or -errno */
int migrate_settle(const struct xsw *sw);

/* It is open: every port gets its programs, and it what the old maps hold. An exit status. */
int migrate_end(struct xsw *sw);

/* Whether one has begun and not ended. */
bool migrate_is_open(const char *name);

/* What is left of any, but for one to ABI `keep`; 0 or -errno. */
int migrate_remove(const char *name, uint32_t keep);

/* The message that it is of another ABI; XSW_REFUSED. */
int migrate_refused(const struct xsw *sw);

#endif
