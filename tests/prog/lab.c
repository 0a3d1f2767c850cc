// SPDX-License-Identifier: GPL-2.0-only
/*
 * lab.c - veth pairs, packet sockets, markers
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lab.h"
#include "netif.h"
#include "netns.h"

#define TCX_INGRESS ((enum bpf_attach_type)46) /* not in older headers */
#define DEVICE_MTU  65535
#define MARKER_WAIT 5000 /* ms */
#define MARKER_TYPE 0x88b6
#define AFTER_MAC   12

static int pin_to_cpu(void)
{
	cpu_set_t cpus;
	int cpu = sched_getcpu();

	CPU_ZERO(&cpus);
	CPU_SET(cpu < 0 ? 0 : cpu, &cpus);
	return sched_setaffinity(0, sizeof(cpus), &cpus) ? -errno : 0;
}

/* A packet socket on one device; protocol 0: it only sends. */
static int packet_socket(__u32 ifindex, __u16 protocol)
{
	struct sockaddr_ll at = {
		.sll_family = AF_PACKET,
		.sll_ifindex = (int)ifindex,
		.sll_protocol = htons(protocol),
	};
	int one = 1, room = 1 << 20, err;
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -errno;
	if (protocol && (setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &one, sizeof(one)) ||
			 setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &one, sizeof(one)) ||
			 setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof(one)) ||
			 setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room))))
		goto fail;
	if (!bind(fd, (struct sockaddr *)&at, sizeof(at)))
		return fd;
fail:
	err = -errno;
	close(fd);
	return err;
}

/* The inner end: up, and its sockets. The caller lives in its namespace. */
static int inner_open(struct lab_port *port)
{
	struct netif_link link;
	struct netif *nl;
	int one = 1, err;

	err = netif_open(&nl, -1);
	if (err)
		return err;
	err = netif_get(nl, "in", &link);
	if (!err)
		err = netif_disable_ipv6("in");
	if (!err)
		err = netif_set_up(nl, link.ifindex, true);
	netif_close(nl);
	if (err)
		return err;
	port->inner = (__u32)link.ifindex;
	port->rx = packet_socket((__u32)link.ifindex, ETH_P_ALL);
	port->tx = packet_socket((__u32)link.ifindex, 0);
	if (port->rx < 0 || port->tx < 0)
		return port->rx < 0 ? port->rx : port->tx;
	if (setsockopt(port->tx, SOL_PACKET, PACKET_VNET_HDR, &one, sizeof(one)))
		return -errno;
	return 0;
}

static int port_open(struct lab_port *port, struct netif *nl, unsigned int n, int home)
{
	__u8 mac[6] = { 2, 0, 0, 0xff, 0, n }, peer_mac[6] = { 2, 0, 0, 0xff, 1, n };
	char name[16];
	struct netif_veth veth = {
		.name = name,
		.mac = mac,
		.peer_name = "in",
		.peer_mac = peer_mac,
		.mtu = DEVICE_MTU,
	};
	struct netif_link link;
	int err;

	snprintf(name, sizeof(name), "p%u", n);
	port->netns = veth.peer_netns = netns_new();
	if (port->netns < 0)
		return port->netns;
	err = netif_veth_add(nl, &veth);
	if (!err)
		err = netif_get(nl, name, &link);
	if (!err)
		err = netif_disable_ipv6(name);
	if (!err)
		err = netif_set_up(nl, link.ifindex, true);
	if (err)
		return err;
	port->ifindex = (__u32)link.ifindex;
	port->marker = packet_socket(port->ifindex, 0);
	if (port->marker < 0)
		return port->marker;
	err = netns_enter(port->netns);
	if (!err)
		err = inner_open(port);
	return netns_enter(home) ?: err;
}

int lab_open(struct lab *lab)
{
	struct netif *nl;
	int home, err;

	memset(lab, 0, sizeof(*lab));
	for (int i = 0; i < ROW_ENDS; i++)
		lab->port[i] = (struct lab_port){
			.netns = -1, .rx = -1, .tx = -1, .marker = -1, .link = -1, .xdp = { -1, -1 }
		};
	err = pin_to_cpu();
	if (err)
		return err;
	home = netns_new();
	if (home < 0)
		return home;
	err = netns_enter(home);
	if (!err)
		err = netif_open(&nl, -1);
	if (err)
		goto out;
	for (unsigned int i = 0; i < ROW_ENDS && !err; i++)
		err = port_open(&lab->port[i], nl, i, home);
	netif_close(nl);
out:
	close(home);
	return err;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void lab_close(struct lab *lab)
{
	for (int i = 0; i < ROW_ENDS; i++) {
		close_fd(&lab->port[i].rx);
		close_fd(&lab->port[i].tx);
		close_fd(&lab->port[i].marker);
		close_fd(&lab->port[i].link);
		close_fd(&lab->port[i].netns);
	}
	lab_detach_xdp(lab);
}

static int clsact(int prog, __u32 ifindex)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = (int)ifindex, .attach_point = BPF_TC_INGRESS);
	LIBBPF_OPTS(bpf_tc_opts, filter, .prog_fd = prog, .handle = 1, .priority = 1);
	int err = bpf_tc_hook_create(&hook);

	return err ?: bpf_tc_attach(&hook, &filter);
}

