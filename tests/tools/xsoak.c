// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsoak.c - traffic for the soak: numbered frames that say what they are, and what came of them
 *
 *   xsoak pair RATE NETNS,DEVICE NETNS,DEVICE
 *	frames with numbers both ways, RATE a second. A line "pause" on stdin: all that is under way
 *	is waited for, then {"sent", "got", "twice", "late", "other"} since the beginning, and
 *	nothing is sent until another line; other: frames of a field that came.
 *
 *   xsoak field SEED
 *	the ports of a switch that changes. One line on stdin is one command, its answer ends with
 *	a line "ok" or "error ...":
 *
 *	port K NETNS DEVICE OUTER   opens it as number K; OUTER: its other end, here
 *	close K
 *	gen G			frames carry it from now on
 *	rate N			random frames a second, from all open ports; 0: none
 *	flood K N		so many frames of K with random sources, beside, 2000 a second
 *	send K TAG DST N	N frames
 *	fence			all that was sent has arrived or never will
 *	collect			what has arrived since: "got K G SRC TAG DST OUTER TWICE N", and of
 *				each port since it was opened "port K SENT GOT"
 *
 * TAG is a row of `stacks`, DST 254 broadcast, 253 a group, 252 nobody, else the station of that
 * port, 02:5e:5e:00:00:KK. OUTER is the tag outside as it arrived, "-", "c10" or "s10". TWICE is 1 for
 * frames that this port had already. A device that vanished is silent, not an error.
 */
#define PACKET_TOOL "xsoak"
#include "packet.h"

#include <poll.h>
#include <stdbool.h>

#define PORTS	   32
#define RECENT	   (1 << 16) /* frames whose copies are known as such */
#define TUPLES	   (1 << 16)
#define MAGIC	   0x78736f61
#define MAGIC_PAIR 0x78707061
#define MARK	   0x6d61726b
#define TAIL	   16		  /* magic, number, generation, port, tag, destination, 0 */
#define PATIENCE   20000000000ULL /* ns a mark, or the last frame of a pair, may take */
#define FLOOD_RATE 2000

enum {
	NOBODY = 252,
	GROUP,
	EVERYBODY
};

struct tuple {
	uint32_t gen;
	uint16_t vid;
	uint8_t rx, src, tag, dst;
	uint8_t outer; /* '-', 'c', 's' */
	uint8_t twice;
	uint32_t n;
};

struct port {
	bool open, dead;
	int in, out, outer;
	uint32_t mark, flood;
	uint64_t sent, got;
	uint32_t recent[RECENT];
};

static const struct {
	uint8_t n;
	uint16_t tag[2][2]; /* TPID, TCI */
} stacks[] = {
	{ 0, {} },
	{ 1, { { 0x8100, 10 } } },
	{ 1, { { 0x8100, 20 | 5 << 13 } } },
	{ 1, { { 0x8100, 30 } } },
	{ 1, { { 0x8100, 40 } } },
	{ 1, { { 0x88a8, 10 } } },
	{ 2, { { 0x8100, 20 }, { 0x8100, 10 } } },
};
#define STACKS (sizeof(stacks) / sizeof(*stacks))

static struct port ports[PORTS];
static struct tuple tuples[TUPLES];
static uint32_t ntuples, number_next = 1, gen, rate, mark;
static uint64_t seed;
static int home;

static bool push(struct port *port, int fd, const uint8_t *frame, size_t len)
{
	for (int i = 0; send(fd, frame, len, 0) < 0; i++) {
		if (errno != ENOBUFS || i == 10000) {
			port->dead |= errno != ENOBUFS && errno != ENETDOWN;
			return false;
		}
		usleep(100);
	}
	return true;
}

/* --- frames ------------------------------------------------------------------------------ */

static void station(uint8_t mac[6], uint8_t kind, uint32_t i)
{
	memcpy(mac, (uint8_t[]){ 0x02, 0x5e, 0x5e, kind, i >> 8, i }, 6);
}

static void destination(uint8_t mac[6], uint8_t dst)
{
	if (dst == EVERYBODY)
		memset(mac, 0xff, 6);
	else if (dst == GROUP)
		memcpy(mac, "\x03\x5e\x5e\0\0\1", 6);
	else
		station(mac, dst == NOBODY ? 3 : 0, dst);
}

