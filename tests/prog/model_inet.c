// SPDX-License-Identifier: GPL-2.0-only
/*
 * model_inet.c - whose IP addresses a frame claims, and whether its port may have them
 *
 * The source of IPv4 and IPv6, the sender of ARP, the target of a neighbour advertisement; where the
 * asker has no address yet (ARP probe, duplicate address detection) the target instead. A packet that
 * does not hold all that is nobody's.
 */
#include <string.h>

#include "model.h"

#define MACS	 12
#define ICMP6	 58
#define NS	 135
#define NA	 136
#define TARGET6	 48 /* from the IPv6 header on, without extension headers */
#define HEADERS6 (TARGET6 + 16)

static __u8 byte_at(const struct row *row, unsigned int i)
{
	return 2 * i < strlen(row->frame) ? row_hex_byte(row->frame + 2 * i) : (__u8)(i * 37 + 1);
}

static __u16 word_at(const struct row *row, unsigned int i)
{
	return (__u16)(byte_at(row, i) << 8 | byte_at(row, i + 1));
}

static bool is_tag(__u16 type)
{
	return type == 0x8100 || type == 0x88a8 || type == 0x9100;
}

static bool is_zero(const struct row *row, unsigned int at, unsigned int len)
{
	while (len && !byte_at(row, at + len - 1))
		len--;
	return !len;
}

static bool is_within(const struct row *row, unsigned int at, const struct row_ip *ip)
{
	unsigned int bits = ip->plen ? ip->plen : 4 * strlen(ip->addr);

	for (unsigned int b = 0; b < bits; b++) {
		__u8 differ = byte_at(row, at + b / 8) ^ row_hex_byte(ip->addr + b / 8 * 2);

		if (differ >> (7 - b % 8) & 1)
			return false;
	}
	return true;
}

static bool is_listed(const struct row *row, unsigned int at, unsigned int len)
{
	const struct row_ip *ips = row->port[row->in].ips;

	for (unsigned int i = 0; i < 4 && ips[i].addr; i++)
		if (strlen(ips[i].addr) == 2 * len && is_within(row, at, &ips[i]))
			return true;
	return false;
}

static bool ip4_allowed(const struct row *row, unsigned int at, unsigned int len)
{
	return at + 20 <= len && byte_at(row, at) >> 4 == 4 && (byte_at(row, at) & 15) >= 5 &&
	       is_listed(row, at + 12, 4);
}

static bool arp_allowed(const struct row *row, unsigned int at, unsigned int len)
{
	bool probe = at + 28 <= len && word_at(row, at + 6) == 1 && is_zero(row, at + 14, 4);

	return at + 28 <= len && word_at(row, at + 2) == 0x0800 && byte_at(row, at + 4) == 6 &&
	       byte_at(row, at + 5) == 4 && is_listed(row, probe ? at + 24 : at + 14, 4);
}

static bool ip6_allowed(const struct row *row, unsigned int at, unsigned int len)
{
	bool icmp = at + 40 <= len && byte_at(row, at + 6) == ICMP6;
	__u8 type;

	if (at + 40 > len || byte_at(row, at) >> 4 != 6 || (icmp && at + 41 > len))
		return false;
	type = icmp ? byte_at(row, at + 40) : 0;
	if (type != NS && type != NA)
		return is_listed(row, at + 8, 16);
	if (at + HEADERS6 > len)
		return false;
	if (type == NS && is_zero(row, at + 8, 16))
		return is_listed(row, at + TARGET6, 16);
	return is_listed(row, at + 8, 16) && (type == NS || is_listed(row, at + TARGET6, 16));
}

bool model_claims(const struct row *row)
{
	unsigned int at = MACS, len = row->len ? row->len : ROW_LEN;

	while (at + 2 <= len && is_tag(word_at(row, at)))
		at += 4;
	if (at + 2 > len)
		return false;
	switch (word_at(row, at)) {
	case 0x0800:
		return ip4_allowed(row, at + 2, len);
	case 0x0806:
		return arp_allowed(row, at + 2, len);
	case 0x86dd:
		return ip6_allowed(row, at + 2, len);
	default:
		return true;
	}
}
