/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * maps_add.h - adding to a per-CPU map while programs count in it
 *
 * bpf(2) stores what it read before, so counts in between would be lost. So a program adds, on the CPU
 * it runs on, by instructions that no interrupt can divide. Each addition has a number, and the
 * highest one done is stored in the same run: one that was done before a kill is not done again.
 */
#ifndef XSWITCH_MAPS_ADD_H
#define XSWITCH_MAPS_ADD_H

#include <stddef.h>
#include <stdint.h>

#define MAPS_ADD_WORDS 128 /* 64-bit words of a value, at most */

/* The map that holds the number of the last addition, pinned as <dir>/<name>: a descriptor, or -errno. */
int maps_add_cursor(const char *dir, const char *name);

/* A program that adds `words` to an element of `map`: a descriptor, or -errno. */
int maps_add_load(int map, int cursor, size_t words);

/* v[] to element `key`; `number` counts from 1 and only grows. */
int maps_add(int prog, uint32_t key, uint64_t number, const uint64_t *v, size_t words);

#endif
