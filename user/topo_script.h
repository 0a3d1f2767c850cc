/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * topo_script.h - a topology by other means: commands of ip(8), bridge(8), ovs-vsctl(8)
 *
 *	topo_script_make()	a back end turns a struct topo into a script
 *	topo_script_print()	... which is printed for sh(1), or
 *	topo_script_run()	... run, one command after the other
 *	topo_script_free()
 *
 * A script is a list of steps, each a command and, where it made something, the command that
 * takes it back. Making runs the commands; an error takes back what was done. Removing runs the
 * others, last one first. Both are printed from the same list. What a back end cannot express is
 * an error that names the key and where it stands, found before anything is made.
 *
 * Everything is made new: where a namespace or a device is there already, its command fails, so
 * that what is taken back is never somebody else's. What is made is marked at once (the alias of
 * a device, of `lo` in a namespace; external_ids of Open vSwitch), and removed only where it bears
 * the mark of the back end; the printed script looks for that as well. A kill between the two
 * leaves what nobody removes. What no command knows how to put back (the MTU of an uplink) cannot
 * be expressed.
 */
#ifndef XSWITCH_TOPO_SCRIPT_H
#define XSWITCH_TOPO_SCRIPT_H

#include <stdio.h>

#include "topo.h"

struct topo_script;

struct topo_backend {
	const char *name;
	const char *help;
	const char *mark; /* of what it has made */
	/* Append the commands; an exit status. */
	int (*plan)(const struct topo *topo, struct topo_script *script);
};

/* xswitch, bridge, ovs, ovs-internal, veth; ends with a row without a name. */
extern const struct topo_backend topo_backends[];
extern const char *const topo_backend_words[]; /* their names */

enum topo_job {
	TOPO_MAKE,
	TOPO_REMOVE,
};

/* The script borrows `topo`. XSW_USAGE: what cannot be expressed was told. */
int topo_script_make(const struct topo *topo, const struct topo_backend *backend,
		     struct topo_script **out);
void topo_script_free(struct topo_script *script);

/* As a script that runs as it is; words are quoted for sh. */
void topo_script_print(const struct topo_script *script, enum topo_job job, FILE *to);

/*
 * By programs, without a shell. A failed or interrupted TOPO_MAKE takes back what was done;
 * TOPO_REMOVE goes on. A dry run tells the commands instead.
 */
int topo_script_run(const struct topo_script *script, enum topo_job job,
		    const struct xsw_opts *opts);

#endif