int lab_attach(struct lab *lab, int prog)
{
	const char *force = getenv("XSW_FORCE_ATTACH");
	int err = 0;

	for (int i = 0; i < ROW_ENDS && !err; i++) {
		struct lab_port *p = &lab->port[i];

		if (force && !strcmp(force, "clsact")) {
			err = clsact(prog, p->ifindex);
			continue;
		}
		p->link = bpf_link_create(prog, (int)p->ifindex, TCX_INGRESS, NULL);
		if (p->link < 0 && errno == EINVAL) /* before 6.6 */
			err = clsact(prog, p->ifindex);
		else if (p->link < 0)
			err = -errno;
	}
	return err;
}

/* A program that passes everything, as large as it may be. */
static int pass_all(void)
{
	struct bpf_insn code[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = XDP_PASS },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .prog_flags = BPF_F_XDP_HAS_FRAGS);
	int fd = bpf_prog_load(BPF_PROG_TYPE_XDP, "pass", "GPL", code, 2, &opts);

	return fd < 0 ? -errno : fd;
}

static int attach_xdp(int prog, __u32 ifindex)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = XDP_FLAGS_DRV_MODE);
	int link = bpf_link_create(prog, (int)ifindex, BPF_XDP, &opts);

	return link < 0 ? -errno : link;
}

static int port_attach_xdp(struct lab_port *p, int prog, int pass, int home)
{
	int err;

	p->xdp[0] = attach_xdp(prog, p->ifindex);
	if (p->xdp[0] < 0)
		return p->xdp[0];
	err = netns_enter(p->netns);
	if (err)
		return err;
	p->xdp[1] = attach_xdp(pass, p->inner);
	return netns_enter(home) ?: p->xdp[1] < 0 ? p->xdp[1] : 0;
}

int lab_attach_xdp(struct lab *lab, int prog, unsigned int ports)
{
	int home = netns_open_self(), pass = pass_all(), err = 0;

	if (home < 0 || pass < 0)
		err = home < 0 ? home : pass;
	for (int i = 0; i < ROW_ENDS && !err; i++)
		if (ports >> i & 1)
			err = port_attach_xdp(&lab->port[i], prog, pass, home);
	close_fd(&home);
	close_fd(&pass);
	return err;
}

void lab_detach_xdp(struct lab *lab)
{
	for (int i = 0; i < ROW_ENDS; i++) {
		close_fd(&lab->port[i].xdp[0]);
		close_fd(&lab->port[i].xdp[1]);
	}
}

int lab_remove(struct lab *lab, unsigned int port)
{
	struct lab_port *p = &lab->port[port];
	struct netif *nl;
	int err;

	close_fd(&p->rx);
	close_fd(&p->tx);
	close_fd(&p->marker);
	err = netif_open(&nl, -1);
	if (err)
		return err;
	err = netif_del(nl, (int)p->ifindex);
	netif_close(nl);
	return err;
}

/* Where L3 begins, behind the tags. */
static size_t l3_offset(const __u8 *frame)
{
	size_t at = AFTER_MAC;

	while ((frame[at] == 0x81 && frame[at + 1] == 0) ||
	       (frame[at] == 0x88 && frame[at + 1] == 0xa8))
		at += 4;
	return at + 2;
}

static struct virtio_net_hdr segmentation(const struct row *row, const __u8 *frame)
{
	struct virtio_net_hdr hdr = { .gso_type = VIRTIO_NET_HDR_GSO_NONE };
	size_t l3 = l3_offset(frame), l4;

	if (!row->gso)
		return hdr;
	if (frame[l3] >> 4 == 4) {
		hdr.gso_type = VIRTIO_NET_HDR_GSO_TCPV4;
		l4 = l3 + (frame[l3] & 0xf) * 4u;
	} else {
		hdr.gso_type = VIRTIO_NET_HDR_GSO_TCPV6;
		l4 = l3 + 40;
	}
	hdr.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
	hdr.hdr_len = l4 + (frame[l4 + 12] >> 4) * 4u;
	hdr.gso_size = row->gso;
	hdr.csum_start = l4;
	hdr.csum_offset = 16;
	return hdr;
}

