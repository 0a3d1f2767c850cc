/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pcap.h - captures of Ethernet frames: what the command knows of libpcap
 *
 * Read are classic pcap and pcapng, told apart by their first bytes, with link type Ethernet.
 * libpcap bounds what a file may claim: a frame has 262144 bytes at most.
 *
 * Functions that fail write why, without the name of the file, into what the handle or the caller
 * has for it; they print nothing.
 */
#ifndef XSWITCH_PCAP_H
#define XSWITCH_PCAP_H

#include <stdint.h>

#define PCAP_WHY_MAX 320

struct pcap_frame {
	uint64_t time;	     /* ns since 1970 */
	const uint8_t *data; /* until the next call */
	uint32_t caplen;     /* bytes of it there are */
	uint32_t len;	     /* bytes on the wire */
};

struct pcap_in;

/* "-": standard input. 0; else `why`, and -EBADMSG: no capture of Ethernet, -errno: unreadable. */
int pcap_in_open(struct pcap_in **out, const char *path, char why[PCAP_WHY_MAX]);
void pcap_in_close(struct pcap_in *in);

/* The next frame: 1; 0: there are no more; -EBADMSG and `why`: the file is damaged here. */
int pcap_in_next(struct pcap_in *in, struct pcap_frame *frame, char why[PCAP_WHY_MAX]);

#endif
