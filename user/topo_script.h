/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * topo_script.h - a topology by other means: commands of ip(8), bridge(8), ovs-vsctl(8)
 *
 * A back end turns a struct topo into commands that make it and commands that remove it. They are
 * printed as a shell script (--print), or run one by one; an error takes back what was done. What
 * a back end cannot express is an error that names the key and its line.
 */
#ifndef XSWITCH_TOPO_SCRIPT_H
#define XSWITCH_TOPO_SCRIPT_H

#include "topo.h"

struct topo_script;

struct topo_backend {
	const char *name;
	const char *help;
	/* Append the commands; an exit status. */
	int (*plan)(const struct topo *topo, struct topo_script *script);
};

/* xswitch, bridge, ovs, ovs-internal, veth; ends with a row without a name. */
extern const struct topo_backend topo_backends[];

#endif
