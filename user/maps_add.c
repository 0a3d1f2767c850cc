// SPDX-License-Identifier: GPL-2.0-only
/*
 * maps_add.c - see maps_add.h
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "maps_add.h"
#include "pin.h"
#include "xsw_abi.h"

#define OP(c, d, s, o, i)                                                                          \
	((struct bpf_insn){ .code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i) })
#define PER_WORD 8

/* What it is given, behind XSW_CTL_HDR bytes of frame. */
struct request {
	uint32_t key, pad;
	uint64_t number;
	uint64_t v[MAPS_ADD_WORDS];
};
#define IN(member) (XSW_CTL_HDR + (int)offsetof(struct request, member))

/* Places on the stack. */
#define KEY    (-4)
#define ZERO   (-8)
#define NUMBER (-16)
#define WORD   (-24)

struct code {
	struct bpf_insn v[64 + PER_WORD * MAPS_ADD_WORDS];
	size_t n;
};

static void emit(struct code *c, struct bpf_insn insn)
{
	c->v[c->n++] = insn;
}

/* Register `reg` = the stack at `at`. */
static void stack(struct code *c, uint8_t reg, int at)
{
	emit(c, OP(BPF_ALU64 | BPF_MOV | BPF_X, reg, 10, 0, 0));
	emit(c, OP(BPF_ALU64 | BPF_ADD | BPF_K, reg, 0, 0, at));
}

/* `size` bytes of the request at `from` to the stack; register 6 is the frame. */
static void load(struct code *c, int from, int at, int size)
{
	emit(c, OP(BPF_ALU64 | BPF_MOV | BPF_X, 1, 6, 0, 0));
	emit(c, OP(BPF_ALU64 | BPF_MOV | BPF_K, 2, 0, 0, from));
	stack(c, 3, at);
	emit(c, OP(BPF_ALU64 | BPF_MOV | BPF_K, 4, 0, 0, size));
	emit(c, OP(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_skb_load_bytes));
}

/* Register `to` = the element whose key is on the stack; without one the program ends. */
static void lookup(struct code *c, int map, int key, uint8_t to)
{
	emit(c, OP(BPF_LD | BPF_DW | BPF_IMM, 1, BPF_PSEUDO_MAP_FD, 0, map));
	emit(c, OP(0, 0, 0, 0, 0));
	stack(c, 2, key);
	emit(c, OP(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_map_lookup_elem));
	emit(c, OP(BPF_JMP | BPF_JNE | BPF_K, 0, 0, 2, 0));
	emit(c, OP(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, -ENOENT));
	emit(c, OP(BPF_JMP | BPF_EXIT, 0, 0, 0, 0));
	emit(c, OP(BPF_ALU64 | BPF_MOV | BPF_X, to, 0, 0, 0));
}

int maps_add_cursor(const char *dir, const char *name)
{
	char path[PIN_PATH_MAX];
	int fd, err;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = pin_get(path);
	if (fd != -ENOENT)
		return fd;
	fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "xsw_cursor", 4, 8, 1, NULL);
	if (fd < 0)
		return -errno;
	err = pin_replace(fd, dir, name);
	if (err)
		close(fd);
	return err ? err : fd;
}

int maps_add_load(int map, int cursor, size_t words)
{
	struct code c = { .n = 0 };
	int fd;

	if (words > MAPS_ADD_WORDS)
		return -E2BIG;
	emit(&c, OP(BPF_ALU64 | BPF_MOV | BPF_X, 6, 1, 0, 0));
	emit(&c, OP(BPF_ST | BPF_MEM | BPF_W, 10, 0, ZERO, 0));
	load(&c, IN(key), KEY, 4);
	load(&c, IN(number), NUMBER, 8);
	lookup(&c, cursor, ZERO, 8);
	lookup(&c, map, KEY, 7);
	/* done before: nothing */
	emit(&c, OP(BPF_LDX | BPF_MEM | BPF_DW, 9, 10, NUMBER, 0));
	emit(&c, OP(BPF_LDX | BPF_MEM | BPF_DW, 1, 8, 0, 0));
	emit(&c, OP(BPF_JMP | BPF_JGT | BPF_X, 9, 1, 2, 0));
	emit(&c, OP(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0));
	emit(&c, OP(BPF_JMP | BPF_EXIT, 0, 0, 0, 0));
	for (size_t i = 0; i < words; i++) {
		load(&c, IN(v) + (int)i * 8, WORD, 8);
		emit(&c, OP(BPF_LDX | BPF_MEM | BPF_DW, 1, 10, WORD, 0));
		emit(&c, OP(BPF_STX | BPF_ATOMIC | BPF_DW, 7, 1, (int16_t)(i * 8), BPF_ADD));
	}
	emit(&c, OP(BPF_STX | BPF_MEM | BPF_DW, 8, 9, 0, 0));
	emit(&c, OP(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, 0));
	emit(&c, OP(BPF_JMP | BPF_EXIT, 0, 0, 0, 0));
	fd = bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, "xsw_add", "GPL", c.v, c.n, NULL);
	return fd < 0 ? -errno : fd;
}

int maps_add(int prog, uint32_t key, uint64_t number, const uint64_t *v, size_t words)
{
	struct request req = { .key = key, .number = number };
	uint8_t frame[XSW_CTL_HDR + sizeof(req)] = { 0 };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame, .data_size_in = sizeof(frame));

	memcpy(req.v, v, words * sizeof(*v));
	memcpy(frame + XSW_CTL_HDR, &req, sizeof(req));
	if (bpf_prog_test_run_opts(prog, &opts))
		return -errno;
	return (int)opts.retval;
}
