// SPDX-License-Identifier: GPL-2.0-only
/*
 * xtwin.c - the same random frames into two switches: do the same ones come out?
 *
 *   xtwin SEED COUNT RESET PORT...
 *
 * PORT   NETNS,OUTER,NETNS,OUTER[,u]: a port of the one and its twin: the namespace whose eth0 sends
 *        and receives, and its other end, in the caller's namespace. "u": it sends no frame with a
 *        VLAN of its own.
 * RESET  a command that makes both switches forget what they learned
 *
 * Ports are numbered as they are named, 1 and on. Port P has the stations 02:5e:5e:00:PP:00 and :01
 * and the static one 02:5e:5e:01:PP:00, which speaks nowhere else; 02:5e:5e:00:4d:00 roams, and so
 * does now and then a station. VLANs are 1, 10, 20 and 4094.
 *
 * What arrives is compared port by port, byte for byte and in order. If it differs, frames are taken
 * away, one after the other, as long as it does; those that are left and what they made come out are
 * the output, and the status is 1. Else the output is the number of copies compared.
 *
 * A frame that has not come when two marks have, one after the other, does not come: all of this is on
 * one CPU.
 */
#define PACKET_TOOL "xtwin"
#include "packet.h"

#include <poll.h>
#include <stdbool.h>

#define PORTS_MAX  8
#define COUNT_MAX  64
#define COPIES_MAX (2 * COUNT_MAX)
#define LEN_MAX	   1600
#define MARK	   "\xff\xff\xff\xff\xff\xff\x02\xee\0\0\0\0\x88\xb6"
#define PATIENCE   20000000000ULL /* ns a mark may take */

enum {
	OURS,
	THEIRS,
	SIDES
};

struct bytes {
	uint16_t len;
	uint8_t port; /* that sends it */
	uint8_t b[LEN_MAX];
};

struct end {
	int inner, outer; /* sockets */
	unsigned int n;
	struct bytes got[COPIES_MAX];
};

static struct end ends[SIDES][PORTS_MAX];
static bool untagged_only[PORTS_MAX];
static unsigned int ports;
static uint32_t marks;

/* --- frames ---------------------------------------------------------------------------- */

static uint64_t dice;

/* splitmix64 (Steele, Lea, Flood 2014) */
static unsigned int below(unsigned int n)
{
	uint64_t z = dice += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return (z ^ z >> 31) % n;
}

static void station(uint8_t *mac, unsigned int kind, unsigned int port, unsigned int which)
{
	const uint8_t bytes[] = { 2, 0x5e, 0x5e, kind, port, which };

	memcpy(mac, bytes, sizeof(bytes));
}

static void some_source(uint8_t *mac, unsigned int port)
{
	switch (below(16)) {
	case 0: /* a group, or nobody */
		memset(mac, below(2), 6);
		break;
	case 1:
		station(mac, 0, 1 + below(ports), 0);
		break;
	case 2:
	case 3:
		station(mac, 1, port, 0);
		break;
	case 4:
	case 5:
		station(mac, 0, 0x4d, 0);
		break;
	default:
		station(mac, 0, port, below(2));
	}
}

static void some_destination(uint8_t *mac)
{
	switch (below(8)) {
	case 0:
		memset(mac, 0xff, 6);
		break;
	case 1:
		memcpy(mac, "\x01\0\x5e\0\1\2", 6);
		break;
	case 2:
		station(mac, 0, 0x4d, 0);
		break;
	case 3:
		station(mac, 1, 1 + below(ports), 0);
		break;
	default:
		station(mac, 0, 1 + below(ports), below(2));
	}
}

static unsigned int some_vid(void)
{
	static const uint16_t vids[] = { 1, 10, 20, 4094 };

	return vids[below(4)];
}

static uint8_t *put_tag(uint8_t *p, unsigned int tpid, unsigned int vid)
{
	put16(p, tpid);
	put16(p + 2, (below(2) ? below(16) << 12 : 0) | vid);
	return p + 4;
}

