/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xsw_names.h - the names of programs, maps and pins: one spelling for both sides
 *
 * A map's name is its pin below <bpffs>/xswitch/<switch>/maps/ and, with the prefix that
 * libbpf gives none of them, its name in `bpftool map`. ARCHITECTURE.md has the tree.
 */
#ifndef XSW_NAMES_H
#define XSW_NAMES_H

#define XSW_BPFFS_DEFAULT  "/sys/fs/bpf"
#define XSW_PIN_ROOT	   "xswitch"
#define XSW_SWITCH_DEFAULT "sw0"

#define XSW_DIR_MAPS	"maps"
#define XSW_DIR_PROGS	"progs"
#define XSW_DIR_PORTS	"ports"
#define XSW_DIR_RESIZE	"resize"  /* there while programs are replaced */
#define XSW_DIR_UPGRADE "upgrade" /* with an ABI behind it: the maps of a switch become that */
#define XSW_PIN_META	"meta"
#define XSW_PIN_NEW	"_new" /* suffix of a pin about to be renamed over the old one */

#define XSW_PROG_TC    "xsw_tc"
#define XSW_PROG_CTL   "xsw_ctl"
#define XSW_PROG_XDP   "xsw_xdp"   /* at a port's device */
#define XSW_PROG_EGR   "xsw_egr"   /* in the slots of devmap `xtx`: copies of a flood */
#define XSW_PROG_TRACE "xsw_trace" /* of a command that looks, never pinned */

#define XSW_LINK_TCX "tcx_ingress"
#define XSW_LINK_XDP "xdp"

/* outer device of port 7 of switch sw0: sw0p7 */
#define XSW_IFNAME_FMT "%sp%u"

/* its alias: "xswitch sw0 port ns1" */
#define XSW_ALIAS_FMT	     "xswitch %s port %s"
#define XSW_ALIAS_PREFIX_FMT "xswitch %s "

/* tunnel device of slot 1: sw0t1, "xswitch sw0 vxlan 4789" */
#define XSW_TUNNEL_FMT	     "%st%u"
#define XSW_TUNNEL_ALIAS_FMT "xswitch %s %s %u"

/* pins of the per-CPU counters and of the VLANs of ports 64..127: stats1, sets1 */
#define XSW_STATS_CHUNK "stats"
#define XSW_SETS_CHUNK	"sets"

#endif
