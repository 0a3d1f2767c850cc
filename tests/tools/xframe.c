// SPDX-License-Identifier: GPL-2.0-only
/*
 * xframe.c - frames in and out of a device, for tests
 *
 *   xframe [-n NETNS] send IFNAME [--count N] [--rate PPS] [--macs N] FRAME [, FRAME]...
 *   xframe [-n NETNS] sniff IFNAME [--count N] [--timeout MS] [--filter F]... [--ready]
 *   xframe hex FRAME                       what `send` would send
 *
 * FRAME  hex digits, or words: dst MAC src MAC [vlan N [prio P] [tpid T]]... [type T] [len N]
 *        [data HEX]. `len` is of the whole frame; the payload counts 0, 1, 2, ...
 * F      type=T,src=PREFIX,dst=PREFIX: all of them; several --filter: any of them. PREFIX is
 *        the first bytes of an address. `type` is what follows the tags.
 *
 * The sniffer prints one line of hex a frame. The kernel takes the outer tag out of a frame
 * and hands it over beside (PACKET_AUXDATA); it is put back here. What the device sends is not
 * shown. --ready prints "# ready" once the socket listens.
 *
 * The sender stays on one CPU: frames of one sender go through the queues of a veth in order,
 * so a later one that has arrived tells that an earlier one is not coming any more.
 */
#define PACKET_TOOL "xframe"
#include "packet.h"

#include <poll.h>
#include <stdbool.h>

#define FRAMES_MAX  256
#define FILTERS_MAX 8

struct frame {
	uint8_t *bytes;
	size_t len;
};

struct filter {
	int type;	   /* -1: any */
	uint8_t mac[2][6]; /* destination, source: as in the frame */
	size_t n[2];	   /* bytes to compare */
};

/* The first bytes of an address; how many there were. */
static size_t mac_prefix(const char *word, uint8_t mac[6])
{
	size_t n = 0;
	char *end;

	while (word && *word && n < 6) {
		unsigned long v = strtoul(word, &end, 16);

		if (end == word || v > 255 || (*end && *end != ':'))
			return 0;
		mac[n++] = v;
		word = *end ? end + 1 : end;
	}
	return word && !*word ? n : 0;
}

static void mac(const char *word, uint8_t out[6])
{
	if (mac_prefix(word, out) != 6)
		die("\"%s\" is no MAC address", word ? word : "");
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* -1: not hex, or an odd number of digits */
static ssize_t hex(const char *word, uint8_t *out, size_t max)
{
	size_t n = 0;

	for (; word && *word; word += 2) {
		int hi = hex_digit(word[0]), lo = hi < 0 ? -1 : hex_digit(word[1]);

		if (lo < 0 || n == max)
			return -1;
		out[n++] = hi << 4 | lo;
	}
	return n;
}

/* One frame from words, up to "," or the end; how many words it took. */
static int frame_words(int argc, char **argv, struct frame *f)
{
	size_t pos = 12, tag = 0, len = 0;
	unsigned int type = 0x88b5; /* IEEE 802, local experimental */
	uint8_t data[2048];
	ssize_t ndata = 0;
	int i;

	for (i = 0; i < argc && strcmp(argv[i], ","); i += 2) {
		const char *key = argv[i], *value = i + 1 < argc ? argv[i + 1] : NULL;

		if (!strcmp(key, "dst")) {
			mac(value, f->bytes);
		} else if (!strcmp(key, "src")) {
			mac(value, f->bytes + 6);
		} else if (!strcmp(key, "vlan")) {
			tag = pos;
			pos += 4;
			put16(f->bytes + tag, 0x8100);
			put16(f->bytes + tag + 2, number(value, 4095));
		} else if (!strcmp(key, "prio") && tag) {
			f->bytes[tag + 2] |= number(value, 7) << 5;
		} else if (!strcmp(key, "tpid") && tag) {
			put16(f->bytes + tag, number(value, 65535));
		} else if (!strcmp(key, "type")) {
			type = number(value, 65535);
		} else if (!strcmp(key, "len")) {
			len = number(value, FRAME_MAX - 64);
		} else if (!strcmp(key, "data")) {
			ndata = hex(value, data, sizeof(data));
			if (ndata < 0)
				die("\"%s\" is not hex", value);
		} else {
			die("\"%s\" is no word of a frame", key);
		}
	}
	put16(f->bytes + pos, type);
	pos += 2;
	memcpy(f->bytes + pos, data, ndata);
	pos += ndata;
	if (!len)
		len = ndata ? pos : 60;
	for (ndata = 0; pos < len; ndata++)
		f->bytes[pos++] = ndata;
	f->len = len;
	return i;
}

static int frames(int argc, char **argv, struct frame *f)
{
	int n = 0, i = 0;

	while (i < argc) {
		ssize_t len;

		if (n == FRAMES_MAX)
			die("more than %d frames", FRAMES_MAX);
		f[n].bytes = calloc(1, FRAME_MAX);
		if (!f[n].bytes)
			die("no memory");
		len = hex(argv[i], f[n].bytes, FRAME_MAX);
		if (len > 0) {
			f[n].len = len;
			i++;
		} else {
			i += frame_words(argc - i, argv + i, &f[n]);
		}
		n++;
		if (i < argc && strcmp(argv[i++], ","))
			die("\"%s\": expected \",\" between frames", argv[i - 1]);
	}
	if (!n)
		die("a frame is missing");
	return n;
}

static void hex_line(const uint8_t *p, size_t len)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		putchar_unlocked(digits[p[i] >> 4]);
		putchar_unlocked(digits[p[i] & 15]);
	}
	putchar_unlocked('\n');
}

