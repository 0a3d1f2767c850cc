/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pcap_out.h - frames into a pcap file: Ethernet, times in nanoseconds
 *
 * Functions return 0 or -errno and print nothing.
 */
#ifndef XSWITCH_PCAP_OUT_H
#define XSWITCH_PCAP_OUT_H

#include <stdint.h>
#include <stdio.h>

struct pcap_out;

/* To a file that is made, or emptied; "-": to standard output. `snaplen`: of every frame, at most. */
int pcap_out_open(struct pcap_out **out, const char *path, uint32_t snaplen);

/* The first `caplen` bytes of a frame of `len`. `time`: ns, CLOCK_REALTIME */
void pcap_out_frame(struct pcap_out *p, uint64_t time, const uint8_t *frame, uint32_t caplen,
		    uint32_t len);

/* What there is goes out now. After an error: that error. */
int pcap_out_flush(struct pcap_out *p);

/* Flushes, and returns what that says; NULL is fine. */
int pcap_out_close(struct pcap_out *p);

#endif