static void send_one(unsigned int k, uint8_t tag, uint8_t dst, bool stranger)
{
	size_t len = 60 + rnd(&seed, 140), pos = 12;
	struct port *port = &ports[k];
	uint8_t frame[256];

	destination(frame, dst);
	station(frame + 6, stranger ? 2 : 0, stranger ? rnd(&seed, 65536) : k);
	for (int i = 0; i < stacks[tag].n; i++, pos += 4) {
		put16(frame + pos, stacks[tag].tag[i][0]);
		put16(frame + pos + 2, stacks[tag].tag[i][1]);
	}
	put16(frame + pos, 0x88b5);
	memset(frame + pos + 2, (int)len, len - pos - 2);
	put32(frame + len - TAIL, MAGIC);
	put32(frame + len - TAIL + 4, number_next++);
	put32(frame + len - TAIL + 8, gen);
	memcpy(frame + len - 4, (uint8_t[]){ k, tag, dst, 0 }, 4);
	port->sent += push(port, port->in, frame, len);
}

static void note(const struct tuple *t)
{
	struct tuple key = *t;
	uint32_t i;

	key.n = 0;
	i = (key.gen * 31 + key.rx) * 31 + key.src;
	i = (i * 31 + key.tag) * 31 + key.dst + key.vid * 7 + key.twice;
	for (uint32_t tries = 0; tries < TUPLES; tries++, i++) {
		struct tuple *have = &tuples[i % TUPLES];
		uint32_t n = have->n;

		if (n) {
			have->n = 0;
			if (memcmp(have, &key, sizeof(key))) {
				have->n = n;
				continue;
			}
		} else {
			*have = key;
			ntuples++;
		}
		have->n = n + 1;
		return;
	}
	die("more kinds of frames than room: collect more often");
}

static void arrived(unsigned int k, const uint8_t *frame, size_t len)
{
	const uint8_t *tail = frame + len - TAIL;
	unsigned int tpid = frame[12] << 8 | frame[13];
	struct port *port = &ports[k];
	struct tuple t = { .rx = k, .outer = '-' };
	uint32_t n;

	if (len < 14 + TAIL)
		return;
	n = get32(tail + 4);
	if (get32(tail) == MARK)
		port->mark = n;
	if (get32(tail) != MAGIC)
		return;
	port->got++;
	t.gen = get32(tail + 8);
	t.src = tail[12];
	t.tag = tail[13];
	t.dst = tail[14];
	t.twice = port->recent[n % RECENT] == n;
	port->recent[n % RECENT] = n;
	if (tpid == 0x8100 || tpid == 0x88a8) {
		t.outer = tpid == 0x8100 ? 'c' : 's';
		t.vid = (frame[14] << 8 | frame[15]) & 0xfff;
	}
	note(&t);
}

static void drain(void)
{
	static uint8_t frame[FRAME_MAX];

	for (unsigned int k = 0; k < PORTS; k++) {
		ssize_t len;

		for (int i = 0; ports[k].open && i < 4096; i++) {
			len = receive(ports[k].out, frame);
			if (len < 0)
				break;
			if (len > 0)
				arrived(k, frame, (size_t)len);
		}
	}
}

/* --- commands ---------------------------------------------------------------------------- */

/* -1: there is no such namespace or device any more */
static int try_socket(const char *netns, const char *device, int proto)
{
	char path[512];
	int fd = -1, ns;

	snprintf(path, sizeof(path), "/run/netns/%s", netns ?: "");
	ns = netns ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	if (netns && (ns < 0 || setns(ns, CLONE_NEWNET)))
		goto out;
	if (if_nametoindex(device))
		fd = packet_socket(device, proto);
	if (fd >= 0 && fcntl(fd, F_SETFL, O_NONBLOCK))
		die("%s: %m", device);
	if (setns(home, CLONE_NEWNET))
		die("the way back: %m");
out:
	if (ns >= 0)
		close(ns);
	return fd;
}

