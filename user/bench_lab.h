/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bench_lab.h - where a measurement is made, and what it is made with
 *
 * A measurement lives in network, mount and process namespaces of its own, below one process:
 * when that ends, by itself, by a signal or because the command was killed, the kernel ends
 * every process below it and takes the namespaces apart, with devices, pins and mounts. /run
 * is empty there, so that names of namespaces, sockets of daemons and files are nobody else's.
 *
 * Functions return 0 or -1; the reason is said once, by lab_error().
 */
#ifndef XSWITCH_BENCH_LAB_H
#define XSWITCH_BENCH_LAB_H

#include <stdatomic.h>
#include <sys/types.h>

#include "bench.h"

#define LAB_DIR	   "/run/xswitch-bench" /* below the empty /run; bpffs, files, sockets */
#define LAB_VALUES 24
#define LAB_LINKS  8  /* ports of `floor` */
#define LAB_NS	   16 /* "b4095" and a NUL, with room */

struct lab_value {
	char figure[BENCH_NAME_MAX];
	double value;
};

/* In memory shared with the command. */
struct lab_result {
	bool complete;
	size_t n;
	struct lab_value v[LAB_VALUES];
	struct bench_device device;
	char error[BENCH_TEXT_MAX];
};

struct bench_lab {
	const struct bench_plan *plan;
	const struct bench_machine *machine;
	const struct bench_backend *backend;
	uint32_t ports; /* of the back end now; their namespaces are b1, b2, ... */
	struct lab_result *result;
	int links[LAB_LINKS]; /* of its ports; 0: none */
	pid_t daemons[2];     /* of the back end; 0: none */
	uint64_t resident; /* bytes at most, of the last program that ran; this process is 2 MB */
};

struct lab_job {
	const struct bench_plan *plan;
	const struct bench_machine *machine;
	const struct bench_backend *backend;
	int (*run)(struct bench_lab *lab);
	uint32_t limit; /* seconds */
};

/*
 * Do a job in a machine of its own and wait until nothing is left of it. -EINTR: a signal asks
 * to stop, which is so from now on; -EIO: failed, the reason is in the result. The caller has
 * blocked the signals (bench_run.c).
 */
int lab_do(const struct lab_job *job, struct lab_result *result);

