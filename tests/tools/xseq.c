// SPDX-License-Identifier: GPL-2.0-only
/*
 * xseq.c - a stream of numbered units at full rate, and what became of each
 *
 *   xseq [-c CPU] udp FROM TO ADDR PORT     datagrams of 1000 bytes
 *   xseq [-c CPU] tcp FROM TO ADDR PORT     a byte stream
 *   xseq [-c CPU] raw FROM TO[,TO...] DST SRC   frames of 200 bytes by eth0, each to all of TO
 *
 * FROM and TO are namespaces. It goes on until SIGTERM or SIGINT, waits for what is under way and
 * writes a JSON object: sent; lost, twice, late (overtaken by a later one), overrun (lost by a
 * socket that receives), of all receivers together; of tcp in bytes, with `disorder`, segments
 * that came out of order: all of what is lost, twice or late below TCP shows there or as `dsack`, copies
 * that came twice, of which `retrans` are TCP's own. "# ready" on stderr: units arrive.
 *
 * One thread sends and receives in turn, on one CPU. WINDOW units are under way at most, so that no
 * queue of the path runs over: a veth under XDP holds 256.
 */
#define PACKET_TOOL "xseq"
#include "packet.h"

#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>

#include <linux/sock_diag.h>
#include <linux/tcp.h>

#define WINDOW	 64
#define TO_MAX	 8
#define DATAGRAM 1000
#define FRAME	 200
#define TYPE	 0x9f00 /* of the stream from ..:05:00: 0x9f05; other streams fill no socket of it */
#define MAGIC	 0x78736571
#define SEEN	 (1U << 20)    /* numbers a receiver remembers */
#define PATIENCE 3000000000ULL /* ns after which what is under way is lost */
#define CHUNK	 65536	       /* bytes of a stream at once */
#define SNDBUF	 65536

#ifndef SO_MEMINFO
#define SO_MEMINFO 55
#endif

struct receiver {
	int fd;
	uint32_t next;	/* number that is to come */
	uint32_t *seen; /* [number % SEEN]: number + 1 */
	uint64_t got, gaps, late, twice;
};

static struct receiver to[TO_MAX];
static unsigned int nto;
static uint64_t overrun;
static volatile sig_atomic_t over;

static void on_signal(int sig)
{
	(void)sig;
	over = 1;
}

static void ready(uint64_t got)
{
	static bool told;

	if (!told && got >= 2 * WINDOW) {
		fprintf(stderr, "# ready\n");
		told = true;
	}
}

/* --- units with numbers ------------------------------------------------------------------ */

static void arrived(struct receiver *r, uint32_t n)
{
	uint32_t *seen = &r->seen[n % SEEN];

	if (n >= r->next) {
		r->gaps += n - r->next;
		r->next = n + 1;
	} else if (*seen == n + 1) {
		r->twice++;
		return;
	} else {
		r->late++;
		r->gaps--;
	}
	*seen = n + 1;
	r->got++;
}

/* Everything that has come and begins as `unit` does; `off`: where MAGIC and the number are. */
static void read_all(struct receiver *r, const uint8_t *unit, size_t off)
{
	uint8_t buf[2048];
	uint32_t word[2];
	ssize_t len;

	while ((len = recv(r->fd, buf, sizeof(buf), 0)) >= 0) {
		if ((size_t)len < off + sizeof(word) || memcmp(buf, unit, off))
			continue;
		memcpy(word, buf + off, sizeof(word));
		if (ntohl(word[0]) == MAGIC)
			arrived(r, ntohl(word[1]));
	}
	if (errno != EAGAIN && errno != EINTR && errno != ENETDOWN)
		die("recv: %m");
}

static uint32_t slowest(void)
{
	uint32_t next = UINT32_MAX;

	for (unsigned int i = 0; i < nto; i++)
		if (to[i].next < next)
			next = to[i].next;
	return next;
}

static void wait_for_more(void)
{
	struct pollfd p[TO_MAX];

	for (unsigned int i = 0; i < nto; i++)
		p[i] = (struct pollfd){ .fd = to[i].fd, .events = POLLIN };
	poll(p, nto, 20);
}

