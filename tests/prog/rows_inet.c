// SPDX-License-Identifier: GPL-2.0-only
/*
 * rows_inet.c - allowed IPs: which address of a packet is looked at, and what cannot be read
 *
 * Every prefix and every way to cut a header short is in tests/unit/test_inet.c.
 */
#include "golden.h"

/* a row is set like a table */
/* clang-format off */

#define STATIC XSW_FDB_STATIC

/* Of the list: */
#define IP_A  "0a000001"
#define NET_C "c0a80100" /* /24 */
#define IP6_A "fe8000000000000000000000000000aa"
#define NET6  "20010db8000100000000000000000000" /* /48 */
/* not of the list: */
#define IP_X  "0a000002"
#define IP6_X "fe8000000000000000000000000000bb"
#define ZERO4 "00000000"
#define ZERO6 "00000000000000000000000000000000"

#define LIST                                                                                       \
	.policy = XSW_P_IPS,                                                                       \
	.ips = { { IP_A }, { NET_C, 24 }, { IP6_A }, { NET6, 48 } }

#define PASSES(hex)                                                                                \
	.port[P1] = { LIST }, .fdb = { { B, 0, P2, STATIC }, { A, 0, P1 } }, .in = P1,             \
	.frame = B A hex, .len = 120, .to = S2,                                                    \
	.after = { { B, 0, P2, STATIC }, { A, 0, P1, .how = SEEN } }
#define SPOOFS(hex)                                                                                \
	.port[P1] = { LIST }, .fdb = { { B, 0, P2 }, { A, 0, P3 } }, .in = P1,                     \
	.frame = B A hex, .len = 120, .drop = XSW_R_spoofed_ip

/* UDP from one address to another. */
#define IP4(src)      "0800" IP4_BODY(src)
#define IP4_BODY(src) "4500006a" "00010000" "40110000" src "0a0000fe" "04d2162e00560000"
#define FRAG4(src)    "0800" "4500006a" "000120b9" "40110000" src "0a0000fe"

#define ARP(op, sender, target)                                                                    \
	"0806" "0001080006040" op A sender "000000000000" target
#define REQUEST "001"
#define REPLY	"002"

/* `next` and what is behind the header; 66 bytes. */
#define IP6(next, src)	    "86dd" IP6_BODY(next, src)
#define IP6_BODY(next, src) "60000000" "0042" next "ff" src IP6_X
#define UDP6		    "11"
#define ICMP6		    "3a"
#define NS(target)	    "87000000" "00000000" target
#define NA(target)	    "88000000" "60000000" target
#define ECHO		    "80000000" "00010001"
#define HOP(next)	    next "00" "050200000100"
#define ROUTE(next)	    next "02" "040000000000" "00000000000000000000000000000000"
#define OPTS(next)	    next "00" "010400000000"
#define FRAG6(next)	    next "00" "0001" "00000001"