/* First reason only; returns -1. */
int lab_error(struct bench_lab *lab, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
#ifdef __clang_analyzer__ /* log.h */
#define lab_error(...) ((void)lab_error(__VA_ARGS__), -1)
#endif

void lab_report(struct bench_lab *lab, double value, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

uint64_t lab_now(void); /* ns, monotonic */
void lab_sleep(uint64_t ns);

/* Length of one run of traffic, ns. */
uint64_t lab_length(const struct bench_lab *lab);

/* --- the back end ------------------------------------------------------------------------ */

/* Make it with n ports; the caller has lab_down() in every case. */
int lab_up(struct bench_lab *lab, uint32_t ports);
int lab_down(struct bench_lab *lab);

/* Wait until the kernel has taken apart every namespace that was deleted. */
int lab_settle(struct bench_lab *lab);

void lab_netns(char name[LAB_NS], uint32_t port);
uint32_t lab_address(uint32_t port); /* IPv4, host order; 10.77.0.0/16 */

/* Live in the namespace of a port; for peers, which stay there. */
int lab_enter(struct bench_lab *lab, uint32_t port);

/* Call fn in the namespace of a port; it returns 0 or -errno. */
int lab_in(struct bench_lab *lab, uint32_t port, int (*fn)(void *arg), void *arg);

/* No frames of IPv6's own from a port, nor from here. */
int lab_quiet(struct bench_lab *lab);

/* The other end of a port takes bare frames. */
int lab_take_bare(struct bench_lab *lab, uint32_t port);

/* Of eth0 of a port: address, frames received. */
int lab_mac(struct bench_lab *lab, uint32_t port, uint8_t mac[6]);
int lab_received(struct bench_lab *lab, uint32_t port, uint64_t *frames);
int lab_device(struct bench_lab *lab, uint32_t port, struct bench_device *device);
int lab_no_tx_csum(struct bench_lab *lab, uint32_t port);

/* --- programs of the system -------------------------------------------------------------- */

/* Run to its end, `seconds` at most; an error quotes what it said. NULL-terminated words. */
int lab_command(struct bench_lab *lab, uint32_t seconds, const char *const *argv);

/* The same; how often `needle` stands in what it printed. */
int lab_count(struct bench_lab *lab, const char *const *argv, const char *needle, uint64_t *count);

/* Several, ';' between them, in one text without quotes; '%' stands for `number`. */
int lab_commands(struct bench_lab *lab, const char *text, uint32_t number);

/* What the back end does for a workload; nothing where it has no commands for that. */
int lab_ask(struct bench_lab *lab, enum bench_ask ask, uint32_t number);

/* Start one that goes on; its words go to <LAB_DIR>/<name>.log. */
pid_t lab_daemon(struct bench_lab *lab, const char *name, const char *const *argv);
void lab_end(pid_t *pid);

/* --- traffic ----------------------------------------------------------------------------- */

/*
 * Frames from a port, in batches, for `ns` or once round: from or to the addresses
 * 02:78:0:x:x:x, x below `addresses` (0: any, at random), and `other` at the other end.
 * `sent`, and `elapsed` is how long that took.
 */
struct traffic_sweep {
	uint32_t port, addresses;
	bool from;
	uint8_t other[6];
	uint64_t ns;		  /* 0: once round */
	uint64_t rate;		  /* frames a second; 0: as they go */
	uint16_t tpid, vid, cvid; /* tags; tpid 0: none, cvid 0: one, else 0x8100 inside */
	uint64_t sent, elapsed;
};

/*
 * A process in the namespace of a port, on a CPU of its own, real-time so that no other program
 * takes part (nice does not reach across autogroups). In shared memory.
 */
struct lab_peer {
	uint32_t port, to; /* `to`: its partner */
	uint32_t cpu;	   /* 0 sender's, 1 receiver's */
	bool polls;	   /* rather than sleeps: how soon a sleeper wakes is the scheduler's */
	uint64_t length;   /* ns, of those that end by themselves */
	_Atomic uint32_t ready, stop; /* `stop`: a sweep ends after its batch */
	_Atomic uint64_t count;	      /* of bytes or datagrams so far */
	double p50, p99, p999;	      /* ns */
	struct traffic_sweep sweep;
	char error[BENCH_TEXT_MAX];
	pid_t pid;
};

typedef void (*lab_peer_fn)(struct lab_peer *peer);

/* For peers: `ret`, unless it is negative: that is its error (errno), and its end. */
long lab_must(struct lab_peer *peer, long ret, const char *what);

/* Senders and receivers: each runs until it is ended, or returns. */
void traffic_udp_send(struct lab_peer *peer);
void traffic_udp_receive(struct lab_peer *peer);
void traffic_udp_step(struct lab_peer *peer);
void traffic_tcp_send(struct lab_peer *peer);
void traffic_tcp_receive(struct lab_peer *peer);
void traffic_rr_request(struct lab_peer *peer);
void traffic_rr_serve(struct lab_peer *peer);

void traffic_sweep_send(struct lab_peer *peer);

/* `n` of them, for lab_peers_free(), which ends those that run. */
struct lab_peer *lab_peers(struct bench_lab *lab, size_t n);
void lab_peers_free(struct lab_peer *peers, size_t n);
int lab_peer_start(struct bench_lab *lab, struct lab_peer *peer, lab_peer_fn fn);
int lab_peer_ready(struct bench_lab *lab, const struct lab_peer *peer);
int lab_peer_wait(struct bench_lab *lab, struct lab_peer *peer);

/* Every port and a neighbour hear of each other; waits some seconds until they do. */
int lab_learn(struct bench_lab *lab);

/* Broadcasts of 60 bytes (type 0x88b5) from port 1, one at a time; ns they took. */
int traffic_flood(struct bench_lab *lab, uint32_t frames, uint64_t *ns);

/* A sweep by port words->port; fills in what it took. */
int traffic_sweep(struct bench_lab *lab, struct traffic_sweep *words);

/*
 * Every address of a sweep once, as a source behind port 2 (RFC 2889 5.8), and then as a
 * destination, from port 1, for a length: thousand a second that were sent, or arrive, and the %
 * that a third port sees. RFC 2889 5.7 asks how many addresses are kept: those are not flooded.
 */
int lab_sweep_learn(struct bench_lab *lab, const struct traffic_sweep *words, double *rate);
int lab_sweep_forward(struct bench_lab *lab, const struct traffic_sweep *words, double *rate,
		      double *flooded);

/*
 * Bare frames, which the kernel makes (BPF_PROG_RUN with BPF_F_TEST_XDP_LIVE_FRAMES, 5.18), from
 * port 1 to `dst`, for `ns`; every other port ends in a program that counts and drops, at XDP or,
 * what comes past the device, at tc. All of it on one CPU. Stays so until lab_down().
 */
struct traffic_bare {
	uint8_t dst[6];
	uint64_t ns;
	uint64_t sent, sunk, elapsed;
};
int traffic_bare(struct bench_lab *lab, struct traffic_bare *words);

/* 64-byte datagrams from port 1 to 2: thousand a second that arrive, and the % that do not. */
int lab_udp64(struct bench_lab *lab, double *received, double *lost);

/* Reported as `received` and `lost`, `rate` and `efficiency`; nothing arrives: an error. */
int lab_report_udp64(struct bench_lab *lab);
int lab_report_tcp(struct bench_lab *lab, uint32_t pairs, bool polls);

/*
 * A program at tc ingress of a device here, by tcx or, before 6.6, clsact: a descriptor to
 * close at its end, 0 where it ends with the device. -1: errno.
 */
int lab_attach_tc(int prog, uint32_t ifindex);

/* --- workloads and back ends, for the tables ------------------------------------------------ */

int work_udp64(struct bench_lab *lab);
int work_cpu64(struct bench_lab *lab);
int work_tcp(struct bench_lab *lab);
int work_tcp_many(struct bench_lab *lab);
int work_rr(struct bench_lab *lab);
int work_frames(struct bench_lab *lab);
int work_flood(struct bench_lab *lab);
int work_macs(struct bench_lab *lab);
int work_macflood(struct bench_lab *lab);
int work_loop(struct bench_lab *lab);
int work_flush(struct bench_lab *lab);
int work_age(struct bench_lab *lab);
int work_vlan(struct bench_lab *lab);
int work_qinq(struct bench_lab *lab);
int work_vxlan(struct bench_lab *lab);
int work_scale(struct bench_lab *lab);
int work_prog(struct bench_lab *lab);

/* Does it carry a datagram there and back? For the question whether a back end can run. */
int work_try(struct bench_lab *lab);

/* Of Open vSwitch and `floor`: namespaces, and veths with their outer ends p1, p2, ... */
int backend_ports_prepare(struct bench_lab *lab);
int backend_floor_make(struct bench_lab *lab);
int backend_floor_remove(struct bench_lab *lab);
int backend_ovs_make(struct bench_lab *lab);
int backend_ovs_remove(struct bench_lab *lab);
int backend_ovs_show(struct bench_lab *lab, uint64_t *ports);
int backend_xsw_make(struct bench_lab *lab);
int backend_xsw_remove(struct bench_lab *lab);
int backend_xsw_show(struct bench_lab *lab, uint64_t *ports);
int backend_xsw_list(struct bench_lab *lab, uint64_t *addresses);
int backend_xsw_memory(struct bench_lab *lab, uint64_t *bytes);

/* Addresses and lo of every namespace, by ip(8): one process each. */
int backend_addresses(struct bench_lab *lab);

#endif
