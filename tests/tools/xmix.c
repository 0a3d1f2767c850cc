// SPDX-License-Identifier: GPL-2.0-only
/*
 * xmix.c - a random mix of frames into all ports of a switch, and what came out, counted
 *
 *   xmix SEED COUNT [--src MAC]... PORT...
 *
 * PORT   NETNS,DEVICE,OUTER,VLAN: the device that sends and receives, "-" for the caller's
 *        namespace; its other end, in the caller's namespace; the VLAN of copies that arrive
 *        without a tag. Tags with VIDs below 100 are tags of VLANs, others are content.
 *        "=N": all copies are of VLAN N, whatever they look like; "*": the outer 0x8100 tag is
 *        the VLAN, whatever its VID, and there is none without.
 * --src  a source that is nobody's here, now and then
 *
 * Ports are numbered as they are named, 1 and on. Port P has the stations 02:5e:5e:00:PP:00 to :07
 * and the static one 02:5e:5e:01:PP:00; sources 02:5e:5e:02:xx:xx come once or twice.
 *
 * Every frame ends with its number, so that a receiver knows which one it has. The output is a
 * JSON object: ports[] with what was sent (frames, bytes, of which individual, multicast,
 * broadcast) and what was got; vlans {N: {packets, bytes}}, of copies; entered, the same of what a
 * port with "*" sent, but for control frames and VID 4095; forwarded: frames of which
 * at least one copy arrived; twice: copies that a port had got already; noise: frames of others.
 *
 * Nothing may be lost: after every BATCH frames a mark is put onto the outer end of each port,
 * twice, and waited for. It is behind them in every queue: all of this is on one CPU. The queue of
 * a CPU holds 1000 frames, that of a veth under XDP 256.
 */
#define PACKET_TOOL "xmix"
#include "packet.h"

#include <poll.h>
#include <stdbool.h>
#include <sys/ioctl.h>

#define BATCH	  48
#define PORTS_MAX 20
#define SOURCES	  4
#define MAGIC	  0x786d6978
#define MARK	  0x6d61726b
#define TAIL	  8		 /* MAGIC or MARK, number */
#define PATIENCE  20000000000ULL /* ns a mark may take */
#define MTU_MAX	  1500
#define VLANS	  4096
#define CONTENT	  100 /* VIDs from here on are no VLANs */

struct count {
	uint64_t packets, bytes;
};

struct port {
	int in, out, outer; /* sockets: sends, receives, and sends to it from outside */
	uint32_t len_max;   /* of a frame with its tags */
	int vlan;	    /* -1: the outer tag, whatever it is */
	bool all;
	uint32_t mark; /* the last one that came */
	struct count sent, got;
	uint64_t kind[3]; /* sent to individual, multicast, broadcast addresses */
	uint8_t *had;	  /* bit: number of a frame that came */
};

static struct port ports[PORTS_MAX];
static unsigned int nports, nsources;
static uint8_t sources[SOURCES][6];
static struct count vlans[VLANS], entered[VLANS];
static uint8_t *anywhere;
static uint64_t forwarded, twice, noise, seed;

/* --- frames ------------------------------------------------------------------------------ */

static void station(uint8_t mac[6], unsigned int kind, unsigned int port, unsigned int i)
{
	memcpy(mac, (uint8_t[]){ 0x02, 0x5e, 0x5e, kind, port, i }, 6);
}

static void source(uint8_t mac[6], unsigned int port)
{
	uint32_t r = rnd(&seed, 1000);

	if (r < 850)
		station(mac, 0, port, rnd(&seed, 8));
	else if (r < 890)
		station(mac, 0, 1 + rnd(&seed, nports), rnd(&seed, 8));
	else if (r < 920)
		station(mac, 1, 1 + rnd(&seed, nports), 0);
	else if (r < 940)
		memcpy(mac, "\x03\x5e\x5e\0\0", 6);
	else if (r < 960)
		memset(mac, 0, 6);
	else if (r < 970 && nsources)
		memcpy(mac, sources[rnd(&seed, nsources)], 6);
	else
		station(mac, 2, rnd(&seed, 256), rnd(&seed, 256));
}

static void destination(uint8_t mac[6])
{
	uint32_t r = rnd(&seed, 1000);

	if (r < 500)
		station(mac, 0, 1 + rnd(&seed, nports), rnd(&seed, 8));
	else if (r < 650)
		station(mac, 1, 1 + rnd(&seed, nports), 0);
	else if (r < 760)
		memset(mac, 0xff, 6);
	else if (r < 850)
		memcpy(mac, (uint8_t[]){ 0x03, 0x5e, 0x5e, 0, 0, rnd(&seed, 8) }, 6);
	else if (r < 880)
		memcpy(mac, (uint8_t[]){ 0x01, 0x80, 0xc2, 0, 0, rnd(&seed, 16) }, 6);
	else
		station(mac, 3, rnd(&seed, 256), rnd(&seed, 256));
}