static uint32_t stream(int fd, uint8_t *unit, size_t len, size_t off)
{
	uint32_t sent = 0, done = 0, last = 0, word[2] = { htonl(MAGIC) };
	uint64_t moved = now_ns();

	while (!over || (done < sent && now_ns() - moved < PATIENCE)) {
		while (!over && sent - done < WINDOW) {
			word[1] = htonl(sent);
			memcpy(unit + off, word, sizeof(word));
			if (send(fd, unit, len, 0) < 0) {
				if (errno != ENOBUFS && errno != EAGAIN && errno != EINTR)
					die("send: %m");
				break;
			}
			sent++;
		}
		for (unsigned int i = 0; i < nto; i++)
			read_all(&to[i], unit, off);
		done = slowest();
		if (done != last) {
			moved = now_ns();
			last = done;
		} else if (now_ns() - moved > PATIENCE) {
			done = sent; /* lost: others are to follow */
		} else {
			wait_for_more();
		}
		ready(done);
	}
	return sent;
}

static uint32_t drops_of(int fd)
{
	uint32_t mem[SK_MEMINFO_VARS] = {};
	socklen_t len = sizeof(mem);

	if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, mem, &len))
		die("SO_MEMINFO: %m");
	return mem[SK_MEMINFO_DROPS];
}

static void print_units(const char *kind, uint64_t sent)
{
	uint64_t lost = 0, twice = 0, late = 0;

	for (unsigned int i = 0; i < nto; i++) {
		lost += sent - to[i].got;
		twice += to[i].twice;
		late += to[i].late;
		overrun += drops_of(to[i].fd);
	}
	printf("{\"kind\":\"%s\",\"sent\":%llu,\"lost\":%llu,\"twice\":%llu,\"late\":%llu,"
	       "\"overrun\":%llu}\n",
	       kind, (unsigned long long)sent, (unsigned long long)lost, (unsigned long long)twice,
	       (unsigned long long)late, (unsigned long long)overrun);
}

/* --- sockets ----------------------------------------------------------------------------- */

static void nonblocking(int fd)
{
	if (fcntl(fd, F_SETFL, O_NONBLOCK))
		die("O_NONBLOCK: %m");
}

static void receiver_add(int fd)
{
	struct receiver *r = &to[nto++];

	if (nto > TO_MAX)
		die("more than %d receivers", TO_MAX);
	nonblocking(fd);
	*r = (struct receiver){ .fd = fd, .seen = calloc(SEEN, sizeof(*r->seen)) };
	if (!r->seen)
		die("no memory");
}

static struct addrinfo *address(const char *addr, const char *port, int type)
{
	struct addrinfo hints = { .ai_socktype = type,
				  .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV };
	struct addrinfo *ai;

	if (getaddrinfo(addr, port, &hints, &ai))
		die("\"%s\" and \"%s\" are no address and port", addr, port);
	return ai;
}

static int inet(const char *netns, const struct addrinfo *ai, bool listens)
{
	int fd, one = 1, size = RCVBUF, sndbuf = SNDBUF;

	enter(netns);
	fd = socket(ai->ai_family, ai->ai_socktype | SOCK_CLOEXEC, 0);
	if (fd < 0)
		die("socket: %m");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (listens && ai->ai_socktype == SOCK_DGRAM)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	if (!listens && ai->ai_socktype == SOCK_STREAM)
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &sndbuf, sizeof(sndbuf));
	if (listens && bind(fd, ai->ai_addr, ai->ai_addrlen))
		die("bind: %m");
	if (listens && ai->ai_socktype == SOCK_STREAM && listen(fd, 1))
		die("listen: %m");
	if (!listens && connect(fd, ai->ai_addr, ai->ai_addrlen))
		die("connect: %m");
	return fd;
}

static void udp(const char *from, const char *target, const char *addr, const char *port)
{
	static uint8_t unit[DATAGRAM];
	struct addrinfo *ai = address(addr, port, SOCK_DGRAM);

	receiver_add(inet(target, ai, true));
	print_units("udp", stream(inet(from, ai, false), unit, sizeof(unit), 0));
}

static void mac(const char *text, uint8_t *m)
{
	if (sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", m, m + 1, m + 2, m + 3, m + 4, m + 5) !=
	    6)
		die("\"%s\" is no MAC address", text);
}

static void raw(const char *from, char *targets, const char *dst, const char *src)
{
	static uint8_t unit[FRAME];

	mac(dst, unit);
	mac(src, unit + 6);
	put16(unit + 12, TYPE + unit[10]);
	for (char *t = strtok(targets, ","); t; t = strtok(NULL, ",")) {
		enter(t);
		receiver_add(packet_socket("eth0", TYPE + unit[10]));
	}
	enter(from);
	print_units("raw", stream(packet_socket("eth0", 0), unit, sizeof(unit), 16));
}