static void port_close(struct port *p)
{
	int fds[] = { p->in, p->out, p->outer };

	for (int i = 0; p->open && i < 3; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	memset(p, 0, sizeof(*p));
}

static bool port_open(struct port *p, const char *netns, const char *device, const char *outer)
{
	port_close(p);
	p->open = true;
	p->in = try_socket(netns, device, 0);
	p->out = try_socket(netns, device, ETH_P_ALL);
	p->outer = try_socket(NULL, outer, 0);
	if (p->in >= 0 && p->out >= 0 && p->outer >= 0)
		return true;
	port_close(p);
	return false;
}

/* Twice: the first may overtake a frame that still waits for its ingress. */
static int fence(void)
{
	uint8_t frame[60] = { 0x02, 0x5e, 0x5e, 0xfe, 0xce, 0,	  0x02,
			      0x5e, 0x5e, 0xfe, 0xce, 1,    0x88, 0xb6 };

	put32(frame + sizeof(frame) - TAIL, MARK);
	for (int round = 0; round < 2; round++) {
		uint64_t end = now_ns() + PATIENCE;

		put32(frame + sizeof(frame) - TAIL + 4, ++mark);
		for (unsigned int k = 0; k < PORTS; k++)
			if (ports[k].open && !push(&ports[k], ports[k].outer, frame, sizeof(frame)))
				return (int)k;
		for (unsigned int k = 0; k < PORTS; k++)
			while (ports[k].open && ports[k].mark != mark) {
				if (now_ns() > end)
					return (int)k;
				drain();
				usleep(200);
			}
	}
	return -1;
}

static void collect(void)
{
	drain();
	for (uint32_t i = 0; i < TUPLES && ntuples; i++) {
		struct tuple *t = &tuples[i];
		char outer[8] = "-";

		if (!t->n)
			continue;
		if (t->outer != '-')
			snprintf(outer, sizeof(outer), "%c%u", t->outer, t->vid);
		printf("got %u %u %u %u %u %s %u %u\n", t->rx, t->gen, t->src, t->tag, t->dst,
		       outer, t->twice, t->n);
		t->n = 0;
		ntuples--;
	}
	for (unsigned int k = 0; k < PORTS; k++)
		if (ports[k].open)
			printf("port %u %llu %llu\n", k, (unsigned long long)ports[k].sent,
			       (unsigned long long)ports[k].got);
}

static void send_many(unsigned int k, unsigned int tag, unsigned int dst, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		send_one(k, tag, dst, false);
		if (i % 64 == 63)
			drain();
	}
}

static void command(char *line)
{
	char netns[64], device[32], outer[32];
	unsigned int a, b, c, n;
	int deaf = -1;

	if (sscanf(line, "port %u %63s %31s %31s", &a, netns, device, outer) == 4 && a < PORTS) {
		if (!port_open(&ports[a], netns, device, outer)) {
			printf("error port %u: no such device\n", a);
			return;
		}
	} else if (sscanf(line, "close %u", &a) == 1 && a < PORTS) {
		drain();
		port_close(&ports[a]);
	} else if (sscanf(line, "gen %u", &a) == 1) {
		gen = a;
	} else if (sscanf(line, "rate %u", &a) == 1) {
		rate = a;
	} else if (sscanf(line, "flood %u %u", &a, &n) == 2 && a < PORTS) {
		ports[a].flood = n;
	} else if (sscanf(line, "send %u %u %u %u", &a, &b, &c, &n) == 4 && a < PORTS &&
		   b < STACKS && ports[a].open) {
		send_many(a, b, c, n);
	} else if (!strcmp(line, "fence")) {
		deaf = fence();
	} else if (!strcmp(line, "collect")) {
		collect();
	} else {
		die("\"%s\" is no command", line);
	}
	if (deaf < 0)
		printf("ok\n");
	else
		printf("error port %d is deaf\n", deaf);
}

static void background(unsigned int turns)
{
	static const uint8_t kinds[] = { EVERYBODY, EVERYBODY, GROUP, NOBODY };

	for (unsigned int i = 0; i < turns; i++) {
		unsigned int k = rnd(&seed, PORTS), d = rnd(&seed, 2 * PORTS);

		if (ports[k].open && !ports[k].dead)
			send_one(k, rnd(&seed, STACKS), d < PORTS ? d : kinds[d & 3], false);
	}
}

static void floods(unsigned int turns)
{
	for (unsigned int k = 0; k < PORTS; k++)
		for (unsigned int i = 0; i < turns && ports[k].flood; i++, ports[k].flood--)
			if (ports[k].open && !ports[k].dead)
				send_one(k, rnd(&seed, STACKS), rnd(&seed, 2) ? NOBODY : EVERYBODY,
					 true);
}

/* Lines of stdin; false: no more. */
static bool commands(void)
{
	static char buf[4096];
	static size_t have;
	ssize_t n = read(STDIN_FILENO, buf + have, sizeof(buf) - 1 - have);
	char *end;

	if (n <= 0)
		return false;
	have += (size_t)n;
	buf[have] = 0;
	while ((end = strchr(buf, '\n'))) {
		*end = 0;
		command(buf);
		fflush(stdout);
		have -= (size_t)(end + 1 - buf);
		memmove(buf, end + 1, have + 1);
	}
	return true;
}

