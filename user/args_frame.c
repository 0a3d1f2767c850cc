// SPDX-License-Identifier: GPL-2.0-only
/*
 * args_frame.c - a frame from words or hex digits
 */
#include <string.h>

#include "args_frame.h"

#define LEN_DEFAULT  60
#define TPID_DEFAULT 0x8100
#define TYPE_DEFAULT 0x88b5 /* IEEE 802, local experimental */
#define TYPE_IPV4    0x0800
#define TYPE_ARP     0x0806
#define TYPE_IPV6    0x86dd
#define MACS_LEN     12
#define PROTO_AT     9 /* in an IPv4 header */
#define NEXT_AT	     6 /* in one of IPv6 */
#define PROTO_TCP    6
#define TCP_OFF_AT   12
#define TCP_OFF	     0x50 /* a header of 20 bytes */

/* 192.0.2.1 to 192.0.2.2; 253: for experiments (RFC 3692) */
static const uint8_t ipv4[20] = { 0x45, 0, 0,	0, 0, 0, 0x40, 0, 64, 253,
				  0,	0, 192, 0, 2, 1, 192,  0, 2,  2 };
/* 192.0.2.1 asks who has 192.0.2.2; the sender's MAC address goes in */
static const uint8_t arp[28] = { 0,   1, 8, 0, 6, 4, 0, 1, 0, 0, 0,   0, 0, 0,
				 192, 0, 2, 1, 0, 0, 0, 0, 0, 0, 192, 0, 2, 2 };
#define ARP_SENDER_AT 8
/* 2001:db8::1 to 2001:db8::2; 59: nothing follows */
static const uint8_t ipv6[40] = {
	0x60, 0, 0, 0, 0,    0,	   59,	 64,   0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0,
	0,    0, 0, 1, 0x20, 0x01, 0x0d, 0xb8, 0,    0,	   0,	 0,    0, 0, 0, 0, 0, 0, 0, 2,
};

bool frame_worded(const struct arg_frame *f)
{
	return f->dst.set || f->src.set || f->vlan_set || f->prio_set || f->tpid_set ||
	       f->inner_set || f->type_set || f->len_set || f->gso;
}

const char *frame_wrong(const struct arg_frame *f)
{
	if (!f->dst.set)
		return "\"dst MAC\" is missing";
	if (!f->src.set)
		return "\"src MAC\" is missing";
	if (!f->vlan_set && (f->prio_set || f->tpid_set || f->inner_set))
		return "\"prio\", \"tpid\" and \"inner\" are of a tag: \"vlan N\" is missing";
	if (f->gso && f->type != TYPE_IPV4 && f->type != TYPE_IPV6)
		return "\"gso\" is of TCP: \"type 0x0800\" or \"type 0x86dd\" is missing";
	return NULL;
}

static void put16(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static uint8_t *put_tag(uint8_t *p, uint32_t tpid, uint32_t tci)
{
	put16(p, tpid);
	put16(p + 2, tci);
	return p + 4;
}

/* RFC 1071, over a header whose own field is 0. */
static uint32_t checksum(const uint8_t *p, size_t len)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < len; i += 2)
		sum += (uint32_t)(p[i] << 8 | p[i + 1]);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum & 0xffff;
}

/* The header that belongs to the type; `left` bytes of the frame stand from `p` on. */
static void put_l3(const struct arg_frame *f, uint8_t *p, size_t left)
{
	size_t header = 0;

	switch (f->type) {
	case TYPE_IPV4:
		memcpy(p, ipv4, sizeof(ipv4));
		header = sizeof(ipv4);
		put16(p + 2, (uint32_t)left);
		if (f->gso)
			p[PROTO_AT] = PROTO_TCP;
		put16(p + 10, checksum(p, header));
		break;
	case TYPE_IPV6:
		memcpy(p, ipv6, sizeof(ipv6));
		header = sizeof(ipv6);
		put16(p + 4, left > header ? (uint32_t)(left - header) : 0);
		if (f->gso)
			p[NEXT_AT] = PROTO_TCP;
		break;
	case TYPE_ARP:
		memcpy(p, arp, sizeof(arp));
		memcpy(p + ARP_SENDER_AT, f->src.byte, sizeof(f->src.byte));
		break;
	}
	if (f->gso)
		p[header + TCP_OFF_AT] = TCP_OFF;
}

size_t frame_build(const struct arg_frame *f, uint8_t data[FRAME_MAX])
{
	size_t len = f->len_set ? f->len : LEN_DEFAULT, at;
	uint8_t *p = data;

	for (size_t i = 0; i < FRAME_MAX; i++)
		data[i] = (uint8_t)i;
	memcpy(p, f->dst.byte, 6);
	memcpy(p + 6, f->src.byte, 6);
	p += MACS_LEN;
	if (f->vlan_set)
		p = put_tag(p, f->tpid_set ? f->tpid : TPID_DEFAULT, f->prio << 13 | f->vlan);
	if (f->inner_set)
		p = put_tag(p, TPID_DEFAULT, f->inner);
	put16(p, f->type_set ? f->type : TYPE_DEFAULT);
	p += 2;
	at = (size_t)(p - data);
	put_l3(f, p, len > at ? len - at : 0);
	return len;
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

size_t frame_hex(const char *s, uint8_t data[FRAME_MAX])
{
	size_t n = 0;

	for (; *s; s += 2) {
		int hi = digit(s[0]), lo = hi < 0 ? -1 : digit(s[1]);

		if (lo < 0 || n == FRAME_MAX)
			return 0;
		data[n++] = (uint8_t)(hi << 4 | lo);
	}
	return n;
}