/* --- a byte stream ----------------------------------------------------------------------- */

static void pattern(uint8_t *p, uint64_t pos, size_t len)
{
	for (size_t i = 0; i < len; i++, pos++)
		p[i] = (uint8_t)((pos / 8 * 0x9e3779b97f4a7c15ULL) >> 8 * (pos % 8));
}

static void tcp_info(int fd, struct tcp_info *info)
{
	socklen_t len = sizeof(*info);

	memset(info, 0, len);
	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, info, &len))
		die("TCP_INFO: %m");
}

/* Both ends in turn; the bytes that came, *sent those that went. */
static uint64_t pump(int out, int in, uint64_t *sent)
{
	static uint8_t give[CHUNK], take[CHUNK], want[CHUNK];
	uint64_t got = 0, moved = now_ns();
	bool shut = false;

	for (;;) {
		struct pollfd p[] = { { .fd = in, .events = POLLIN },
				      { .fd = shut ? -1 : out, .events = POLLOUT } };
		ssize_t n;

		poll(p, 2, 100);
		if (over && !shut) {
			shutdown(out, SHUT_WR);
			shut = true;
		}
		if (!shut && p[1].revents) {
			pattern(give, *sent, sizeof(give));
			n = send(out, give, sizeof(give), MSG_NOSIGNAL);
			if (n > 0)
				*sent += (uint64_t)n;
		}
		n = recv(in, take, sizeof(take), 0);
		if (!n || (n < 0 && now_ns() - moved > 10 * PATIENCE))
			return got;
		if (n < 0)
			continue;
		moved = now_ns();
		pattern(want, got, (size_t)n);
		if (memcmp(take, want, (size_t)n))
			die("other bytes than were sent, after %llu", (unsigned long long)got);
		got += (uint64_t)n;
		ready(got);
	}
}

static void tcp(const char *from, const char *target, const char *addr, const char *port)
{
	struct addrinfo *ai = address(addr, port, SOCK_STREAM);
	int server = inet(target, ai, true), out = inet(from, ai, false);
	int in = accept(server, NULL, NULL);
	struct tcp_info tx, rx;
	uint64_t sent = 0, got;

	if (in < 0)
		die("accept: %m");
	nonblocking(in);
	nonblocking(out);
	got = pump(out, in, &sent);
	tcp_info(out, &tx);
	tcp_info(in, &rx);
	printf("{\"kind\":\"tcp\",\"sent\":%llu,\"lost\":%llu,\"disorder\":%u,\"dsack\":%u,"
	       "\"retrans\":%u}\n",
	       (unsigned long long)sent, (unsigned long long)(sent - got), rx.tcpi_rcv_ooopack,
	       tx.tcpi_dsack_dups, tx.tcpi_total_retrans);
}

static void pin(unsigned long nth)
{
	cpu_set_t all, one;

	CPU_ZERO(&one);
	if (sched_getaffinity(0, sizeof(all), &all))
		die("affinity: %m");
	nth %= (unsigned long)CPU_COUNT(&all);
	for (int i = 0; i < CPU_SETSIZE; i++)
		if (CPU_ISSET(i, &all) && !nth--) {
			CPU_SET(i, &one);
			sched_setaffinity(0, sizeof(one), &one);
			return;
		}
}

int main(int argc, char **argv)
{
	struct sigaction end = { .sa_handler = on_signal };

	sigaction(SIGTERM, &end, NULL);
	sigaction(SIGINT, &end, NULL);
	if (argc > 2 && !strcmp(argv[1], "-c")) {
		pin(number(argv[2], 4096));
		argv += 2;
		argc -= 2;
	} else {
		one_cpu();
	}
	if (argc != 6)
		die("expected [-c CPU] udp|tcp|raw FROM TO ...: see its source");
	if (!strcmp(argv[1], "udp"))
		udp(argv[2], argv[3], argv[4], argv[5]);
	else if (!strcmp(argv[1], "tcp"))
		tcp(argv[2], argv[3], argv[4], argv[5]);
	else if (!strcmp(argv[1], "raw"))
		raw(argv[2], argv[3], argv[4], argv[5]);
	else
		die("\"%s\" is no kind of stream", argv[1]);
	return 0;
}
