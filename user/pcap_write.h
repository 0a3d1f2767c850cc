/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pcap_write.h - frames into a pcap file: Ethernet, times in nanoseconds
 *
 * Functions return 0 or -errno and print nothing.
 */
#ifndef XSWITCH_PCAP_WRITE_H
#define XSWITCH_PCAP_WRITE_H

#include <stdint.h>
#include <stdio.h>

struct pcap_write;

/* To a file that is made, or emptied; "-": to standard output. `snaplen`: of every frame, at most. */
int pcap_write_open(struct pcap_write **out, const char *path, uint32_t snaplen);

/* The first `caplen` bytes of a frame of `len`. `time`: ns, CLOCK_REALTIME */
void pcap_write_frame(struct pcap_write *p, uint64_t time, const uint8_t *frame, uint32_t caplen,
		      uint32_t len);

/* What there is goes out now. */
int pcap_write_flush(struct pcap_write *p);

/* Flushes; NULL is fine. */
int pcap_write_close(struct pcap_write *p);

#endif
