/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * maps_old.h - the maps of a switch that another version of xswitch made, and what becomes of them
 *
 * A map of the same kind and layout as this version's stays and goes on. Another one becomes a new map
 * with what the old one holds, member by member by name (maps_layout.h). Functions return 0 or -errno.
 */
#ifndef XSWITCH_MAPS_OLD_H
#define XSWITCH_MAPS_OLD_H

#include "maps.h"

/* Maps by their pins, whatever they are; -1: that version has none of that name. */
struct maps_old {
	int fd[MAPS];
	bool stays[MAPS]; /* maps_old_compare() */
};

int maps_old_open(struct maps_old *old, const char *dir);
void maps_old_close(struct maps_old *old);

/* Which of them are what this version would make. */
int maps_old_compare(struct maps_old *old);

/* Those that stay are in `m`, which has none before. */
int maps_old_keep(const struct maps_old *old, struct maps *m);

/*
 * `m`, in which no program runs yet, gets what the others hold, but for addresses and counters. It is
 * pinned below <dir>, the old ones below <old_dir>; so are chunks, which are made or stay.
 */
int maps_old_fill(const struct maps_old *old, struct maps *m, const char *old_dir, const char *dir);

/* The entries of another FDB, as this version has them; none where `m` has the same one. */
struct maps_old_fdb {
	const struct maps_old *old;
	const struct maps *m;
};
int maps_old_fdb_each(const void *fdb, maps_fdb_fn fn, void *arg);

/*
 * Add what the old maps have counted, whose programs do not run any more. `cursor`: maps_add_cursor(),
 * by which a second call adds nothing that the first one did.
 */
int maps_old_count(const struct maps_old *old, struct maps *m, const char *old_dir, const char *dir,
		   int cursor);

#endif