static void make_frame(struct bytes *f, uint32_t serial)
{
	static const uint16_t lens[] = { 60, 60, 60, 64, 100, 1514 };
	unsigned int port = below(ports), shape = below(16);
	uint8_t *p = f->b + 12;

	f->port = port;
	some_destination(f->b);
	some_source(f->b + 6, port + 1);
	if (shape == 0)
		p = put_tag(p, 0x88a8, some_vid());
	else if (shape == 1)
		p = put_tag(p, 0x8100, 0);
	else if (shape < 9 && !untagged_only[port])
		p = put_tag(p, 0x8100, some_vid());
	if (shape == 2 || shape == 9)
		p = put_tag(p, shape == 2 || untagged_only[port] ? 0x88a8 : 0x8100, some_vid());
	put16(p, 0x88b5);
	memcpy(p + 2, &serial, sizeof(serial));
	f->len = lens[below(6)];
	for (p += 6; p < f->b + f->len; p++)
		*p = p - f->b;
}

/* --- in and out ------------------------------------------------------------------------ */

static int socket_in(const char *netns, int proto)
{
	int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), fd;

	enter(netns);
	fd = packet_socket("eth0", proto);
	if (home < 0 || setns(home, CLONE_NEWNET))
		die("the way back: %m");
	close(home);
	return fd;
}

static void add_port(char *words)
{
	for (int side = 0; side < SIDES; side++) {
		struct end *e = &ends[side][ports];
		const char *netns = strtok(side ? NULL : words, ",");
		const char *outer = strtok(NULL, ",");

		if (!outer || ports == PORTS_MAX)
			die("a port is NETNS,OUTER,NETNS,OUTER[,u], and there are %d at most",
			    PORTS_MAX);
		e->inner = socket_in(netns, ETH_P_ALL);
		e->outer = packet_socket(outer, 0);
	}
	untagged_only[ports++] = strtok(NULL, ",") != NULL;
}

static void put(int fd, const void *bytes, size_t len)
{
	while (send(fd, bytes, len, 0) < 0) {
		if (errno != ENOBUFS)
			die("a frame of %zu bytes: %m", len);
		usleep(100);
	}
}

/* Everything up to this mark; frames of others are none. */
static void drain(struct end *e, uint32_t mark)
{
	static uint8_t frame[FRAME_MAX];
	struct pollfd p = { .fd = e->inner, .events = POLLIN };
	uint64_t end = now_ns() + PATIENCE;

	for (;;) {
		ssize_t len;
		uint32_t n;

		if (now_ns() > end)
			die("a mark is lost");
		if (poll(&p, 1, 1000) <= 0)
			continue;
		len = receive(e->inner, frame);
		if (len < 60)
			continue;
		memcpy(&n, frame + 14, sizeof(n));
		if (!memcmp(frame, MARK, 14)) {
			if (n == mark)
				return;
			continue;
		}
		if (len > LEN_MAX || e->n == COPIES_MAX)
			die("more copies than there can be, or longer ones");
		e->got[e->n].len = len;
		memcpy(e->got[e->n++].b, frame, len);
	}
}

static void fence(void)
{
	uint8_t mark[60] = MARK;

	marks++;
	memcpy(mark + 14, &marks, sizeof(marks));
	for (unsigned int i = 0; i < SIDES * ports; i++)
		put(ends[i / ports][i % ports].outer, mark, sizeof(mark));
	for (unsigned int i = 0; i < SIDES * ports; i++)
		drain(&ends[i / ports][i % ports], marks);
}

/* A frame of this test, not what a kernel has to say itself. */
static bool is_ours(const struct bytes *f)
{
	size_t at = 12;

	while (at + 4 < f->len &&
	       ((f->b[at] == 0x81 && !f->b[at + 1]) || (f->b[at] == 0x88 && f->b[at + 1] == 0xa8)))
		at += 4;
	return f->b[at] == 0x88 && f->b[at + 1] == 0xb5;
}

