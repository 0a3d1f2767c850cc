// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_inet.c - the reader of IPv4, ARP, IPv6 and ND headers, over plain bytes
 *
 * Every packet is also read cut short at every length, and with every byte changed: it must end
 * within its steps, ask for no more than it has room for, and never find less than it should.
 */
#include <stdio.h>

#include "native_maps.h"
#include "../../bpf/lib/inet.h"

#define MAC_HEX "02000000000b02000000000a"
#define BYTES	512

struct bytes {
	__u8 b[BYTES];
	unsigned int len;
};

static struct bytes from_hex(const char *hex)
{
	struct bytes f = { .len = strlen(hex) / 2 };

	for (unsigned int i = 0; i < f.len; i++)
		f.b[i] = row_hex_byte(hex + 2 * i);
	return f;
}

/* What the tc context does. Returns the steps, or -1: it asked for what there is no room for. */
static int read_bytes(const struct bytes *f, unsigned int tags, struct xsw_inet *in)
{
	memset(in, 0xa5, sizeof(*in));
	in->bad = in->n = 0;
	inet_begin(in, tags);
	for (int i = 0; i < INET_STEPS; i++) {
		if (!in->want)
			return i;
		if (in->want > sizeof(in->buf))
			return -1;
		if (in->off > f->len || in->want > f->len - in->off)
			break;
		memcpy(in->buf, f->b + in->off, in->want);
		inet_step(in);
	}
	if (in->want)
		in->bad = 1;
	return INET_STEPS;
}

struct packet {
	const char *name;
	const char *hex;    /* behind the addresses */
	unsigned int needs; /* bytes, from the type on, without which it cannot be read */
	const char *addr[2];
	bool bad;
};

#define V4(hex) "00000000000000000000ffff" hex
#define A6	"fe8000000000000000000000000000aa"
#define B6	"fe8000000000000000000000000000bb"
#define Z6	"00000000000000000000000000000000"

#define IP4                                                                                        \
	"0800"                                                                                     \
	"45000020"                                                                                 \
	"00010000"                                                                                 \
	"40110000"                                                                                 \
	"0a000001"                                                                                 \
	"0a0000fe"
#define IP6(next, s)                                                                               \
	"86dd"                                                                                     \
	"60000000"                                                                                 \
	"0020" next "ff" s B6
#define NS                                                                                         \
	"87000000"                                                                                 \
	"00000000" B6
#define NA                                                                                         \
	"88000000"                                                                                 \
	"60000000" B6
#define OPT(next)                                                                                  \
	next "00"                                                                                  \
	     "010400000000"
#define ARP(op, s)                                                                                 \
	"0806"                                                                                     \
	"0001"                                                                                     \
	"0800"                                                                                     \
	"06"                                                                                       \
	"04" op "02000000000a" s "000000000000"                                                    \
	"0a000009"