static size_t tag(uint8_t *p, unsigned int tpid, unsigned int tci)
{
	put16(p, tpid);
	put16(p + 2, tci);
	return 4;
}

static size_t tags(uint8_t *p)
{
	static const uint16_t vids[] = { 10, 10, 10, 20, 20, 20, 30, 40, 0, 4095, CONTENT };
	unsigned int vid = vids[rnd(&seed, sizeof(vids) / sizeof(*vids))];
	uint32_t r = rnd(&seed, 100);
	size_t n = 0;

	if (r < 45)
		return 0;
	if (r < 50)
		return tag(p, rnd(&seed, 2) ? 0x88a8 : 0x9100, CONTENT + rnd(&seed, 50));
	n = tag(p, 0x8100, vid | rnd(&seed, 8) << 13);
	if (r < 60)
		n += tag(p + n, 0x8100, CONTENT + rnd(&seed, 50));
	return n;
}

/* Its length. */
static size_t make(uint8_t *p, unsigned int port, uint32_t number)
{
	size_t len = 60 + rnd(&seed, rnd(&seed, 10) < 8 ? 80 : ports[port - 1].len_max - 60 + 1),
	       pos = 12;

	destination(p);
	source(p + 6, port);
	pos += tags(p + pos);
	memset(p + pos, (int)rnd(&seed, 256), len - pos);
	if (rnd(&seed, 10)) {
		put16(p + pos, 0x88b5);
	} else { /* IPv4 of nobody, and a wrong checksum: no stack answers */
		put16(p + pos, 0x0800);
		memcpy(p + pos + 2, "\x45\0\0\x14\0\0\0\0\x01\xfd\0\0", 12);
		put32(p + pos + 14, 0x0a420000 | port << 8 | rnd(&seed, 4));
		put32(p + pos + 18, 0x0a420001);
	}
	put32(p + len - TAIL, MAGIC);
	put32(p + len - 4, number);
	return len;
}

/* --- in and out -------------------------------------------------------------------------- */

static void push(int fd, const uint8_t *frame, size_t len)
{
	while (send(fd, frame, len, 0) < 0) {
		if (errno != ENOBUFS)
			die("a frame of %zu bytes: %m", len);
		usleep(100);
	}
}

static void count_one(struct count *c, size_t len)
{
	c->packets++;
	c->bytes += len;
}

static unsigned int vlan_of(const struct port *port, const uint8_t *frame)
{
	unsigned int type = frame[12] << 8 | frame[13], vid = (frame[14] << 8 | frame[15]) & 0xfff;

	if (port->vlan < 0)
		return type == 0x8100 ? vid : 0;
	if (port->all || (type != 0x8100 && type != 0x88a8) || vid >= CONTENT)
		return (unsigned int)port->vlan;
	return vid;
}

static void send_one(uint32_t number)
{
	unsigned int n = rnd(&seed, nports);
	struct port *port = &ports[n];
	uint8_t frame[MTU_MAX + 14];
	size_t len = make(frame, n + 1, number);

	push(port->in, frame, len);
	count_one(&port->sent, len);
	if (port->vlan < 0 && memcmp(frame, "\x01\x80\xc2", 3))
		count_one(&entered[vlan_of(port, frame)], len);
	port->kind[!(frame[0] & 1) ? 0 : frame[0] != 0xff ? 1 : 2]++;
}

static bool had(uint8_t *bits, uint32_t i)
{
	bool was = bits[i / 8] >> i % 8 & 1;

	bits[i / 8] |= 1 << i % 8;
	return was;
}

static void arrived(struct port *port, const uint8_t *frame, size_t len, uint32_t count)
{
	uint32_t magic = len < 14 + TAIL ? 0 : get32(frame + len - TAIL),
		 i = get32(frame + len - 4);

	if (magic == MARK && frame[12] == 0x88) {
		port->mark = i;
		return;
	}
	if (magic != MAGIC || i >= count) {
		noise++;
		return;
	}
	count_one(&vlans[vlan_of(port, frame)], len);
	count_one(&port->got, len);
	twice += had(port->had, i);
	forwarded += !had(anywhere, i);
}

static void drain(uint32_t mark, uint32_t count)
{
	static uint8_t frame[FRAME_MAX];
	uint64_t end = now_ns() + PATIENCE;

	for (unsigned int n = 0; n < nports; n++) {
		struct port *port = &ports[n];
		struct pollfd p = { .fd = port->out, .events = POLLIN };

		while (port->mark != mark) {
			ssize_t len = receive(port->out, frame);

			if (len > 0)
				arrived(port, frame, (size_t)len, count);
			else if (len < 0 && now_ns() > end)
				die("port %u is deaf", n + 1);
			else if (len < 0)
				poll(&p, 1, 100);
		}
	}
}