static int field(void)
{
	struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };
	const unsigned int turn_ms = 5;

	for (;;) {
		int ready = poll(&p, 1, turn_ms);

		if (ready > 0 && !commands())
			return 0;
		drain();
		if (ready)
			continue;
		/* of PORTS drawn at random most are not open: so many more turns */
		background(rate ? 1 + rate * turn_ms / 1000 : 0);
		floods(FLOOD_RATE * turn_ms / 1000);
	}
}

/* --- a pair ------------------------------------------------------------------------------ */

struct half {
	int in, out;
	uint64_t sent, got, twice, late, next;
	uint8_t had[1 << 17]; /* bit: number of a frame that came, of the last million */
};
static struct half halves[2];
static uint64_t other;

static void half_open(struct half *h, char *spec)
{
	char *netns = strtok(spec, ","), *device = strtok(NULL, ",");

	if (!device)
		die("expected NETNS,DEVICE");
	h->in = try_socket(netns, device, 0);
	h->out = try_socket(netns, device, ETH_P_ALL);
	if (h->in < 0 || h->out < 0)
		die("no %s in %s", device, netns);
}

static void half_send(struct half *h, unsigned int i)
{
	struct port none = {};
	uint8_t frame[128];

	station(frame, 10, !i);
	station(frame + 6, 10, i);
	put16(frame + 12, 0x88b5);
	memset(frame + 14, 0, sizeof(frame) - 14);
	put32(frame + sizeof(frame) - TAIL, MAGIC_PAIR);
	put32(frame + sizeof(frame) - TAIL + 4, (uint32_t)h->sent);
	/* its place in the bits, for a frame half a million numbers later */
	halves[!i].had[(h->sent + 500000) % (sizeof(h->had) * 8) / 8] = 0;
	if (!push(&none, h->in, frame, sizeof(frame)))
		die("a device of the pair is gone: %m");
	h->sent++;
}

static void half_drain(struct half *h)
{
	static uint8_t frame[FRAME_MAX];
	ssize_t len;

	while ((len = receive(h->out, frame)) >= 0) {
		const uint8_t *tail = frame + len - TAIL;
		uint32_t n, bit;

		if (len < 14 + TAIL)
			continue;
		other += get32(tail) == MAGIC;
		if (get32(tail) != MAGIC_PAIR)
			continue;
		n = get32(tail + 4);
		bit = n % (sizeof(h->had) * 8);
		if (h->had[bit / 8] >> bit % 8 & 1) {
			h->twice++;
			continue;
		}
		h->had[bit / 8] |= 1 << bit % 8;
		h->got++;
		h->late += n < h->next;
		h->next = n >= h->next ? n + 1 : h->next;
	}
}

static bool pair_command(bool *paused)
{
	uint64_t end = now_ns() + PATIENCE / 4, sent = halves[0].sent + halves[1].sent;
	char line[64];

	if (read(STDIN_FILENO, line, sizeof(line)) <= 0)
		return false;
	*paused = *line == 'p';
	if (!*paused)
		return true;
	while (halves[0].got + halves[1].got < sent && now_ns() < end) {
		usleep(1000);
		half_drain(&halves[0]);
		half_drain(&halves[1]);
	}
	printf("{\"sent\":%llu,\"got\":%llu,\"twice\":%llu,\"late\":%llu,\"other\":%llu}\n",
	       (unsigned long long)sent, (unsigned long long)(halves[0].got + halves[1].got),
	       (unsigned long long)(halves[0].twice + halves[1].twice),
	       (unsigned long long)(halves[0].late + halves[1].late), (unsigned long long)other);
	fflush(stdout);
	return true;
}

static int pair(unsigned long pps, char *one, char *two)
{
	struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };
	bool paused = false;
	uint64_t next;

	half_open(&halves[0], one);
	half_open(&halves[1], two);
	next = now_ns();
	for (;;) {
		uint64_t now = now_ns();

		if (now >= next && !paused) {
			half_send(&halves[0], 0);
			half_send(&halves[1], 1);
			/* what was missed is not caught up with: no bursts */
			next = now + 1000000000 / pps;
		}
		half_drain(&halves[0]);
		half_drain(&halves[1]);
		if (poll(&p, 1, pps > 500 ? 0 : 1) > 0 && !pair_command(&paused))
			return 0;
	}
}

int main(int argc, char **argv)
{
	home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	one_cpu();
	if (home >= 0 && argc == 5 && !strcmp(argv[1], "pair"))
		return pair(number(argv[2], 100000) ?: 1, argv[3], argv[4]);
	if (home < 0 || argc != 3 || strcmp(argv[1], "field"))
		die("expected pair RATE PORT PORT, or field SEED");
	seed = number(argv[2], UINT32_MAX);
	return field();
}