static const struct packet packets[] = {
	{ "IPv4", IP4, 22, { V4("0a000001") } },
	{ "IPv4 with options",
	  "0800"
	  "4f000020"
	  "00010000"
	  "40110000"
	  "0a000001"
	  "0a0000fe",
	  22,
	  { V4("0a000001") } },
	{ "IPv4, last fragment",
	  "0800"
	  "45000020"
	  "00010172"
	  "40110000"
	  "0a000001"
	  "0a0000fe",
	  22,
	  { V4("0a000001") } },
	{ "IPv4, version 6",
	  "0800"
	  "65000020"
	  "00010000"
	  "40110000"
	  "0a000001"
	  "0a0000fe",
	  0,
	  { NULL },
	  true },
	{ "IPv4, header of 16 bytes",
	  "0800"
	  "44000020"
	  "00010000"
	  "40110000"
	  "0a000001"
	  "0a0000fe",
	  0,
	  { NULL },
	  true },
	{ "ARP request", ARP("0001", "0a000001"), 30, { V4("0a000001") } },
	{ "ARP reply", ARP("0002", "0a000001"), 30, { V4("0a000001") } },
	{ "ARP probe", ARP("0001", "00000000"), 30, { V4("0a000009") } },
	{ "ARP reply of nobody", ARP("0002", "00000000"), 30, { V4("00000000") } },
	{ "ARP of op 256 + 1 of nobody", ARP("0101", "00000000"), 30, { V4("00000000") } },
	{ "IPv6", IP6("11", A6), 42, { A6 } },
	{ "IPv6, no next header", IP6("3b", A6), 42, { A6 } },
	{ "IPv6 of nobody", IP6("11", Z6), 42, { Z6 } },
	{ "IPv6 of an IPv4 address", IP6("11", V4("0a000001")), 0, { NULL }, true },
	{ "IPv6 of an IPv4-compatible address",
	  IP6("11", "000000000000000000000000"
		    "0a000001"),
	  42,
	  { "000000000000000000000000"
	    "0a000001" } },
	{ "NS", IP6("3a", A6) NS, 66, { A6 } },
	{ "NS of nobody", IP6("3a", Z6) NS, 66, { B6 } },
	{ "NA", IP6("3a", A6) NA, 66, { A6, B6 } },
	{ "NA of nobody", IP6("3a", Z6) NA, 66, { Z6, B6 } },
	{ "echo",
	  IP6("3a", A6) "80000000"
			"00000000",
	  43,
	  { A6 } },
	{ "NA behind options", IP6("3c", A6) OPT("3a") NA, 74, { A6, B6 } },
	{ "NA behind hop-by-hop and routing",
	  IP6("00", A6) OPT("2b") "3a02"
				  "040000000000" Z6 NA,
	  98,
	  { A6, B6 } },
	{ "NA behind four headers",
	  IP6("00", A6) OPT("3c") OPT("3c") OPT("3c") OPT("3a") NA,
	  98,
	  { A6, B6 } },
	{ "UDP behind four headers",
	  IP6("00", A6) OPT("3c") OPT("3c") OPT("3c") OPT("11"),
	  68,
	  { A6 } },
	{ "five headers",
	  IP6("00", A6) OPT("3c") OPT("3c") OPT("3c") OPT("3c") OPT("3a") NA,
	  0,
	  { NULL },
	  true },
	{ "NA in a first fragment",
	  IP6("2c", A6) "3a00"
			"0001"
			"00000001" NA,
	  42,
	  { A6 } },
	{ "NA in a fragment behind options",
	  IP6("3c", A6) OPT("2c") "3a00"
				  "0001"
				  "00000001" NA,
	  44,
	  { A6 } },
	{ "a tag", "8100000a" IP4, 26, { V4("0a000001") } },
	{ "a service tag and a customer tag",
	  "88a8000a"
	  "8100000a" IP4,
	  30,
	  { V4("0a000001") } },
	{ "an old service tag",
	  "9100000a"
	  "8100000a" IP6("3a", Z6) NS,
	  74,
	  { B6 } },
	{ "three tags",
	  "88a8000a"
	  "88a8000a"
	  "8100000a" IP4,
	  34,
	  { V4("0a000001") } },
	{ "three tags and NA behind four headers",
	  "88a8000a"
	  "88a8000a"
	  "8100000a" IP6("00", A6) OPT("3c") OPT("3c") OPT("3c") OPT("3a") NA,
	  110,
	  { A6, B6 } },
	{ "four tags",
	  "88a8000a"
	  "88a8000a"
	  "8100000a"
	  "8100000a" IP4,
	  0,
	  { NULL },
	  true },
	{ "another type", "88b5" Z6, 2, { NULL } },
	{ "RARP",
	  "8035"
	  "0001080006040003",
	  2,
	  { NULL } },
	{ "802.3",
	  "0026"
	  "424203",
	  2,
	  { NULL } },
	{ "a tag and another type",
	  "8100000a"
	  "88b5" Z6,
	  6,
	  { NULL } },
};

static const char *judge(const struct packet *p, const struct xsw_inet *in)
{
	unsigned int n = !!p->addr[0] + !!p->addr[1];

	if (p->bad || in->bad)
		return p->bad == !!in->bad ? NULL : "readable or not";
	if (in->n != n)
		return row_say("%u addresses, not %u", in->n, n);
	for (unsigned int i = 0; i < n; i++) {
		struct bytes want = from_hex(p->addr[i]);

		if (memcmp(in->addr[i], want.b, 16))
			return row_say("address %u", i);
	}
	return NULL;
}

static struct bytes packet_bytes(const struct packet *p)
{
	char hex[2 * BYTES];

	snprintf(hex, sizeof(hex), MAC_HEX "%s", p->hex);
	return from_hex(hex);
}