int lab_send(struct lab *lab, unsigned int port, const struct row *row, const struct setup *set)
{
	struct virtio_net_hdr hdr = segmentation(row, set->frame);
	struct iovec iov[] = {
		{ &hdr, sizeof(hdr) },
		{ (void *)set->frame, set->len },
	};
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 2 };
	ssize_t sent = sendmsg(lab->port[port].tx, &msg, 0);

	if (sent < 0)
		return -errno;
	return (size_t)sent == sizeof(hdr) + set->len ? 0 : -EMSGSIZE;
}

/* Put the tag that the kernel took out of a frame back. */
static size_t retag(struct msghdr *msg, __u8 *frame, size_t len)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(msg);
	struct tpacket_auxdata aux;
	__u16 tag[2];

	if (!c || c->cmsg_type != PACKET_AUXDATA)
		return len;
	memcpy(&aux, CMSG_DATA(c), sizeof(aux));
	if (!(aux.tp_status & TP_STATUS_VLAN_VALID))
		return len;
	tag[0] = htons(aux.tp_status & TP_STATUS_VLAN_TPID_VALID ? aux.tp_vlan_tpid : ETH_P_8021Q);
	tag[1] = htons(aux.tp_vlan_tci);
	memmove(frame + AFTER_MAC + sizeof(tag), frame + AFTER_MAC, len - AFTER_MAC);
	memcpy(frame + AFTER_MAC, tag, sizeof(tag));
	return len + sizeof(tag);
}

/* What came beside the bytes of a frame. */
struct beside {
	int type; /* as in <linux/if_packet.h> */
	__u16 gso;
};

/* One frame; 0: none within the time; -errno. */
static ssize_t receive(int fd, __u8 *frame, size_t room, int ms, struct beside *beside)
{
	char control[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
	struct virtio_net_hdr hdr;
	struct iovec iov[] = { { &hdr, sizeof(hdr) }, { frame, room - 4 } };
	struct sockaddr_ll from;
	struct msghdr msg = {
		.msg_name = &from,
		.msg_namelen = sizeof(from),
		.msg_iov = iov,
		.msg_iovlen = 2,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct pollfd p = { .fd = fd, .events = POLLIN };
	ssize_t len;

	if (poll(&p, 1, ms) <= 0)
		return 0;
	len = recvmsg(fd, &msg, MSG_DONTWAIT);
	if (len < 0)
		return errno == EAGAIN ? 0 : -errno;
	len -= sizeof(hdr);
	beside->type = from.sll_pkttype;
	beside->gso = hdr.gso_type == VIRTIO_NET_HDR_GSO_NONE ? 0 : hdr.gso_size;
	return len < ETH_HLEN ? len : (ssize_t)retag(&msg, frame, (size_t)len);
}

static int collect(struct lab *lab, unsigned int port, const __u8 *marker, size_t marker_len,
		   const struct setup *set, struct outcome *out)
{
	static __u8 frame[65536];
	struct lab_port *p = &lab->port[port];
	struct beside beside = {};
	ssize_t len;

	if (send(p->marker, marker, marker_len, 0) < 0)
		return -errno;
	for (int i = 0; i < 64; i++) {
		len = receive(p->rx, frame, sizeof(frame), MARKER_WAIT, &beside);
		if (len <= 0)
			return len ? (int)len : -ETIMEDOUT;
		if ((size_t)len == marker_len && !memcmp(frame, marker, marker_len))
			return 0;
		row_left(set, out, port, frame, (__u32)len);
		if (beside.gso != set->gso) /* it was cut up, or put together */
			out->mangled = true;
		/* the device's own receive path would say what the address says: not for us */
		out->peer |= beside.type == PACKET_HOST;
	}
	return -EOVERFLOW;
}

int lab_receive(struct lab *lab, const struct setup *set, struct outcome *out)
{
	__u8 marker[64] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0xee };
	int err = 0;

	marker[AFTER_MAC] = MARKER_TYPE >> 8;
	marker[AFTER_MAC + 1] = MARKER_TYPE & 0xff;
	lab->serial++;
	memcpy(marker + ETH_HLEN, &lab->serial, sizeof(lab->serial));
	for (int i = 0; i < ROW_ENDS && !err; i++) {
		out->copies[i] = 0;
		if (lab->port[i].rx >= 0)
			err = collect(lab, (unsigned int)i, marker, sizeof(marker), set, out);
	}
	return err;
}
