// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench_work_tags.c - through trunks and tunnels
 *
 * Frames with a tag from a packet socket, which the kernel's own tag devices are not needed for.
 * Where there are such devices they take the addresses of eth0 at both ends, so that peers find
 * each other as ever, and datagrams and a stream pass too.
 */
#include <linux/if_ether.h>

#include "bench_lab.h"

#define VID  10
#define CVID 20

/*
 * The inner tag takes its room from the payload: to a switch it is content. Addresses go to the
 * last device.
 */
#define MOVE(ns, host, device)                                                                     \
	"ip -n " ns " address flush dev eth0; ip -n " ns " link set " device " up;"                \
	"ip -n " ns " address add 10.77.0." host "/16 dev " device ";"
#define TAG(ns, below, device, words)                                                              \
	"ip -n " ns " link add link " below " name " device " " words "; ip -n " ns                \
	" link set " device " up;"
#define QTAGS(ns, host)                                                                            \
	TAG(ns, "eth0", "s10", "type vlan proto 802.1ad id 10")                                    \
	TAG(ns, "s10", "c20", "mtu 1496 type vlan id 20") MOVE(ns, host, "c20")
#define TAGS(ns, host) TAG(ns, "eth0", "c10", "type vlan id 10") MOVE(ns, host, "c10")

struct trunk {
	enum bench_ask ask;
	uint16_t tpid, cvid;
	const char *probe, *devices;
};

static const struct trunk vlan = {
	ASK_TRUNK,
	ETH_P_8021Q,
	0,
	"ip -n b1 link add link eth0 name probe type vlan id 99; ip -n b1 link del probe",
	TAGS("b1", "1") TAGS("b2", "2"),
};
static const struct trunk qinq = {
	ASK_STRUNK,
	ETH_P_8021AD,
	CVID,
	"ip -n b1 link add link eth0 name probe type vlan proto 802.1ad id 99; ip -n b1 link del probe",
	QTAGS("b1", "1") QTAGS("b2", "2"),
};

/* One address of each side. */
static int frames(struct bench_lab *lab, const struct trunk *t)
{
	struct traffic_sweep s = { .addresses = 1, .tpid = t->tpid, .vid = VID, .cvid = t->cvid };
	double learned, rate, flooded;

	if (lab_sweep_learn(lab, &s, &learned) || lab_sweep_forward(lab, &s, &rate, &flooded))
		return -1;
	lab_report(lab, rate, "frames");
	return 0;
}

static bool has_devices(struct bench_lab *lab, const struct trunk *t)
{
	if (!lab_commands(lab, t->probe, 0))
		return true;
	*lab->result->error = '\0';
	return false;
}

static int sockets(struct bench_lab *lab, const struct trunk *t)
{
	return lab_commands(lab, t->devices, 0) || lab_learn(lab) || lab_report_udp64(lab) ||
			       lab_report_tcp(lab, 1, true) ?
		       -1 :
		       0;
}

static int through(struct bench_lab *lab, const struct trunk *t)
{
	int ret = lab_up(lab, 2) || lab_learn(lab) || lab_ask(lab, t->ask, 0) || frames(lab, t) ?
			  -1 :
			  0;

	if (!ret && has_devices(lab, t))
		ret = sockets(lab, t);
	return lab_down(lab) ? -1 : ret;
}

int work_vlan(struct bench_lab *lab)
{
	return through(lab, &vlan);
}

int work_qinq(struct bench_lab *lab)
{
	return through(lab, &qinq);
}

/* --- between hosts ----------------------------------------------------------------------- */

/* A veth pair with room for the outer headers and a tag, so that all inside are 1500. */
static const char *const hosts =
	"ip netns add h1; ip netns add h2;"
	"ip link add u0 netns h1 mtu 1554 type veth peer name u0 netns h2 mtu 1554;"
	"ip -n h1 address add 10.99.0.1/24 dev u0; ip -n h1 link set u0 up;"
	"ip -n h2 address add 10.99.0.2/24 dev u0; ip -n h2 link set u0 up";
static const char *const guests =
	"ip -n b1 address add 10.77.0.1/16 dev eth0; ip -n b1 link set eth0 up;"
	"ip -n b2 address add 10.77.0.2/16 dev eth0; ip -n b2 link set eth0 up";

/* Nothing is removed: all of it is in namespaces that go with the lab. */
int work_vxlan(struct bench_lab *lab)
{
	int ret = lab_commands(lab, hosts, 0) || lab_ask(lab, ASK_FAR, 0) ||
				  lab_commands(lab, guests, 0) ?
			  -1 :
			  0;

	lab->ports = 2;
	if (!ret && (lab_learn(lab) || lab_report_udp64(lab) || lab_report_tcp(lab, 1, true)))
		ret = -1;
	lab->ports = 0;
	return ret;
}