const struct row rows_inet[] = {
	/* IPv4 */
	{ .name = "ips: an IPv4 source", PASSES(IP4(IP_A)) },
	{ .name = "ips: another IPv4 source", SPOOFS(IP4(IP_X)) },
	{ .name = "ips: an IPv4 source of a network", PASSES(IP4("c0a801ff")) },
	{ .name = "ips: an IPv4 source beside a network", SPOOFS(IP4("c0a80200")) },
	{ .name = "ips: IPv4 source 0.0.0.0", SPOOFS(IP4(ZERO4)) },
	{ .name = "ips: an IPv4 fragment", PASSES(FRAG4(IP_A)) },
	{ .name = "ips: another IPv4 fragment", SPOOFS(FRAG4(IP_X)) },
	{ .name = "ips: IPv4 of version 5", SPOOFS("0800" "5500006a" "00010000" "40110000" IP_A) },
	{ .name = "ips: IPv4 with a header of 16 bytes",
	  SPOOFS("0800" "4400006a" "00010000" "40110000" IP_A) },
	{ .name = "ips: the list of another port",
	  .port = { [P1] = { .policy = XSW_P_IPS, .ips = { { IP_X } } }, [P2] = { LIST } },
	  .fdb = { { A, 0, P3 } }, .in = P1, .frame = B A IP4(IP_A), .len = 120,
	  .drop = XSW_R_spoofed_ip },
	{ .name = "ips: an empty list", .port[P1].policy = XSW_P_IPS,
	  .in = P1, .frame = B A IP4(IP_A), .len = 120, .drop = XSW_R_spoofed_ip },
	{ .name = "ips: a list that is gone", .port[P1] = { LIST, .bare = true },
	  .fdb = { { B, 0, P2 }, { A, 0, P1 } }, .in = P1, .frame = B A IP4(IP_X), .len = 120,
	  .to = S2, .after = { { B, 0, P2 }, { A, 0, P1, .how = SEEN } } },
	{ .name = "ips: everything of IPv4",
	  .port[P1] = { .policy = XSW_P_IPS, .ips = { { "00000000000000000000ffff00000000", 96 } } },
	  .fdb = { { B, 0, P2 }, { A, 0, P1 } }, .in = P1, .frame = B A IP4(IP_X), .len = 120,
	  .to = S2, .after = { { B, 0, P2 }, { A, 0, P1, .how = SEEN } } },
	{ .name = "ips: of the egress port", .port[P2] = { LIST },
	  .fdb = { { B, 0, P2 }, { A, 0, P1 } }, .in = P1, .frame = B A IP4(IP_X), .len = 120,
	  .to = S2, .after = { { B, 0, P2 }, { A, 0, P1, .how = SEEN } } },

	/* ARP */
	{ .name = "ips: an ARP sender", PASSES(ARP(REQUEST, IP_A, IP_X)) },
	{ .name = "ips: another ARP sender", SPOOFS(ARP(REQUEST, IP_X, IP_A)) },
	{ .name = "ips: an ARP reply", PASSES(ARP(REPLY, IP_A, IP_X)) },
	{ .name = "ips: another ARP reply", SPOOFS(ARP(REPLY, IP_X, IP_A)) },
	{ .name = "ips: an ARP probe", PASSES(ARP(REQUEST, ZERO4, IP_A)) },
	{ .name = "ips: an ARP probe for another", SPOOFS(ARP(REQUEST, ZERO4, IP_X)) },
	{ .name = "ips: an ARP reply of nobody", SPOOFS(ARP(REPLY, ZERO4, IP_A)) },
	{ .name = "ips: an ARP announcement of another", SPOOFS(ARP(REQUEST, IP_X, IP_X)) },
	{ .name = "ips: ARP for something else",
	  SPOOFS("0806" "000186dd06040001" A IP_A "000000000000" IP_X) },
	{ .name = "ips: ARP with long addresses",
	  SPOOFS("0806" "0001080008040001" A IP_A "000000000000" IP_X) },

	/* IPv6 */
	{ .name = "ips: an IPv6 source", PASSES(IP6(UDP6, IP6_A)) },
	{ .name = "ips: another IPv6 source", SPOOFS(IP6(UDP6, IP6_X)) },
	{ .name = "ips: an IPv6 source of a network",
	  PASSES(IP6(UDP6, "20010db80001ffffffffffffffffffff")) },
	{ .name = "ips: an IPv6 source beside a network",
	  SPOOFS(IP6(UDP6, "20010db8000200000000000000000001")) },
	{ .name = "ips: IPv6 source ::", SPOOFS(IP6(UDP6, ZERO6)) },
	{ .name = "ips: an IPv6 source that looks like IPv4",
	  SPOOFS(IP6(UDP6, "00000000000000000000ffff" IP_A)) },
	{ .name = "ips: IPv6 of version 4", SPOOFS("86dd" "40000000" "0042" "11" "ff" IP6_A) },
	{ .name = "ips: an IPv6 fragment", PASSES(IP6("2c", IP6_A) FRAG6(ICMP6) NA(IP6_X)) },
	{ .name = "ips: ICMPv6 that is no ND", PASSES(IP6(ICMP6, IP6_A) ECHO) },
	{ .name = "ips: another source of ICMPv6", SPOOFS(IP6(ICMP6, IP6_X) ECHO) },

	/* neighbour discovery */
	{ .name = "ips: a solicitation", PASSES(IP6(ICMP6, IP6_A) NS(IP6_X)) },
	{ .name = "ips: another solicitation", SPOOFS(IP6(ICMP6, IP6_X) NS(IP6_A)) },
	{ .name = "ips: duplicate address detection", PASSES(IP6(ICMP6, ZERO6) NS(IP6_A)) },
	{ .name = "ips: duplicate address detection for another",
	  SPOOFS(IP6(ICMP6, ZERO6) NS(IP6_X)) },
	{ .name = "ips: an advertisement", PASSES(IP6(ICMP6, IP6_A) NA(IP6_A)) },
	{ .name = "ips: an advertisement of another address by its network",
	  PASSES(IP6(ICMP6, IP6_A) NA("20010db8000100000000000000000007")) },
	{ .name = "ips: an advertisement of another", SPOOFS(IP6(ICMP6, IP6_A) NA(IP6_X)) },
	{ .name = "ips: an advertisement by another", SPOOFS(IP6(ICMP6, IP6_X) NA(IP6_A)) },
	{ .name = "ips: an advertisement by nobody", SPOOFS(IP6(ICMP6, ZERO6) NA(IP6_A)) },
	{ .name = "ips: an advertisement behind a header",
	  SPOOFS(IP6("00", IP6_A) HOP(ICMP6) NA(IP6_X)) },
	{ .name = "ips: an advertisement behind three headers",
	  SPOOFS(IP6("00", IP6_A) HOP("3c") OPTS("2b") ROUTE(ICMP6) NA(IP6_X)) },
	{ .name = "ips: an advertisement behind four headers",
	  PASSES(IP6("3c", IP6_A) OPTS("3c") OPTS("3c") OPTS("3c") OPTS(ICMP6) NA(IP6_A)) },
	{ .name = "ips: another advertisement behind four headers",
	  SPOOFS(IP6("3c", IP6_A) OPTS("3c") OPTS("3c") OPTS("3c") OPTS(ICMP6) NA(IP6_X)) },
	{ .name = "ips: five headers are not walked",
	  SPOOFS(IP6("3c", IP6_A) OPTS("3c") OPTS("3c") OPTS("3c") OPTS("3c") OPTS(UDP6)) },
	{ .name = "ips: a header longer than the frame",
	  SPOOFS(IP6("3c", IP6_A) "3aff" "010400000000") },

	/* behind tags */
	{ .name = "ips: behind a tag", .port[P1] = { LIST }, .fdb = { { A, 10, P3 } },
	  .in = P1, .frame = B A "8100000a" IP4(IP_X), .len = 120, .drop = XSW_R_spoofed_ip },
	{ .name = "ips: behind a tag, its own", .port[P1] = { LIST },
	  .fdb = { { B, 10, P2 }, { A, 10, P1 } }, .in = P1, .frame = B A "8100000a" IP4(IP_A),
	  .len = 120, .to = S2, .after = { { B, 10, P2 }, { A, 10, P1, .how = SEEN } } },
	{ .name = "ips: behind two tags", SPOOFS("88a8000a81000014" IP4(IP_X)) },
	{ .name = "ips: behind two tags, its own", PASSES("88a8000a81000014" IP4(IP_A)) },
	{ .name = "ips: behind three tags", SPOOFS("88a8000a8100001481000015" IP4(IP_X)) },
	{ .name = "ips: behind three tags, its own", PASSES("88a8000a8100001481000015" IP4(IP_A)) },
	{ .name = "ips: behind a tag 9100", SPOOFS("910000648100000a" ARP(REPLY, IP_X, IP_A)) },
	{ .name = "ips: four tags are not walked",
	  SPOOFS("88a8000a810000148100001581000016" IP4(IP_A)) },
	{ .name = "ips: IPv6 behind two tags",
	  SPOOFS("88a8000a81000014" IP6(ICMP6, IP6_A) NA(IP6_X)) },
#define DEEP(target)                                                                               \
	.in = P1, .len = 124,                                                                      \
	.frame = B A "88a8000a8100001481000015" IP6("3c", IP6_A) OPTS("3c") OPTS("3c") OPTS("3c")  \
		OPTS(ICMP6) NA(target)
	{ .name = "ips: an advertisement behind three tags and four headers", .port[P1] = { LIST },
	  .fdb = { { B, 0, P2 }, { A, 0, P1 } }, DEEP(IP6_A), .to = S2,
	  .after = { { B, 0, P2 }, { A, 0, P1, .how = SEEN } } },
	{ .name = "ips: another advertisement behind three tags and four headers",
	  .port[P1] = { LIST }, .fdb = { { A, 0, P3 } }, DEEP(IP6_X), .drop = XSW_R_spoofed_ip },
	{ .name = "ips: behind the tag of an access port",
	  .port[P1] = { LIST, .mode = XSW_MODE_ACCESS, .tag = 10 }, .fdb = { { A, 10, P3 } },
	  .in = P1, .frame = B A "8100e000" IP4(IP_X), .len = 120, .vid = 10,
	  .drop = XSW_R_spoofed_ip },
	{ .name = "ips: behind the tag of a customer",
	  .port[P1] = { LIST, .mode = XSW_MODE_TUNNEL, .tag = 10 }, .fdb = { { A, 10, P3 } },
	  .in = P1, .frame = B A "81000014" IP4(IP_X), .len = 120, .vid = 10,
	  .drop = XSW_R_spoofed_ip },

	/* cut short, and what is none of these */
	{ .name = "ips: IPv4 cut to 19 bytes", .port[P1] = { LIST }, .in = P1,
	  .frame = B A IP4(IP_A), .len = 33, .drop = XSW_R_spoofed_ip,
	  .not_run = "BPF_PROG_TEST_RUN of new kernels wants a whole IP header" },
	{ .name = "ips: ARP cut to 27 bytes", .port[P1] = { LIST }, .in = P1,
	  .frame = B A ARP(REQUEST, IP_A, IP_X), .len = 41, .drop = XSW_R_spoofed_ip },
	{ .name = "ips: an advertisement cut short", .port[P1] = { LIST }, .in = P1,
	  .frame = B A IP6(ICMP6, IP6_A) NA(IP6_A), .len = 77, .drop = XSW_R_spoofed_ip },
	{ .name = "ips: other types pass", PASSES("88b5") },
	{ .name = "ips: 802.3 passes", PASSES("002e424203") },
	{ .name = "ips: other types pass behind tags", PASSES("88a8000a8100001488b5") },
	{},
};
