// SPDX-License-Identifier: GPL-2.0-only
/*
 * flood.c - broadcast frames from a packet socket: what one costs
 *
 * One at a time and pinned by the caller: veth delivers in the softirq of the CPU that sends,
 * so the time of the loop is that of the whole path, up to the receivers' stacks. EtherType
 * 0x88b5 (IEEE local experimental) ends there, and no br_netfilter looks at it.
 */
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>

#include "bench.h"

#define FRAME	   60
#define ETHER_TYPE 0x88b5

static int packet_socket(const char *ifname)
{
	struct sockaddr_ll sll = { .sll_family = AF_PACKET };
	int fd = must(socket(AF_PACKET, SOCK_RAW, 0), "socket"), on = 1;

	sll.sll_ifindex = if_nametoindex(ifname);
	must(sll.sll_ifindex ? 0 : -1, ifname);
	must(bind(fd, (void *)&sll, sizeof(sll)), "bind");
	must(setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof(on)), "setsockopt");
	return fd;
}

int main(int argc, char **argv)
{
	static const uint8_t head[] = { 0xff,
					0xff,
					0xff,
					0xff,
					0xff,
					0xff,
					0x02,
					0x78,
					0x73,
					0x77,
					0x00,
					0x01,
					ETHER_TYPE >> 8,
					ETHER_TYPE & 0xff };
	uint8_t frame[FRAME] = { 0 };
	unsigned long n, i;
	uint64_t start;
	int fd;

	usage_if(argc != 3, "flood INTERFACE FRAMES");
	n = strtoul(argv[2], NULL, 10);
	fd = packet_socket(argv[1]);
	memcpy(frame, head, sizeof(head));
	bench_limit(60 * NSEC_PER_SEC);
	start = now_ns();
	for (i = 0; i < n; i++)
		must(send(fd, frame, sizeof(frame), 0), "send");
	printf("{\"frames\": %lu, \"ns\": %llu}\n", n, (unsigned long long)(now_ns() - start));
	return 0;
}