static void forget_noise(struct end *e)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < e->n; i++)
		if (is_ours(&e->got[i]))
			e->got[n++] = e->got[i];
	e->n = n;
}

static bool same(const struct end *a, const struct end *b)
{
	for (unsigned int i = 0; i < a->n && i < b->n; i++)
		if (a->got[i].len != b->got[i].len ||
		    memcmp(a->got[i].b, b->got[i].b, a->got[i].len))
			return false;
	return a->n == b->n;
}

/* The port at which something differs; `ports`: none. */
static unsigned int differ(const struct bytes *f, unsigned int n)
{
	for (int side = 0; side < SIDES; side++) {
		for (unsigned int i = 0; i < ports; i++)
			ends[side][i].n = 0;
		for (unsigned int i = 0; i < n; i++)
			put(ends[side][f[i].port].inner, f[i].b, f[i].len);
	}
	fence();
	fence();
	for (unsigned int i = 0; i < ports; i++) {
		forget_noise(&ends[OURS][i]);
		forget_noise(&ends[THEIRS][i]);
		if (!same(&ends[OURS][i], &ends[THEIRS][i]))
			return i;
	}
	return ports;
}

/* --- what is left ---------------------------------------------------------------------- */

static void print_frame(const char *what, const struct bytes *f)
{
	printf("%s %u bytes: ", what, f->len);
	for (unsigned int i = 0; i < f->len && i < 32; i++)
		printf("%02x%s", f->b[i], i == 5 || i == 11 ? " " : "");
	putchar('\n');
}

static bool differ_anew(const char *reset, const struct bytes *f, unsigned int n)
{
	if (system(reset)) /* NOLINT(cert-env33-c): a line of the test that calls us */
		die("cannot reset: %s", reset);
	return differ(f, n) < ports;
}

static unsigned int shrink(const char *reset, struct bytes *f, unsigned int n)
{
	static struct bytes kept[COUNT_MAX];

	for (unsigned int i = n; i--;) {
		memcpy(kept, f, n * sizeof(*f));
		memmove(f + i, f + i + 1, (n - i - 1) * sizeof(*f));
		if (differ_anew(reset, f, n - 1))
			n--;
		else
			memcpy(f, kept, n * sizeof(*f));
	}
	return n;
}

static void report(const struct bytes *f, unsigned int n, unsigned int at)
{
	for (unsigned int i = 0; i < n; i++) {
		printf("into %u,", f[i].port + 1);
		print_frame("", &f[i]);
	}
	for (int side = 0; side < SIDES && at < ports; side++)
		for (unsigned int i = 0; i < ends[side][at].n; i++)
			print_frame(side ? "> theirs" : "< ours", &ends[side][at].got[i]);
}

int main(int argc, char **argv)
{
	static struct bytes f[COUNT_MAX];
	unsigned int n, at, copies = 0;

	if (argc < 5)
		die("expected SEED COUNT RESET PORT...");
	dice = number(argv[1], ~0UL);
	n = number(argv[2], COUNT_MAX);
	one_cpu();
	for (int i = 4; i < argc; i++)
		add_port(argv[i]);
	for (unsigned int i = 0; i < n; i++)
		make_frame(&f[i], i);
	at = differ(f, n);
	for (unsigned int i = 0; i < ports; i++)
		copies += ends[THEIRS][i].n;
	if (at == ports) {
		printf("%u\n", copies);
		return 0;
	}
	if (differ_anew(argv[3], f, n)) {
		n = shrink(argv[3], f, n);
		differ_anew(argv[3], f, n);
	} else {
		printf("not with these frames alone; all of them:\n");
	}
	for (at = 0; at < ports && same(&ends[OURS][at], &ends[THEIRS][at]); at++)
		;
	if (at < ports)
		printf("at port %u:\n", at + 1);
	report(f, n, at);
	return 1;
}