/* The source of copy number i: the last three bytes of the address count up. */
static void next_mac(struct frame *f, const uint8_t base[6], unsigned long i)
{
	unsigned long low = (base[3] << 16 | base[4] << 8 | base[5]) + i;

	f->bytes[9] = low >> 16;
	f->bytes[10] = low >> 8;
	f->bytes[11] = low;
}

static int cmd_send(int argc, char **argv)
{
	unsigned long count = 1, rate = 0, macs = 0;
	static struct frame f[FRAMES_MAX];
	uint8_t base[6];
	uint64_t start;
	int i, n, fd;

	if (argc < 1)
		die("send: a device is missing");
	for (i = 1; i + 1 < argc && !strncmp(argv[i], "--", 2); i += 2) {
		if (!strcmp(argv[i], "--count"))
			count = number(argv[i + 1], 1UL << 40);
		else if (!strcmp(argv[i], "--rate"))
			rate = number(argv[i + 1], 1UL << 30);
		else if (!strcmp(argv[i], "--macs"))
			macs = number(argv[i + 1], 1UL << 24);
		else
			die("send: unknown option \"%s\"", argv[i]);
	}
	n = frames(argc - i, argv + i, f);
	one_cpu();
	fd = packet_socket(argv[0], 0);
	memcpy(base, f[0].bytes + 6, 6);
	if (macs && count < macs)
		count = macs;
	start = now_ns();
	for (unsigned long c = 0; c < count; c++) {
		if (macs)
			next_mac(&f[0], base, c % macs);
		for (i = 0; i < n; i++) {
			while (send(fd, f[i].bytes, f[i].len, 0) < 0) {
				if (errno != ENOBUFS)
					die("%s: a frame of %zu bytes: %m", argv[0], f[i].len);
				usleep(100);
			}
		}
		while (rate && now_ns() - start < (c + 1) * 1000000000 / rate)
			usleep(50);
	}
	return 0;
}

static void filter_parse(char *spec, struct filter *f)
{
	f->type = -1;
	for (char *word = strtok(spec, ","); word; word = strtok(NULL, ",")) {
		if (!strncmp(word, "type=", 5))
			f->type = number(word + 5, 65535);
		else if (!strncmp(word, "dst=", 4))
			f->n[0] = mac_prefix(word + 4, f->mac[0]);
		else if (!strncmp(word, "src=", 4))
			f->n[1] = mac_prefix(word + 4, f->mac[1]);
		else
			die("\"%s\" is no filter", word);
	}
}

static bool filter_match(const struct filter *f, const uint8_t *p, size_t len)
{
	size_t pos = 12;

	if (len < 14)
		return true;
	while (pos + 6 <= len &&
	       ((p[pos] == 0x81 && !p[pos + 1]) || (p[pos] == 0x88 && p[pos + 1] == 0xa8)))
		pos += 4;
	return (f->type < 0 || f->type == (p[pos] << 8 | p[pos + 1])) &&
	       !memcmp(f->mac[0], p, f->n[0]) && !memcmp(f->mac[1], p + 6, f->n[1]);
}

static int cmd_sniff(int argc, char **argv)
{
	unsigned long count = 0, timeout = 0, seen = 0;
	struct filter filters[FILTERS_MAX] = {};
	uint8_t *frame = calloc(1, FRAME_MAX);
	bool ready = false;
	int nfilters = 0;
	struct pollfd p;
	uint64_t end;

	if (argc < 1 || !frame)
		die("sniff: a device is missing");
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--ready"))
			ready = true;
		else if (!strcmp(argv[i], "--count"))
			count = number(argv[++i], 1UL << 40);
		else if (!strcmp(argv[i], "--timeout"))
			timeout = number(argv[++i], 1UL << 30);
		else if (!strcmp(argv[i], "--filter") && i + 1 < argc && nfilters < FILTERS_MAX)
			filter_parse(argv[++i], &filters[nfilters++]);
		else
			die("sniff: unknown option \"%s\"", argv[i]);
	}
	p = (struct pollfd){ .fd = packet_socket(argv[0], ETH_P_ALL), .events = POLLIN };
	if (ready)
		puts("# ready");
	fflush(stdout);
	end = now_ns() + timeout * 1000000;
	while (!count || seen < count) {
		uint64_t now = now_ns();
		bool match = !nfilters;
		ssize_t len;

		if (timeout && now >= end)
			exit(count ? 1 : 0);
		if (poll(&p, 1, timeout ? (int)((end - now) / 1000000 + 1) : -1) <= 0)
			continue;
		len = receive(p.fd, frame);
		for (int i = 0; len > 0 && i < nfilters; i++)
			match = match || filter_match(&filters[i], frame, len);
		if (len <= 0 || !match)
			continue;
		hex_line(frame, len);
		fflush(stdout);
		seen++;
	}
	return 0;
}

int main(int argc, char **argv)
{
	argc--;
	argv++;
	if (argc >= 2 && !strcmp(argv[0], "-n")) {
		enter(argv[1]);
		argc -= 2;
		argv += 2;
	}
	if (argc < 1)
		die("expected send, sniff or hex");
	if (!strcmp(argv[0], "send"))
		return cmd_send(argc - 1, argv + 1);
	if (!strcmp(argv[0], "sniff"))
		return cmd_sniff(argc - 1, argv + 1);
	if (!strcmp(argv[0], "hex")) {
		static struct frame f[FRAMES_MAX];

		for (int i = 0, n = frames(argc - 1, argv + 1, f); i < n; i++)
			hex_line(f[i].bytes, f[i].len);
		return 0;
	}
	die("unknown command \"%s\"", argv[0]);
}
