/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * filter_frames.h - filters, and frames of which each filter wants some
 */
#ifndef XSW_FILTER_FRAMES_H
#define XSW_FILTER_FRAMES_H

#include <linux/types.h>

#define FILTER_FRAME_MAX 200

/* Of pcap-filter(7); ends with NULL. */
extern const char *const filter_texts[];

/*
 * The next frame: addresses, tags and headers that the filters know, with noise in them and behind;
 * one of four is short. Returns its length, 14 or more.
 */
__u32 filter_frame(__u8 frame[FILTER_FRAME_MAX]);

#endif
