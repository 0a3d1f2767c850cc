// SPDX-License-Identifier: GPL-2.0-only
/*
 * filter_frames.c - see filter_frames.h
 */
#include <stddef.h>

#include "filter_frames.h"
#include "golden.h"

const char *const filter_texts[] = {
	"",
	"arp",
	"ip",
	"ip6",
	"vlan",
	"vlan 10",
	"vlan 10 and host 10.0.0.1",
	"not vlan",
	"vlan 10 and vlan 20 and ip",
	"vlan and (ip or arp)",
	"host 10.0.0.1",
	"src host 10.0.0.1 and dst net 10.0.0.0/24",
	"ip6 host fd77::1",
	"net fd77::/64",
	"tcp",
	"udp port 53",
	"tcp portrange 20-80",
	"port 80 or port 443 or port 8080",
	"tcp[tcpflags] & (tcp-syn|tcp-fin) != 0",
	"icmp and icmp[icmptype] == icmp-echo",
	"icmp6",
	"ether host 02:5e:5e:00:00:01",
	"ether src 02:5e:5e:00:00:01 and ether proto 0x88b5",
	"ether broadcast",
	"ether multicast",
	"ether[0] & 1 != 0",
	"len > 100",
	"less 64 or greater 150",
	"ether[14:4] + ether[18:2] * 3 > ether[20:1] << 4",
	"ether[ether[14] & 15] = 0x5e",
	"(ether[14:2] / 7) % 5 = 2",
	"ether[15] / (ether[14] & 1) > 3",
	"ether[15] % (ether[14] & 1) = 0",
	"-ether[14:4] < ether[15:4] | ether[16:4] ^ 0x55",
	"ip[0] & 0xf != 5 and ip[6:2] & 0x1fff = 0",
	"ether[14:4] >> ether[18] > 7",
	"ether[14:4] << (ether[18] & 63) > 7",
	"len - 14 > ether[16:2]",
	"stp",
	"pppoes",
	"mpls",
	"ip proto 47 or ip6 proto 58",
	"dst port 53 and (udp or tcp) and not src net 10.0.1.0/24",
	NULL,
};

static __u32 seed = 1;

static __u32 any(__u32 n)
{
	seed = seed * 1664525 + 1013904223;
	return (__u32)((__u64)(seed >> 8) * n >> 24);
}

static __u32 put_hex(__u8 *to, const char *hex)
{
	__u32 n;

	for (n = 0; hex[2 * n]; n++)
		to[n] = row_hex_byte(hex + 2 * n);
	return n;
}

__u32 filter_frame(__u8 f[FILTER_FRAME_MAX])
{
	static const char *const addr[] = { "ffffffffffff", "025e5e000001", "025e5e000002",
					    "0180c2000000" };
	static const char *const tags[] = { "",
					    "",
					    "8100000a",
					    "8100600a",
					    "8100000a81000014",
					    "88a8000a81000014",
					    "81000000",
					    "91000014" };
	static const char *const l3[] = {
		"0800450000460001000040060000"
		"0a000001"
		"0a000002"
		"00500035"
		"0000000000000000"
		"5002",
		"0800450000460001000040110000"
		"0a000001"
		"0a000102"
		"00350035",
		"0800460000460001000040110000"
		"0a000102"
		"0a000001"
		"00000000"
		"1f9001bb",
		"0800450000460001200040010000"
		"0a000001"
		"0a000002"
		"0800",
		"08004500004600010000402f0000"
		"0a000003"
		"0a000002"
		"0800",
		"0806000108000604"
		"0001"
		"025e5e0000010a000001"
		"0000000000000a000002",
		"86dd6000000000203a40fd770000000000000000000000000001fd770000000000000000000000000002"
		"8700",
		"86dd60000000002006400fd7700000000000000000000000001ffd770000000000000000000000000002"
		"00500014",
		"88b5",
		"0026424203",
		"8864110000010000"
		"0021",
		"884700001140",
	};
	__u32 n = put_hex(f, addr[any(4)]), i;

	n += put_hex(f + n, addr[any(4)]);
	n += put_hex(f + n, tags[any(8)]);
	n += put_hex(f + n, l3[any(sizeof(l3) / sizeof(*l3))]);
	for (i = n; i < FILTER_FRAME_MAX; i++)
		f[i] = (__u8)any(256);
	for (i = any(3); i; i--)
		f[any(FILTER_FRAME_MAX)] = (__u8)any(256);
	i = any(4) ? 60 + any(FILTER_FRAME_MAX - 60) : 14 + any(FILTER_FRAME_MAX - 14);
	return i;
}
