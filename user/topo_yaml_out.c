// SPDX-License-Identifier: GPL-2.0-only
/*
 * topo_yaml_out.c - nodes into YAML, through libyaml's emitter
 *
 * A failure is kept until the end.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <yaml.h>

#include "topo_int.h"
#include "topo_plan.h"

#define OPEN_MAX_DEPTH 8

struct topo_out {
	yaml_emitter_t emitter;
	FILE *file;
	char *text;
	size_t size;
	bool map[OPEN_MAX_DEPTH]; /* what is open: a mapping, else a list */
	int depth;
	bool failed;
};

static void emit(struct topo_out *out, yaml_event_t *event, int made)
{
	if (!made || out->failed || !yaml_emitter_emit(&out->emitter, event))
		out->failed = true;
}

struct topo_out *topo_out_new(void)
{
	struct topo_out *out = calloc(1, sizeof(*out));
	yaml_event_t e;

	if (out)
		out->file = open_memstream(&out->text, &out->size);
	if (!out || !out->file || !yaml_emitter_initialize(&out->emitter)) {
		if (out && out->file)
			fclose(out->file);
		free(out ? out->text : NULL);
		free(out);
		fail(XSW_REFUSED, "out of memory");
		return NULL;
	}
	yaml_emitter_set_output_file(&out->emitter, out->file);
	yaml_emitter_set_width(&out->emitter, -1);
	yaml_emitter_set_unicode(&out->emitter, 0);
	emit(out, &e, yaml_stream_start_event_initialize(&e, YAML_UTF8_ENCODING));
	emit(out, &e, yaml_document_start_event_initialize(&e, NULL, NULL, NULL, 1));
	return out;
}

char *topo_out_end(struct topo_out *out)
{
	yaml_event_t e;
	char *text;

	emit(out, &e, yaml_document_end_event_initialize(&e, 1));
	emit(out, &e, yaml_stream_end_event_initialize(&e));
	yaml_emitter_delete(&out->emitter);
	if (fclose(out->file) || out->failed) {
		fail(XSW_REFUSED, "out of memory");
		free(out->text);
		out->text = NULL;
	}
	text = out->text;
	free(out);
	return text;
}

static void opened(struct topo_out *out, bool map)
{
	if (out->depth < OPEN_MAX_DEPTH)
		out->map[out->depth++] = map;
	else
		out->failed = true;
}

void topo_out_map(struct topo_out *out, bool one_line)
{
	yaml_event_t e;

	opened(out, true);
	emit(out, &e,
	     yaml_mapping_start_event_initialize(&e, NULL, NULL, 1,
						 one_line ? YAML_FLOW_MAPPING_STYLE :
							    YAML_BLOCK_MAPPING_STYLE));
}

void topo_out_list(struct topo_out *out, bool one_line)
{
	yaml_event_t e;

	opened(out, false);
	emit(out, &e,
	     yaml_sequence_start_event_initialize(&e, NULL, NULL, 1,
						  one_line ? YAML_FLOW_SEQUENCE_STYLE :
							     YAML_BLOCK_SEQUENCE_STYLE));
}

void topo_out_close(struct topo_out *out)
{
	yaml_event_t e;

	if (out->depth && out->map[--out->depth])
		emit(out, &e, yaml_mapping_end_event_initialize(&e));
	else
		emit(out, &e, yaml_sequence_end_event_initialize(&e));
}

/* Other readers take addresses for numbers of base 60, and ~ for nothing. */
static bool wants_quotes(const char *text)
{
	return strchr(text, ':') || !strcmp(text, "~") || !strcasecmp(text, "null");
}

void topo_out_word(struct topo_out *out, const char *text)
{
	yaml_scalar_style_t style = wants_quotes(text) ? YAML_DOUBLE_QUOTED_SCALAR_STYLE :
							 YAML_PLAIN_SCALAR_STYLE;
	yaml_event_t e;

	emit(out, &e,
	     yaml_scalar_event_initialize(&e, NULL, NULL, (const yaml_char_t *)text,
					  (int)strlen(text), 1, 1, style));
}