/* All that was sent has arrived, or never will. */
static void fence(uint32_t count)
{
	uint8_t frame[60] = { 0x02, 0x5e, 0x5e, 0xfe, 0xce, 0,	  0x02,
			      0x5e, 0x5e, 0xfe, 0xce, 1,    0x88, 0xb6 };
	static uint32_t mark;

	put32(frame + sizeof(frame) - TAIL, MARK);
	for (int round = 0; round < 2; round++) {
		put32(frame + sizeof(frame) - 4, ++mark);
		for (unsigned int n = 0; n < nports; n++)
			push(ports[n].outer, frame, sizeof(frame));
		drain(mark, count);
	}
}

/* --- the command ------------------------------------------------------------------------- */

static void add_port(char *spec, int home, uint32_t count)
{
	char *netns = strtok(spec, ","), *device = strtok(NULL, ","), *outer = strtok(NULL, ",");
	char *vlan = strtok(NULL, ",");
	struct port *port = &ports[nports++];
	struct ifreq ifr = {};

	if (nports > PORTS_MAX || !vlan)
		die("a port is NETNS,DEVICE,OUTER,VLAN, and there are %d at most", PORTS_MAX);
	port->outer = packet_socket(outer, 0);
	if (strcmp(netns, "-"))
		enter(netns);
	port->in = packet_socket(device, 0);
	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", device);
	if (ioctl(port->in, SIOCGIFMTU, &ifr) || ifr.ifr_mtu < 200)
		die("%s: no MTU of 200 or more", device);
	port->len_max = ifr.ifr_mtu < MTU_MAX ? ifr.ifr_mtu + 14 : MTU_MAX + 14;
	port->out = packet_socket(device, ETH_P_ALL);
	if (setns(home, CLONE_NEWNET) || fcntl(port->out, F_SETFL, O_NONBLOCK))
		die("%s: %m", device);
	port->all = *vlan == '=';
	port->vlan = *vlan == '*' ? -1 : (int)number(vlan + port->all, VLANS - 1);
	port->had = calloc(count / 8 + 1, 1);
	if (!port->had)
		die("no memory");
}

static void check_lost(const struct port *port)
{
	struct tpacket_stats stats;
	socklen_t len = sizeof(stats);

	if (getsockopt(port->out, SOL_PACKET, PACKET_STATISTICS, &stats, &len) || stats.tp_drops)
		die("a receiver has lost %u frames", stats.tp_drops);
}

static void print_counts(const char *packets, const char *bytes, const struct count *c)
{
	printf("\"%s\":%llu,\"%s\":%llu", packets, (unsigned long long)c->packets, bytes,
	       (unsigned long long)c->bytes);
}

static void print_vlans(const char *key, const struct count *c)
{
	const char *comma = "";

	printf("\"%s\":{", key);
	for (unsigned int v = 1; v < VLANS; v++) {
		if (!c[v].packets)
			continue;
		printf("%s\"%u\":{", comma, v);
		print_counts("packets", "bytes", &c[v]);
		printf("}");
		comma = ",";
	}
	printf("},\n");
}

static void print_all(void)
{
	printf("{\"ports\":[");
	for (unsigned int n = 0; n < nports; n++) {
		const struct port *p = &ports[n];

		printf("%s{", n ? ",\n" : "");
		print_counts("sent", "sent_bytes", &p->sent);
		printf(",\"individual\":%llu,\"multicast\":%llu,\"broadcast\":%llu,",
		       (unsigned long long)p->kind[0], (unsigned long long)p->kind[1],
		       (unsigned long long)p->kind[2]);
		print_counts("got", "got_bytes", &p->got);
		printf("}");
	}
	printf("],\n");
	print_vlans("vlans", vlans);
	entered[VLANS - 1] = (struct count){};
	print_vlans("entered", entered);
	printf("\"forwarded\":%llu,\"twice\":%llu,\"noise\":%llu}\n", (unsigned long long)forwarded,
	       (unsigned long long)twice, (unsigned long long)noise);
}

int main(int argc, char **argv)
{
	int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), i;
	uint32_t count;

	if (argc < 4 || home < 0)
		die("expected SEED COUNT [--src MAC]... PORT...");
	seed = number(argv[1], UINT32_MAX);
	count = number(argv[2], 1 << 30);
	for (i = 3; i + 1 < argc && !strcmp(argv[i], "--src") && nsources < SOURCES; i += 2) {
		uint8_t *m = sources[nsources++];

		if (sscanf(argv[i + 1], "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", m, m + 1, m + 2, m + 3,
			   m + 4, m + 5) != 6)
			die("\"%s\" is no MAC address", argv[i + 1]);
	}
	for (; i < argc; i++)
		add_port(argv[i], home, count);
	anywhere = calloc(count / 8 + 1, 1);
	if (!anywhere || !nports)
		die("no memory, or no ports");
	one_cpu();
	fence(count);
	for (uint32_t n = 0; n < count; n++) {
		send_one(n);
		if (n % BATCH == BATCH - 1)
			fence(count);
	}
	fence(count);
	for (unsigned int n = 0; n < nports; n++)
		check_lost(&ports[n]);
	print_all();
	return 0;
}
