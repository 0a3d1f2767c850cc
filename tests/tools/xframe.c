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
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <linux/if_packet.h>

#define FRAME_MAX   65600
#define FRAMES_MAX  256
#define FILTERS_MAX 8
#define RCVBUF	    (16 << 20)

struct frame {
	uint8_t *bytes;
	size_t len;
};

struct filter {
	int type;	   /* -1: any */
	uint8_t mac[2][6]; /* destination, source: as in the frame */
	size_t n[2];	   /* bytes to compare */
};

static void die(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));

static void die(const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "xframe: ");
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(2);
}

static unsigned long number(const char *word, unsigned long max)
{
	unsigned long v;
	char *end;

	if (!word)
		die("a number is missing");
	errno = 0;
	v = strtoul(word, &end, 0);
	if (errno || *end || end == word || v > max)
		die("\"%s\" is no number up to %lu", word, max);
	return v;
}

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

static void put16(uint8_t *p, unsigned int v)
{
	p[0] = v >> 8;
	p[1] = v;
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

static int packet_socket(const char *ifname, int proto)
{
	struct sockaddr_ll sll = { .sll_family = AF_PACKET, .sll_protocol = htons(proto) };
	/* protocol 0 until bound: nothing of another device is queued meanwhile */
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0), size = RCVBUF;

	if (fd < 0)
		die("packet socket: %m");
	sll.sll_ifindex = if_nametoindex(ifname);
	if (!sll.sll_ifindex)
		die("%s: %m", ifname);
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	if (proto) {
		int one = 1;

		if (setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &one, sizeof(one)))
			die("PACKET_AUXDATA: %m");
		/* 4.20; older kernels: sll_pkttype below */
		setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof(one));
	}
	if (bind(fd, (struct sockaddr *)&sll, sizeof(sll)))
		die("bind to %s: %m", ifname);
	return fd;
}

static void one_cpu(void)
{
	cpu_set_t all, one;

	CPU_ZERO(&one);
	if (sched_getaffinity(0, sizeof(all), &all))
		return;
	for (int i = 0; i < CPU_SETSIZE; i++) {
		if (!CPU_ISSET(i, &all))
			continue;
		CPU_SET(i, &one);
		sched_setaffinity(0, sizeof(one), &one);
		return;
	}
}

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
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

/* A frame as it was on the wire, or 0: not received, or of another direction. */
static size_t receive(int fd, uint8_t *frame)
{
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
	} control;
	struct sockaddr_ll from;
	struct iovec iov = { frame + 4, FRAME_MAX - 4 };
	struct msghdr msg = { .msg_name = &from,
			      .msg_namelen = sizeof(from),
			      .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = &control,
			      .msg_controllen = sizeof(control) };
	ssize_t len = recvmsg(fd, &msg, 0);
	struct tpacket_auxdata aux = {};

	if (len < 0 && errno == ENETDOWN)
		return 0;
	if (len < 0)
		die("recvmsg: %m");
	if (from.sll_pkttype == PACKET_OUTGOING)
		return 0;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&msg); c; c = CMSG_NXTHDR(&msg, c))
		if (c->cmsg_level == SOL_PACKET && c->cmsg_type == PACKET_AUXDATA)
			memcpy(&aux, CMSG_DATA(c), sizeof(aux));
	if (!(aux.tp_status & TP_STATUS_VLAN_VALID) || len < 12) {
		memmove(frame, frame + 4, len);
		return len;
	}
	memmove(frame, frame + 4, 12);
	put16(frame + 12, aux.tp_status & TP_STATUS_VLAN_TPID_VALID ? aux.tp_vlan_tpid : 0x8100);
	put16(frame + 14, aux.tp_vlan_tci);
	return len + 4;
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
		size_t len;

		if (timeout && now >= end)
			return count ? 1 : 0;
		if (poll(&p, 1, timeout ? (int)((end - now) / 1000000 + 1) : -1) <= 0)
			continue;
		len = receive(p.fd, frame);
		for (int i = 0; len && i < nfilters; i++)
			match = match || filter_match(&filters[i], frame, len);
		if (!len || !match)
			continue;
		hex_line(frame, len);
		fflush(stdout);
		seen++;
	}
	return 0;
}

static void enter(const char *netns)
{
	char path[512];
	int fd;

	snprintf(path, sizeof(path), "%s%s", strchr(netns, '/') ? "" : "/run/netns/", netns);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET))
		die("namespace %s: %m", netns);
	close(fd);
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