/* Cut anywhere it is read as it should, or not at all. */
static const char *judge_cuts(const struct packet *p)
{
	struct bytes f = packet_bytes(p);
	struct xsw_inet in;

	for (; f.len > INET_TYPE_AT; f.len--) {
		if (read_bytes(&f, INET_TAGS, &in) < 0)
			return "it wants too much";
		if (in.bad != (p->bad || f.len < INET_TYPE_AT + p->needs))
			return row_say("cut to %u bytes it is %sreadable", f.len,
				       in.bad ? "not " : "");
	}
	return NULL;
}

/* Whatever a byte says. */
static const char *judge_noise(const struct packet *p)
{
	struct bytes f = packet_bytes(p), g;
	struct xsw_inet in;

	for (unsigned int i = INET_TYPE_AT; i < f.len; i++) {
		for (unsigned int v = 0; v < 256; v++) {
			g = f;
			g.b[i] = v;
			if (read_bytes(&g, INET_TAGS, &in) < 0)
				return row_say("byte %u, %02x: it wants too much", i, v);
			if (in.want && !in.bad)
				return row_say("byte %u, %02x: it does not end", i, v);
		}
	}
	return NULL;
}

/* The outer tag beside the frame: one less in it. */
static void test_beside(struct tally *t)
{
	struct bytes two = from_hex(MAC_HEX "8100000a"
					    "8100000b" IP4),
		     three = from_hex(MAC_HEX "8100000a"
					      "8100000b"
					      "8100000c" IP4);
	struct xsw_inet in;

	read_bytes(&two, INET_TAGS - 1, &in);
	tally_row(t, "a tag beside the frame and two in it", NULL,
		  !in.bad && in.n == 1 ? NULL : "not readable");
	read_bytes(&three, INET_TAGS - 1, &in);
	tally_row(t, "a tag beside the frame and three in it", NULL, in.bad ? NULL : "readable");
}

/* --- lists ---------------------------------------------------------------------------- */

static void put(__u32 list, const char *hex, unsigned int plen)
{
	struct xsw_ip_key *key = &native.lists.ip[native.lists.ip_n++];
	struct bytes addr = from_hex(hex);

	*key = (struct xsw_ip_key){ .prefixlen = 32 + plen, .list = list };
	memcpy(key->addr, addr.b, 16);
}

static int allowed(const char *hex, __u32 list)
{
	struct bytes f;
	struct xsw_inet in;
	char text[2 * BYTES];

	snprintf(text, sizeof(text), MAC_HEX "%s", hex);
	f = from_hex(text);
	read_bytes(&f, INET_TAGS, &in);
	return inet_allowed(&in, list);
}

static void is(struct tally *t, const char *name, int got, int want)
{
	tally_row(t, name, NULL, got == want ? NULL : want ? "refused" : "allowed");
}

static void test_lists(struct tally *t)
{
	put(1, V4("0a000000"), 96 + 24);
	put(1, A6, 128);
	put(2, V4("0a000001"), 128);
	put(3, Z6, 0);
	is(t, "IPv4 of the network of a list", allowed(IP4, 1), 1);
	is(t, "IPv4 of another list", allowed(IP4, 2), 1);
	is(t, "IPv4 of no list", allowed(IP4, 4), 0);
	is(t, "everything", allowed(IP6("11", B6), 3), 1);
	is(t, "everything, but not what cannot be read",
	   allowed("0800"
		   "45",
		   3),
	   0);
	is(t, "NA, source allowed and target not", allowed(IP6("3a", A6) NA, 1), 0);
	is(t, "NA, both allowed",
	   allowed(IP6("3a", A6) "88000000"
				 "60000000" A6,
		   1),
	   1);
	is(t, "NA, target allowed and source not",
	   allowed(IP6("3a", B6) "88000000"
				 "60000000" A6,
		   1),
	   0);
	is(t, "no list concerns other types", allowed("88b5", 4), 1);
}

int main(void)
{
	struct tally t = { .driver = "" };

	for (size_t i = 0; i < sizeof(packets) / sizeof(packets[0]); i++) {
		const struct packet *p = &packets[i];
		struct bytes f = packet_bytes(p);
		struct xsw_inet in;

		read_bytes(&f, INET_TAGS, &in);
		tally_row(&t, p->name, NULL, judge(p, &in));
		tally_row(&t, p->name, "cut short", judge_cuts(p));
		tally_row(&t, p->name, "changed", judge_noise(p));
	}
	test_beside(&t);
	test_lists(&t);
	return tally_end(&t, 1);
}
