/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xsw_reasons.h - why a frame was not forwarded (or not learned)
 *
 * One row a reason; the enum, the JSON keys, the sentences of `xswitch stats drops` and the
 * manual come from these rows. Numbers are part of the ABI: append, never renumber.
 *
 *   R(name, kind, sentence)
 *
 * kind DROP: the frame stopped here; it counts exactly one such reason on its ingress port.
 * kind NOTE: the frame went on; something beside it did not happen.
 *
 * Example: a frame with a group source address counts `src_group` on the port it came in by.
 */
#ifndef XSW_REASONS_H
#define XSW_REASONS_H

#define XSW_REASON_LIST(R)                                                                         \
	R(runt, DROP, "shorter than an Ethernet header")                                           \
	R(vlan_truncated, DROP, "VLAN tag cut short")                                              \
	R(port_down, DROP, "the ingress port is disabled")                                         \
	R(port_blocking, DROP, "the ingress port is blocking")                                     \
	R(port_learning, DROP, "the ingress port learns but does not forward yet")                 \
	R(link_local, DROP, "control frame to 01:80:c2:00:00:0x, kept on its link")                \
	R(vid_reserved, DROP, "VLAN ID 4095 is reserved")                                          \
	R(src_group, DROP, "the source is a group address")                                        \
	R(src_zero, DROP, "the source address is all zero")                                        \
	R(static_move, DROP, "the source is a static entry of another port")                       \
	R(fdb_full, NOTE, "the source was not learned: the table is full")                         \
	R(same_port, DROP, "the destination is on the ingress port")                               \
	R(egress_down, DROP, "the egress port does not forward")                                   \
	R(too_big, DROP, "longer than the MTU of the egress port")                                 \
	R(no_target, DROP, "a flood that no other port takes part in")                             \
	R(no_pvid, DROP, "untagged, and the ingress port has no PVID")                             \
	R(frame_type, DROP, "tagged or untagged, and the ingress port does not accept that")       \
	R(vlan_ingress, DROP, "the ingress port is no member of the VLAN")                         \
	R(vlan_egress, DROP, "the egress port is no member of the VLAN")                           \
	R(bpdu_guard, DROP, "a BPDU on a guarded port, which is error-disabled now")               \
	R(src_local, DROP, "the source is the switch's own address")                               \
	R(locked, DROP, "the port is locked and the source is not in its FDB")                     \
	R(spoofed_mac, DROP, "the source is not one of the port's allowed addresses")              \
	R(spoofed_ip, DROP, "the IP source is not one of the port's allowed addresses")            \
	R(storm, DROP, "more broadcast, multicast or unknown unicast than the port may send")      \
	R(policed, DROP, "more traffic than the port may send")                                    \
	R(flap, DROP, "the source moves between ports too often and is held on another one")       \
	R(learn_limit, NOTE, "the source was not learned: a limit of learned addresses")           \
	R(isolated, DROP, "both ports are isolated, or in one group")                              \
	R(mirror_port, DROP, "from or to the output port of a mirror, which takes copies only")

enum xsw_reason {
	XSW_R_NONE,
#define R(name, kind, sentence) XSW_R_##name,
	XSW_REASON_LIST(R)
#undef R
	XSW_REASONS, /* one past the last */
};

#define XSW_REASONS_MAX 64 /* room in struct xsw_stats, a power of two */

#endif
