// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_order.c - events of several sources, sorted
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "golden.h"
#include "order.h"

static int put(struct order *o, __u64 time, __u16 port)
{
	const struct xsw_event e = { .time = time, .port = port };

	return order_put(o, &e, NULL);
}

/* The ports of what is not younger than `until`, as they come out. */
static const char *take(struct order *o, __u64 until)
{
	static char text[256];
	const struct order_item *item;
	size_t len = 0;

	*text = '\0';
	while ((item = order_first(o, until)) && len < sizeof(text)) {
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%u", item->e.port);
		order_drop(o);
	}
	return text;
}

static const char *is(const char *got, const char *wanted)
{
	return strcmp(got, wanted) ? row_say("\"%s\", not \"%s\"", got, wanted) : NULL;
}

static void test_times(struct tally *t)
{
	struct order o = { 0 };

	tally_row(t, "nothing in, nothing out", NULL, is(take(&o, ~0ULL), ""));
	put(&o, 10, 1);
	put(&o, 30, 3);
	put(&o, 20, 2);
	put(&o, 30, 4);
	put(&o, 5, 0);
	tally_row(t, "what is younger waits", NULL, is(take(&o, 9), "0"));
	tally_row(t, "as young as that goes", NULL, is(take(&o, 20), "12"));
	put(&o, 15, 5);
	tally_row(t, "what is late goes next; one time, the order it came in", NULL,
		  is(take(&o, ~0ULL), "534"));
	order_free(&o);
}

static void test_text(struct tally *t)
{
	char text[XSW_TELL_TEXT] = "port\0ns1\0mtu 1400";
	const struct order_item *item;
	struct order o = { 0 };
	struct xsw_event e = { .time = 1 };

	order_put(&o, &e, text);
	text[0] = 'P';
	item = order_first(&o, 1);
	tally_row(t, "a text is kept", NULL,
		  item && !memcmp(item->text, "port\0ns1\0mtu 1400",
				  sizeof("port\0ns1\0mtu 1400")) ?
			  NULL :
			  "it is not");
	order_free(&o); /* with what waits */
}

/* A hundred thousand events of two sources in turn, the second a little late; some wait. */
static void test_many(struct tally *t)
{
	const __u64 n = 100000, late = 7;
	struct order o = { 0 };
	const char *wrong = NULL;
	__u64 last = 0, out = 0;
	const struct order_item *item;

	for (__u64 i = 0; i < n && !wrong; i++) {
		if (put(&o, i % 2 && i > late ? i - late : i, 0))
			wrong = "no memory";
		while ((item = order_first(&o, i > 3000 ? i - 3000 : 0))) {
			if (item->e.time < last)
				wrong = "not in order";
			last = item->e.time;
			order_drop(&o);
			out++;
		}
	}
	tally_row(t, "two sources, one late", NULL, wrong);
	tally_row(t, "none is lost", NULL, out + o.n == n ? NULL : "some are");
	tally_row(t, "room that is free is used again", NULL, o.room <= 16384 ? NULL : "it is not");
	order_free(&o);
}

int main(void)
{
	struct tally t = { .driver = "" };

	test_times(&t);
	test_text(&t);
	test_many(&t);
	return tally_end(&t, 1);
}
